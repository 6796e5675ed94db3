/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/found.h"
#include "handler/core/life.h"

#include "tests/handler/core/play.h"

/* What an answer of the server becomes, and what where there is no room for it. */

struct bench {
    struct play play;
    struct step step;
};

static void begin(struct bench *bench)
{
    play_begin(&bench->play, "reliable");
    bench->step = (struct step){.arena = &bench->play.monitor->arena, .state = state_of(bench->play.monitor)};
    assert_int_equal(arena_reserve(bench->step.arena, found_cost()), 0);
    bench->step.state = state_of(bench->play.monitor);
}

static size_t waiting(const struct bench *bench)
{
    return bench->step.state->waiting.count;
}

static void a_life_becomes_the_events_that_should_have_told_it(void **context)
{
    static const struct {
        enum process_status status;
        bool tells_exit;
        size_t count;
        uint32_t last_pid, last_status;
    } rows[] = {{PROCESS_CREATED, false, 1, 7, 0},
                {PROCESS_RUNNING, false, 2, 7, 0},
                {PROCESS_PAUSED, false, 2, 7, 0},
                {PROCESS_STOPPED, true, 3, 7, 9},
                {PROCESS_STOPPED, false, 3, 0, TASK_STATUS_UNKNOWN}};
    static const enum task_event_kind kinds[] = {TASK_EVENT_CREATE, TASK_EVENT_START, TASK_EVENT_EXIT};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct process_state process = {.status = rows[i].status,
                                        .pid = 7,
                                        .exit_status = 9,
                                        .exited_at = {true, 5, 0},
                                        .tells_exit = rows[i].tells_exit};
        struct bench b;
        struct task_event task = {.kind = TASK_EVENT_OTHER};
        size_t count = 0;
        begin(&b);
        assert_true(found_life(&b.step, text_of("web"), &process));
        assert_int_equal(waiting(&b), rows[i].count);
        for (arena_ref kept = b.step.state->waiting.first; kept != 0; kept = task_queue_after(b.step.arena, kept)) {
            task = task_view(b.step.arena, kept);
            assert_int_equal(task.kind, kinds[count++]);
            assert_true(task.is_found && text_is(task.container_id, "web"));
            /* An exit of the init, whatever has the id. */
            assert_true(text_is(task.process_id, "web"));
        }
        assert_int_equal(task.pid, rows[i].last_pid);
        if (task.kind == TASK_EVENT_EXIT) {
            assert_int_equal(task.exit_status, rows[i].last_status);
            assert_int_equal(task.exited_at.present, rows[i].tells_exit);
        }
        play_end(&b.play);
    }
}

/* So no crash leaves a record behind that looks like that of a task which is yet to be made. */
static void the_start_tells_the_creation_of_what_has_neither_pid_nor_record(void **context)
{
    static const struct {
        const char *list;
        enum container_state first; /* that is put of what the list shows */
    } rows[] = {
        {"listed 1 web:running:0:0", CONTAINER_RUNNING},
        {"listed 1 web:created:0:0", CONTAINER_CREATED},
        {"listed 1 web:running:101:0", CONTAINER_CREATED},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, "reliable");
        play_subscribe(&p, "");
        play_quietly(&p, rows[i].list);
        assert_int_equal(p.actions->items[1].kind, MONITOR_PUT);
        assert_true(p.actions->items[1].record.created_at_ns != 0);
        assert_int_equal(container_record_state(&p.actions->items[1].record), rows[i].first);
        play_end(&p);
    }
}

/* All that one answer may become has to fit, even where it becomes less, together with what is parked. */
static void where_there_is_no_room_nothing_is_changed(void **context)
{
    static bool (*const finds[])(struct step *, struct text, const struct process_state *) = {found_life, found_started,
                                                                                              found_ended};
    struct process_state process = {.status = PROCESS_STOPPED, .pid = 7, .tells_exit = true};
    (void)context;
    for (size_t i = 0; i < sizeof finds / sizeof finds[0]; i++) {
        struct bench b;
        begin(&b);
        b.step.state->parked_count = MONITOR_WAITING_MAX - FOUND_EVENTS_MAX + 1;
        b.step.state->subscription = SUBSCRIPTION_READING;
        assert_false(b.step.state->list.is_wanted);
        assert_false(finds[i](&b.step, text_of("web"), &process));
        assert_int_equal(waiting(&b), 0);
        /* The next list will find it. */
        assert_true(b.step.state->list.is_wanted);
        b.step.state->parked_count--;
        assert_true(finds[i](&b.step, text_of("web"), &process));
        assert_int_equal(waiting(&b), i == 0 ? 3 : 1);
        assert_false(finds[i](&b.step, text_of("web"), &process));
        /* One that is held up has less, so that others have some. */
        life_at(b.step.arena, life_get(&b.step, text_of("db")))->stage = LIFE_RECORDING;
        b.step.state->parked_count = MONITOR_WAITING_HELD_MAX - FOUND_EVENTS_MAX;
        assert_false(finds[i](&b.step, text_of("db"), &process));
        assert_true(finds[i](&b.step, text_of("cache"), &process));
        b.step.state->parked_count = 0;
        b.step.state->subscription = SUBSCRIPTION_STOPPED;
        play_end(&b.play);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_life_becomes_the_events_that_should_have_told_it),
        cmocka_unit_test(the_start_tells_the_creation_of_what_has_neither_pid_nor_record),
        cmocka_unit_test(where_there_is_no_room_nothing_is_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
