/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/work.h"

#include "tests/handler/core/play.h"

/* What goes on by itself, as much as fits in a step. */

enum { COUNT = 5 * WORK_PORTION_MAX };

/* So many containers, of each of which a Delete is under way. */
static void begin_deletes(struct play *p)
{
    static struct container_record records[COUNT];
    static char ids[COUNT][8];
    struct monitor_event loaded = {.kind = MONITOR_STORE_LOADED, .records = records, .record_count = COUNT};
    play_begin(p, "unlisted-without=ping,kick-retries");
    play_quietly(p, "start");
    for (size_t i = 0; i < COUNT; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "c%02zu", i);
        records[i] = (struct container_record){.id = text_of(ids[i]), .pid = (uint32_t)i + 1, .started_at_ns = 1};
    }
    p->quiet = true;
    play_step(p, &loaded);
    play_quietly(p, "up\nopened");
    for (size_t i = 0; i < COUNT; i++) {
        char line[32];
        (void)snprintf(line, sizeof line, "exit c%02zu %zu 1\nwritten %zu", i, i + 1, i + 1);
        play_quietly(p, line);
        assert_int_equal(p->actions->items[1].call, MONITOR_CALL_DELETE);
    }
    assert_int_equal(monitor_deadline_ns(p->monitor), TIME_NEVER);
}

static size_t count_actions(const struct play *p, enum monitor_action_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < p->actions->count; i++)
        count += p->actions->items[i].kind == kind;
    return count;
}

/* Plays the event, and then "time" for as long as there is something to do now; each step does a part of it. */
static size_t do_all(struct play *p, const char *event, enum monitor_action_kind kind, size_t *ret_steps)
{
    size_t count;
    *ret_steps = 1;
    play_quietly(p, event);
    for (count = count_actions(p, kind); monitor_deadline_ns(p->monitor) == p->now_ns; ++*ret_steps) {
        assert_true(p->actions->count > 0 && count_actions(p, kind) <= WORK_PORTION_MAX + 1);
        play_quietly(p, "time");
        count += count_actions(p, kind);
    }
    return count;
}

static void what_is_due_at_one_time_goes_on_in_portions(void **context)
{
    struct play p;
    size_t steps, asked;
    (void)context;
    begin_deletes(&p);
    /* Each Delete fails, and a note says so; another says that the connection is lost. */
    assert_int_equal(do_all(&p, "lost gone", MONITOR_NOTE, &steps), COUNT + 1);
    assert_int_equal(steps, COUNT / WORK_PORTION_MAX);
    play_quietly(&p, "+50ms");
    assert_int_equal(do_all(&p, "time", MONITOR_CALL, &steps), 0);
    /* Those whose turn comes before the connection is there wait once more. */
    play_quietly(&p, "+50ms\ntime");
    asked = do_all(&p, "up", MONITOR_CALL, &steps);
    assert_int_equal(asked, COUNT - WORK_PORTION_MAX);
    play_quietly(&p, "+200ms");
    assert_int_equal(asked + do_all(&p, "time", MONITOR_CALL, &steps), COUNT);
    play_end(&p);
}

static void an_answer_to_nothing_that_is_under_way_is_not_heard(void **context)
{
    struct play p;
    (void)context;
    begin_deletes(&p);
    play(&p, "reply 999 OK\nkills 999 3\ngot 999 stopped 1 1\nlisted 999 c00:stopped:1:1");
    play_expect(&p, "> reply 999 OK status 0\n> reply 999 OK status 0\n> reply 999 OK stopped pid 1 status 1\n"
                    "> reply 999 OK 1 tasks\n");
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_due_at_one_time_goes_on_in_portions),
        cmocka_unit_test(an_answer_to_nothing_that_is_under_way_is_not_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
