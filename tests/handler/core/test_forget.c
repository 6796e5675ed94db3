/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* A subscribed monitor whose every place is taken: by running ones named by their number, save that the given count of
 * the last ones has exited, the very last one first. */
static void begin_full(struct play *play, size_t exited)
{
    static struct container_record records[MONITOR_CONTAINERS_MAX];
    static char ids[MONITOR_CONTAINERS_MAX][8];
    struct monitor_event loaded = {
        .kind = MONITOR_STORE_LOADED, .records = records, .record_count = MONITOR_CONTAINERS_MAX};
    for (size_t i = 0; i < MONITOR_CONTAINERS_MAX; i++) {
        size_t after = MONITOR_CONTAINERS_MAX - i;
        (void)snprintf(ids[i], sizeof ids[i], "%zu", i);
        memset(&records[i], 0, sizeof records[i]);
        records[i].id = text_of(ids[i]);
        records[i].pid = 9;
        records[i].started_at_ns = 1;
        records[i].finished_at_ns = after <= exited ? (int64_t)after : 0;
    }
    play_begin(play, "basic");
    play_quietly(play, "start");
    play->quiet = true;
    play_step(play, &loaded);
    play_quietly(play, "up\nopened");
}

static size_t record_count(const struct play *play)
{
    struct container_record record = {.id = {NULL, 0}};
    size_t count = 0;
    while (monitor_record_next(play->monitor, record.id, &record))
        count++;
    return count;
}

static bool is_known(const struct play *play, const char *id)
{
    struct container_record record;
    return monitor_record(play->monitor, text_of(id), &record);
}

static void the_record_that_finished_longest_ago_makes_room_for_a_new_one(void **context)
{
    struct play p;
    (void)context;
    begin_full(&p, 2);
    play(&p, "create a 1\nwritten 1\nwritten 2\nstarted b 2\nwritten 3\nwritten 4");
    play_expect(&p, "> message /tasks/create a pid 1\n  note event-received a\n  forget 1 65535\n"
                    "  put 2 a CREATED pid 1\n"
                    "> written 1\n  tell 65535 removed\n"
                    "> written 2\n  tell a created\n"
                    "> message /tasks/start b pid 2\n  note event-received b\n  forget 3 65534\n"
                    "  put 4 b RUNNING pid 2\n"
                    "> written 3\n  tell 65534 removed\n"
                    "> written 4\n  tell b started\n");
    assert_false(is_known(&p, "65535"));
    assert_false(is_known(&p, "65534"));
    assert_true(is_known(&p, "a"));
    assert_true(is_known(&p, "b"));
    assert_int_equal(record_count(&p), MONITOR_CONTAINERS_MAX);
    play_end(&p);
}

static void what_is_told_is_the_record_as_it_was(void **context)
{
    struct play p;
    (void)context;
    begin_full(&p, 1);
    play_quietly(&p, "create a 1\nwritten 1");
    assert_int_equal(p.actions->items[0].change, RECORD_REMOVED);
    assert_true(text_is(p.actions->items[0].record.id, "65535"));
    assert_int_equal(p.actions->items[0].record.finished_at_ns, 1);
    play_end(&p);
}

static void a_known_container_forgets_nobody(void **context)
{
    struct play p;
    (void)context;
    begin_full(&p, 2);
    play(&p, "create 7 1\nstarted 65534 1");
    play_expect(&p, "> message /tasks/create 7 pid 1\n  note event-received 7\n  put 1 7 CREATED pid 1\n"
                    "> message /tasks/start 65534 pid 1\n  note event-received 65534\n");
    play_end(&p);
}

static void while_there_is_room_nobody_is_forgotten(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record old 1 exited");
    play(&p, "create a 1");
    play_expect(&p, "> message /tasks/create a pid 1\n  note event-received a\n  put 1 a CREATED pid 1\n");
    play_end(&p);
}

/* The first is locked; the second's pid says so again, and its Delete is not answered yet. */
static void a_record_that_is_locked_or_whose_exit_is_under_way_stays(void **context)
{
    struct play p;
    (void)context;
    begin_full(&p, 3);
    play_quietly(&p, "lock 65535\nexit 65534 9 0");
    play(&p, "create a 1\ncreate b 1");
    play_expect(&p, "> message /tasks/create a pid 1\n  note event-received a\n  forget 1 65533\n"
                    "  put 2 a CREATED pid 1\n"
                    "> message /tasks/create b pid 1\n  note event-received b\n  note too-many-containers b\n");
    play_quietly(&p, "reply 1 OK");
    play(&p, "create c 1");
    play_expect(&p, "> message /tasks/create c pid 1\n  note event-received c\n  forget 3 65534\n"
                    "  put 4 c CREATED pid 1\n");
    play_quietly(&p, "unlock 65535");
    play(&p, "create d 1");
    play_expect(&p, "> message /tasks/create d pid 1\n  note event-received d\n  forget 5 65535\n"
                    "  put 6 d CREATED pid 1\n");
    play_end(&p);
}

static void where_none_may_go_the_new_one_is_noted_until_one_has_exited(void **context)
{
    struct play p;
    (void)context;
    begin_full(&p, 0);
    play(&p, "create a 1\nexit 7 9 3\nreply 1 OK\ncreate b 1\nwritten 1\ncreate c 1");
    play_expect(&p, "> message /tasks/create a pid 1\n  note event-received a\n  note too-many-containers a\n"
                    "> message /tasks/exit 7 pid 9 status 3\n  note event-received 7\n"
                    "  call 1 Tasks.Delete 7 timeout 10s\n"
                    "> reply 1 OK status 0\n  put 1 7 EXITED code 3\n"
                    "> message /tasks/create b pid 1\n  note event-received b\n"
                    "> written 1\n  tell 7 exited\n"
                    "> message /tasks/create c pid 1\n  note event-received c\n  forget 2 7\n"
                    "  put 3 c CREATED pid 1\n");
    assert_false(is_known(&p, "a"));
    assert_false(is_known(&p, "b"));
    play_end(&p);
}

static void only_so_many_are_tried(void **context)
{
    char line[32];
    struct play p;
    (void)context;
    begin_full(&p, MONITOR_FORGET_TRIES_MAX + 1);
    for (int i = 1; i <= MONITOR_FORGET_TRIES_MAX; i++) {
        (void)snprintf(line, sizeof line, "lock %d", MONITOR_CONTAINERS_MAX - i);
        play_quietly(&p, line);
    }
    play(&p, "create a 1");
    play_expect(&p, "> message /tasks/create a pid 1\n  note event-received a\n  note too-many-containers a\n");
    (void)snprintf(line, sizeof line, "unlock %d", MONITOR_CONTAINERS_MAX - MONITOR_FORGET_TRIES_MAX);
    play_quietly(&p, line);
    play(&p, "create a 1");
    play_expect(&p, "> message /tasks/create a pid 1\n  note event-received a\n  forget 1 65280\n"
                    "  put 2 a CREATED pid 1\n");
    play_end(&p);
}

/* What the store would not hear of stays there, so it stays here as well. */
static void where_too_many_writes_are_under_way_nobody_is_forgotten(void **context)
{
    struct play p;
    (void)context;
    begin_full(&p, 1);
    for (int i = 0; i < MONITOR_WRITES_MAX; i++)
        play_quietly(&p, "started 7 9");
    play(&p, "create a 1\nwritten 1\ncreate a 1");
    play_expect(&p, "> message /tasks/create a pid 1\n  note event-received a\n  note too-many-containers a\n"
                    "> written 1\n  tell 7 started\n"
                    "> message /tasks/create a pid 1\n  note event-received a\n  forget 131073 65535\n"
                    "  note store-failed a RESOURCE_EXHAUSTED \"too many writes are under way\"\n");
    play_end(&p);
}

static void a_store_that_does_not_forget_is_noted(void **context)
{
    struct play p;
    (void)context;
    begin_full(&p, 1);
    play_quietly(&p, "create a 1");
    play(&p, "failed 1 disk full\nwritten 2");
    play_expect(&p, "> write 1 failed \"disk full\"\n  note store-failed 65535 INTERNAL \"disk full\"\n"
                    "> written 2\n  tell a created\n");
    assert_false(is_known(&p, "65535"));
    play_end(&p);
}

/* ---- more lives than there is room for ---- */

/* Answers at once whatever the step asked for, and counts what the store would hold. */
static void answer_all(struct play *play, long *stored, long *exits)
{
    struct monitor_event events[MONITOR_ACTIONS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < play->actions->count; i++) {
        const struct monitor_action *action = &play->actions->items[i];
        struct monitor_event event = {.kind = MONITOR_STORE_WRITTEN, .write_id = action->write_id};
        *exits += action->kind == MONITOR_TELL && action->change == RECORD_EXITED;
        *stored += action->kind == MONITOR_TELL && action->change == RECORD_CREATED;
        *stored -= action->kind == MONITOR_TELL && action->change == RECORD_REMOVED;
        if (action->kind == MONITOR_CALL)
            event = (struct monitor_event){.kind = MONITOR_REPLY, .call_id = action->call_id};
        if (action->kind == MONITOR_PUT || action->kind == MONITOR_FORGET || action->kind == MONITOR_CALL)
            events[count++] = event;
    }
    for (size_t i = 0; i < count; i++) {
        play_step(play, &events[i]);
        answer_all(play, stored, exits);
    }
}

static void no_exit_is_lost_after_more_containers_than_there_is_room_for(void **context)
{
    enum { LIVES = 70000 };
    static const char *const words[][2] = {{"create", ""}, {"started", ""}, {"exit", " 3"}};
    long stored = 0, exits = 0;
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    p.quiet = true;
    for (int life = 0; life < LIVES; life++) {
        p.now_ns += TIME_SECOND;
        for (size_t i = 0; i < 3; i++) {
            struct monitor_event event;
            char line[32];
            (void)snprintf(line, sizeof line, "%s c%d 5%s", words[i][0], life, words[i][1]);
            assert_true(play_read(&p, line, &event));
            play_step(&p, &event);
            answer_all(&p, &stored, &exits);
        }
        assert_true(stored <= MONITOR_CONTAINERS_MAX);
    }
    assert_int_equal(exits, LIVES);
    assert_int_equal(stored, MONITOR_CONTAINERS_MAX);
    assert_int_equal(record_count(&p), MONITOR_CONTAINERS_MAX);
    assert_false(is_known(&p, "c4463"));
    assert_true(is_known(&p, "c4464"));
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_record_that_finished_longest_ago_makes_room_for_a_new_one),
        cmocka_unit_test(what_is_told_is_the_record_as_it_was),
        cmocka_unit_test(a_known_container_forgets_nobody),
        cmocka_unit_test(while_there_is_room_nobody_is_forgotten),
        cmocka_unit_test(a_record_that_is_locked_or_whose_exit_is_under_way_stays),
        cmocka_unit_test(where_none_may_go_the_new_one_is_noted_until_one_has_exited),
        cmocka_unit_test(only_so_many_are_tried),
        cmocka_unit_test(where_too_many_writes_are_under_way_nobody_is_forgotten),
        cmocka_unit_test(a_store_that_does_not_forget_is_noted),
        cmocka_unit_test(no_exit_is_lost_after_more_containers_than_there_is_room_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
