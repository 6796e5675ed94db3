/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

static const char *const both[] = {"original", "basic"};

/* The rows of the unit test that the monitor of 2017 had. */
static void the_six_rows_of_the_original_hold(void **context)
{
    static const struct {
        const char *records, *script;
        enum container_state state; /* of web; UNKNOWN: there is no record */
        unsigned pid;
        int code;
    } rows[] = {
        {"", "exit web 101 1", CONTAINER_UNKNOWN, 0, 0},
        {"record web 101 running", "exit web 999 1", CONTAINER_RUNNING, 101, 0},
        {"record web 101 running", "exit web 101 1\nreply 1 UNKNOWN delete error", CONTAINER_RUNNING, 101, 0},
        {"record web 101 running", "oom web", CONTAINER_RUNNING, 101, 0},
        {"record web 101 running", "exit web 101 1\nreply 1 UNKNOWN container does not exist\nwritten 1",
         CONTAINER_EXITED, 0, 1},
        {"record web 101 running", "exit web 101 1\nreply 1 OK\nwritten 1", CONTAINER_EXITED, 0, 1},
    };
    (void)context;
    for (size_t policy = 0; policy < 2; policy++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            struct container_record none;
            struct play p;
            play_begin(&p, both[policy]);
            play_subscribe(&p, rows[i].records);
            play_quietly(&p, rows[i].script);
            if (rows[i].state == CONTAINER_UNKNOWN)
                assert_false(monitor_record(p.monitor, text_of("web"), &none));
            else
                play_assert_record(&p, "web", rows[i].state, rows[i].pid, rows[i].code);
            assert_false(monitor_busy(p.monitor));
            play_end(&p);
        }
    }
}

static void an_exit_goes_from_delete_to_put_to_tell(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running");
    play(&p, "exit web 101 3");
    assert_true(monitor_busy(p.monitor));
    play(&p, "reply 1 OK");
    /* Nobody sees an exit that is not written. */
    play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    assert_true(monitor_busy(p.monitor));
    play(&p, "written 1");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    assert_int_equal(play_record_of(&p, "web").finished_at_ns, PLAY_WALL_NS);
    assert_int_equal(play_record_of(&p, "web").started_at_ns, 2);
    play_expect(&p, "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 1 Tasks.Delete web timeout 10s\n"
                    "> reply 1 OK status 0\n  put 1 web EXITED code 3\n"
                    "> written 1\n  tell web exited\n");
    play_end(&p);
}

static void the_original_handles_its_event_to_the_end_and_only_then_subscribes_again(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original");
    play_subscribe(&p, "record web 101 running");
    play(&p, "exit web 101 3\nreply 1 OK\nwritten 1");
    play_expect(&p, "> message /tasks/exit web pid 101 status 3\n  abandon stream 1\n  note event-received web\n"
                    "  call 1 Tasks.Delete web\n"
                    "> reply 1 OK status 0\n  put 1 web EXITED code 3\n"
                    "> written 1\n  tell web exited\n  open stream 2 on connection 1\n");
    play_end(&p);
}

/* What is told is what was put, and what an action speaks of stays readable until the next step. */
static void the_put_and_the_tell_carry_the_record(void **context)
{
    struct play p;
    const struct container_record *record = NULL;
    (void)context;
    play_begin(&p, "basic");
    play_record(&p, "web", 101, "running");
    p.records[0].reason = text_of("because");
    play_subscribe(&p, "");
    play_quietly(&p, "exit web 101 3\nreply 1 OK");
    record = &p.actions->items[0].record;
    assert_int_equal(p.actions->items[0].kind, MONITOR_PUT);
    assert_int_equal(p.actions->items[0].write_id, 1);
    assert_true(text_is(record->id, "web") && text_is(record->reason, "because"));
    assert_int_equal(record->exit_code, 3);
    play_quietly(&p, "written 1");
    record = &p.actions->items[0].record;
    assert_int_equal(p.actions->items[0].kind, MONITOR_TELL);
    assert_int_equal(p.actions->items[0].change, RECORD_EXITED);
    assert_true(text_is(record->id, "web") && text_is(record->reason, "because"));
    assert_int_equal(record->finished_at_ns, PLAY_WALL_NS);
    play_end(&p);
}

static void which_answers_to_a_delete_mean_that_the_task_is_gone(void **context)
{
    static const struct {
        const char *policy, *reply;
        bool gone;
    } rows[] = {
        {"original", "reply 1 OK", true},
        {"original", "reply 1 not-ours", true},
        {"original", "reply 1 UNKNOWN container does not exist", true},
        {"original", "reply 1 NOT_FOUND container does not exist", true},
        {"original", "reply 1 UNAVAILABLE container does not exist", true},
        {"original", "reply 1 NOT_FOUND container does not exist: not found", false},
        {"original", "reply 1 UNKNOWN container does not exist: not found", false},
        {"original", "reply 1 NOT_FOUND the container does not exist", false},
        {"original", "reply 1 NOT_FOUND", false},
        {"original", "reply 1 UNAVAILABLE transport is closing", false},
        {"original", "reply 1 DEADLINE_EXCEEDED", false},
        {"basic", "reply 1 OK", true},
        {"basic", "reply 1 not-ours", true},
        {"basic", "reply 1 UNKNOWN container does not exist", true},
        {"basic", "reply 1 NOT_FOUND task web not found: not found", true},
        {"basic", "reply 1 NOT_FOUND", true},
        {"basic", "reply 1 FAILED_PRECONDITION task must be stopped", false},
        {"basic", "reply 1 UNAVAILABLE", false},
        {"basic-without=not-found-by-code", "reply 1 NOT_FOUND", false},
        {"original-with=not-found-by-code", "reply 1 NOT_FOUND", true},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, rows[i].policy);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "exit web 101 3");
        play_quietly(&p, rows[i].reply);
        assert_int_equal(p.actions->items[0].kind, rows[i].gone ? MONITOR_PUT : MONITOR_NOTE);
        if (!rows[i].gone)
            assert_int_equal(p.actions->items[0].note.kind, NOTE_DELETE_FAILED);
        assert_int_equal(monitor_busy(p.monitor), rows[i].gone);
        play_end(&p);
    }
}

static void a_failed_delete_drops_the_event_but_a_later_one_is_handled(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running");
    play(&p, "exit web 101 3\nreply 1 UNAVAILABLE transport is closing\nexit web 101 3");
    play_expect(&p, "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 1 Tasks.Delete web timeout 10s\n"
                    "> reply 1 UNAVAILABLE \"transport is closing\"\n"
                    "  note delete-failed web UNAVAILABLE \"transport is closing\"\n"
                    "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 2 Tasks.Delete web timeout 10s\n");
    play_end(&p);
}

static void only_the_cure_gives_a_delete_a_deadline(void **context)
{
    static const struct {
        const char *policy;
        int64_t timeout_ns;
    } rows[] = {{"original", 0},
                {"original-with=delete-deadline", 10 * TIME_SECOND},
                {"basic", 10 * TIME_SECOND},
                {"basic-without=delete-deadline", 0}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        const struct monitor_action *call;
        play_begin(&p, rows[i].policy);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "exit web 101 3");
        call = &p.actions->items[p.actions->count - 1];
        assert_int_equal(call->kind, MONITOR_CALL);
        assert_int_equal(call->connection_id, 1);
        assert_int_equal(call->timeout_ns, rows[i].timeout_ns);
        play_end(&p);
    }
}

/* The Delete is sent all the same, as in 2017. */
static void a_record_that_had_finished_is_kept_as_it_is(void **context)
{
    struct play p;
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        play_begin(&p, both[i]);
        play_subscribe(&p, "record web 101 exited");
        play_quietly(&p, "exit web 101 3\nreply 1 OK");
        assert_int_equal(p.actions->items[0].note.kind, NOTE_FINISHED_BEFORE);
        play_assert_record(&p, "web", CONTAINER_EXITED, 101, 0);
        assert_int_equal(play_record_of(&p, "web").finished_at_ns, 3);
        assert_false(monitor_busy(p.monitor));
        play_end(&p);
    }
}

static void an_exit_after_the_exit_is_none_of_the_init_process(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nreply 1 OK\nwritten 1");
    play(&p, "exit web 101 9");
    play_expect(&p, "> message /tasks/exit web pid 101 status 9\n  note event-received web\n"
                    "  note not-the-init-process web\n");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    play_end(&p);
}

/* The pid is all that tells an init process from an exec, and a container that is only created may have none yet. */
static void a_pid_of_0_is_a_pid_like_any_other(void **context)
{
    static const struct {
        const char *record;
        unsigned pid;
        bool handled;
    } rows[] = {{"record web 0 created", 0, true},
                {"record web 0 created", 42, false},
                {"record web 42 running", 0, false},
                {"record web 42 running", 42, true}};
    (void)context;
    for (size_t policy = 0; policy < 2; policy++) {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            char script[32];
            struct play p;
            (void)snprintf(script, sizeof script, "exit web %u 3", rows[i].pid);
            play_begin(&p, both[policy]);
            play_subscribe(&p, rows[i].record);
            play_quietly(&p, script);
            assert_int_equal(monitor_busy(p.monitor), rows[i].handled);
            if (rows[i].handled) {
                play_quietly(&p, "reply 1 OK\nwritten 1");
                play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
            }
            play_end(&p);
        }
    }
}

/* A second exit finds the pid 0; only one that names the pid 0 too gets as far as a Delete, and still changes nothing.
 */
static void an_exit_of_pid_0_after_the_exit_deletes_again_and_changes_nothing(void **context)
{
    struct play p;
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        play_begin(&p, both[i]);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "exit web 101 3\nreply 1 OK\nwritten 1\nopened\nexit web 0 9");
        assert_int_equal(p.actions->items[p.actions->count - 1].kind, MONITOR_CALL);
        play_quietly(&p, "reply 2 OK");
        assert_int_equal(p.actions->items[0].note.kind, NOTE_FINISHED_BEFORE);
        play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
        assert_int_equal(play_record_of(&p, "web").finished_at_ns, PLAY_WALL_NS);
        play_end(&p);
    }
}

static void the_time_and_the_code_are_taken_as_the_original_took_them(void **context)
{
    static const struct {
        struct timestamp exited_at;
        uint32_t status;
        int64_t finished_at_ns;
        int32_t code;
        enum container_state state;
    } rows[] = {
        {{true, 5, 7}, 3, 5 * TIME_SECOND + 7, 3, CONTAINER_EXITED},
        {{true, 5, 0}, UINT32_MAX, 5 * TIME_SECOND, -1, CONTAINER_EXITED},
        {{true, 5, 0}, 137, 5 * TIME_SECOND, 137, CONTAINER_EXITED},
        /* Go's zero time, absent or sent as such: the number that the measured store held. */
        {{false, 0, 0}, 3, INT64_C(-6795364578871345152), 3, CONTAINER_EXITED},
        {{true, TIME_GO_ZERO_SECONDS, 0}, 3, INT64_C(-6795364578871345152), 3, CONTAINER_EXITED},
        /* The epoch is no time: pid and code change, the state does not. */
        {{true, 0, 0}, 3, 0, 3, CONTAINER_RUNNING},
        {{true, INT64_MAX, 0}, 3, -TIME_SECOND, 3, CONTAINER_EXITED},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct monitor_event event;
        struct play p;
        play_begin(&p, "original");
        play_subscribe(&p, "record web 101 running");
        assert_true(play_read(&p, "exit web 101 0", &event));
        event.task.exited_at = rows[i].exited_at;
        event.task.exit_status = rows[i].status;
        play_step(&p, &event);
        play_quietly(&p, "reply 1 OK\nwritten 1");
        play_assert_record(&p, "web", rows[i].state, 0, rows[i].code);
        assert_int_equal(play_record_of(&p, "web").finished_at_ns, rows[i].finished_at_ns);
        play_end(&p);
    }
}

static void a_failed_write_is_noted_and_the_record_stays(void **context)
{
    struct play p;
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        play_begin(&p, both[i]);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "exit web 101 3\nreply 1 OK\nfailed 1 disk full");
        assert_int_equal(p.actions->items[0].note.kind, NOTE_STORE_FAILED);
        assert_true(text_is(p.actions->items[0].note.container_id, "web"));
        assert_true(text_is(p.actions->items[0].note.outcome.text, "disk full"));
        play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
        assert_false(monitor_busy(p.monitor));
        play_end(&p);
    }
}

static void answers_to_what_nobody_asked_are_not_heard(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running");
    play(&p,
         "reply 1 OK\nwritten 1\nfailed 7 x\nfailed 0 x\nloaded\nexit web 101 3\nreply 2 OK\nreply 1 OK\nreply 1 OK");
    play_expect(&p, "> reply 1 OK status 0\n> written 1\n> write 7 failed \"x\"\n> load failed \"x\"\n> loaded 1\n"
                    "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 1 Tasks.Delete web timeout 10s\n"
                    "> reply 2 OK status 0\n"
                    "> reply 1 OK status 0\n  put 1 web EXITED code 3\n"
                    "> reply 1 OK status 0\n");
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_six_rows_of_the_original_hold),
        cmocka_unit_test(an_exit_goes_from_delete_to_put_to_tell),
        cmocka_unit_test(the_original_handles_its_event_to_the_end_and_only_then_subscribes_again),
        cmocka_unit_test(the_put_and_the_tell_carry_the_record),
        cmocka_unit_test(which_answers_to_a_delete_mean_that_the_task_is_gone),
        cmocka_unit_test(a_failed_delete_drops_the_event_but_a_later_one_is_handled),
        cmocka_unit_test(only_the_cure_gives_a_delete_a_deadline),
        cmocka_unit_test(a_record_that_had_finished_is_kept_as_it_is),
        cmocka_unit_test(an_exit_after_the_exit_is_none_of_the_init_process),
        cmocka_unit_test(a_pid_of_0_is_a_pid_like_any_other),
        cmocka_unit_test(an_exit_of_pid_0_after_the_exit_deletes_again_and_changes_nothing),
        cmocka_unit_test(the_time_and_the_code_are_taken_as_the_original_took_them),
        cmocka_unit_test(a_failed_write_is_noted_and_the_record_stays),
        cmocka_unit_test(answers_to_what_nobody_asked_are_not_heard),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
