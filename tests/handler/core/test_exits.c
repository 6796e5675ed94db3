/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

static const char *const both[] = {"original", "reliable"};

/* Lets the store write and servers answer: nothing but the record's state, pid and code is looked at. */
static void assert_record(const struct play *play, const char *id, enum container_state state, unsigned pid, int code)
{
    struct container_record record = play_record_of(play, id);
    assert_int_equal(container_record_state(&record), state);
    assert_int_equal(record.pid, pid);
    assert_int_equal(record.exit_code, code);
}

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
                assert_record(&p, "web", rows[i].state, rows[i].pid, rows[i].code);
            assert_false(monitor_busy(p.monitor));
            play_end(&p);
        }
    }
}

static void an_exit_goes_from_delete_to_put_to_tell(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable");
    play_subscribe(&p, "record web 101 running");
    play(&p, "exit web 101 3");
    assert_true(monitor_busy(p.monitor));
    play(&p, "reply 1 OK");
    /* Nobody sees an exit that is not written. */
    assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    assert_true(monitor_busy(p.monitor));
    play(&p, "written 1");
    assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
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
    play_begin(&p, "reliable");
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
        {"original", "reply 1 NOT_FOUND the container does not exist", false},
        {"original", "reply 1 NOT_FOUND", false},
        {"original", "reply 1 UNAVAILABLE transport is closing", false},
        {"original", "reply 1 DEADLINE_EXCEEDED", false},
        {"reliable", "reply 1 OK", true},
        {"reliable", "reply 1 not-ours", true},
        {"reliable", "reply 1 UNKNOWN container does not exist", true},
        {"reliable", "reply 1 NOT_FOUND task web not found: not found", true},
        {"reliable", "reply 1 NOT_FOUND", true},
        {"reliable", "reply 1 FAILED_PRECONDITION task must be stopped", false},
        {"reliable", "reply 1 UNAVAILABLE", false},
        {"reliable-without=not-found-by-code", "reply 1 NOT_FOUND", false},
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
    play_begin(&p, "reliable");
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
                {"reliable", 10 * TIME_SECOND},
                {"reliable-without=delete-deadline", 0}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        const struct monitor_action *call;
        play_begin(&p, rows[i].policy);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "exit web 101 3");
        call = &p.actions->items[p.actions->count - 1];
        assert_int_equal(call->kind, MONITOR_CALL_DELETE);
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
        assert_record(&p, "web", CONTAINER_EXITED, 101, 0);
        assert_int_equal(play_record_of(&p, "web").finished_at_ns, 3);
        assert_false(monitor_busy(p.monitor));
        play_end(&p);
    }
}

static void an_exit_after_the_exit_is_none_of_the_init_process(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nreply 1 OK\nwritten 1");
    play(&p, "exit web 101 9");
    play_expect(&p, "> message /tasks/exit web pid 101 status 9\n  note event-received web\n"
                    "  note not-the-init-process web\n");
    assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    play_end(&p);
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
        {{false, 0, 0}, 3, TIME_GO_ZERO_NS, 3, CONTAINER_EXITED},
        {{true, TIME_GO_ZERO_SECONDS, 0}, 3, TIME_GO_ZERO_NS, 3, CONTAINER_EXITED},
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
        assert_record(&p, "web", rows[i].state, 0, rows[i].code);
        assert_int_equal(play_record_of(&p, "web").finished_at_ns, rows[i].finished_at_ns);
        play_end(&p);
    }
}

static void a_repeated_exit_is_not_deleted_twice(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable");
    play_subscribe(&p, "record web 101 running");
    play(&p, "exit web 101 3\nexit web 101 137\nreply 1 OK\nexit web 101 137\nwritten 1");
    play_expect(&p, "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 1 Tasks.Delete web timeout 10s\n"
                    "> message /tasks/exit web pid 101 status 137\n  note event-received web\n"
                    "  note exit-under-way web\n"
                    "> reply 1 OK status 0\n  put 1 web EXITED code 3\n"
                    "> message /tasks/exit web pid 101 status 137\n  note event-received web\n"
                    "  note exit-under-way web\n"
                    "> written 1\n  tell web exited\n");
    assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    play_end(&p);
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
        assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
        assert_false(monitor_busy(p.monitor));
        play_end(&p);
    }
}

static void answers_to_what_nobody_asked_are_not_heard(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable");
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

static void a_delete_that_hangs_holds_up_its_own_container_only(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable");
    play_subscribe(&p, "record web 101 running\nrecord db 202 running");
    play(&p, "exit web 101 3\nexit db 202 4\nreply 2 OK\nwritten 1");
    play_expect(&p, "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 1 Tasks.Delete web timeout 10s\n"
                    "> message /tasks/exit db pid 202 status 4\n  note event-received db\n"
                    "  call 2 Tasks.Delete db timeout 10s\n"
                    "> reply 2 OK status 0\n  put 1 db EXITED code 4\n"
                    "> written 1\n  tell db exited\n");
    assert_record(&p, "db", CONTAINER_EXITED, 0, 4);
    assert_true(monitor_busy(p.monitor));
    play_end(&p);
}

static void without_that_cure_it_holds_up_everything(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable-without=asynchronous");
    play_subscribe(&p, "record web 101 running\nrecord db 202 running");
    play(&p, "exit web 101 3\nexit db 202 4\noom db\nreply 1 DEADLINE_EXCEEDED\nreply 2 OK\nwritten 1");
    play_expect(&p, "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 1 Tasks.Delete web timeout 10s\n"
                    "> message /tasks/exit db pid 202 status 4\n"
                    "> message /tasks/oom db\n"
                    "> reply 1 DEADLINE_EXCEEDED\n  note delete-failed web DEADLINE_EXCEEDED\n"
                    "  note event-received db\n  call 2 Tasks.Delete db timeout 10s\n"
                    "> reply 2 OK status 0\n  put 1 db EXITED code 4\n"
                    "> written 1\n  tell db exited\n  note event-received db\n");
    play_end(&p);
}

static void a_lost_connection_fails_the_deletes_under_way_on_it(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable");
    play_subscribe(&p, "record web 101 running\nrecord db 202 running\nrecord job 303 running");
    play_quietly(&p, "exit web 101 3\nexit db 202 4\nexit job 303 5\nreply 2 OK");
    play(&p, "lost transport is closing\nreply 1 OK\nwritten 1");
    play_expect(&p, "> connection 1 lost UNAVAILABLE \"transport is closing\"\n"
                    "  note connection-lost UNAVAILABLE \"transport is closing\"; next try in 100ms\n"
                    "  note delete-failed web UNAVAILABLE \"transport is closing\"\n"
                    "  note delete-failed job UNAVAILABLE \"transport is closing\"\n"
                    /* The reply was the connection's and is not heard; the write was not and is. */
                    "> reply 1 OK status 0\n"
                    "> written 1\n  tell db exited\n");
    assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    assert_record(&p, "db", CONTAINER_EXITED, 0, 4);
    play_end(&p);
}

/* Without a connection a Delete fails at once; with a new one it does not. */
static void an_exit_that_waited_for_a_lost_connection_is_dropped(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "original-with=read-whole-stream");
    play_subscribe(&p, "record web 101 running\nrecord db 202 running");
    play_quietly(&p, "exit web 101 3\nexit db 202 4");
    play(&p, "lost gone");
    play_expect(&p, "> connection 1 lost UNAVAILABLE \"gone\"\n"
                    "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                    "  note delete-failed web UNAVAILABLE \"gone\"\n"
                    "  note event-received db\n"
                    "  note delete-failed db UNAVAILABLE \"there is no connection that takes a call\"\n");
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

/* More than one step has room for: the rest is done "now". */
static void many_deletes_that_fail_at_once_are_noted_in_portions(void **context)
{
    enum { COUNT = 100 };
    static struct container_record records[COUNT];
    static char ids[COUNT][8];
    struct monitor_event loaded = {.kind = MONITOR_STORE_LOADED, .records = records, .record_count = COUNT};
    struct play p;
    size_t notes;
    (void)context;
    play_begin(&p, "reliable");
    play_quietly(&p, "start");
    for (size_t i = 0; i < COUNT; i++) {
        (void)snprintf(ids[i], sizeof ids[i], "c%zu", i);
        records[i].id = text_of(ids[i]);
        records[i].pid = (uint32_t)i + 1;
        records[i].started_at_ns = 1;
    }
    play_step(&p, &loaded);
    play_quietly(&p, "up\nopened");
    for (size_t i = 0; i < COUNT; i++) {
        char line[32];
        (void)snprintf(line, sizeof line, "exit c%zu %zu 1", i, i + 1);
        play_quietly(&p, line);
    }
    assert_int_equal(monitor_deadline_ns(p.monitor), TIME_NEVER);
    play_quietly(&p, "lost gone");
    for (notes = p.actions->count - 1; monitor_busy(p.monitor); notes += p.actions->count) {
        assert_int_equal(monitor_deadline_ns(p.monitor), p.now_ns);
        play_quietly(&p, "time");
        assert_true(p.actions->count > 0);
    }
    assert_int_equal(notes, COUNT);
    assert_int_equal(monitor_deadline_ns(p.monitor), p.now_ns + 100 * TIME_MILLISECOND);
    play_end(&p);
}

/* A stop gives up the Delete, but what is on its way to the store arrives there. */
static void a_write_under_way_when_the_monitor_stops_still_changes_the_record(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable");
    play_subscribe(&p, "record web 101 running\nrecord db 202 running");
    play_quietly(&p, "exit web 101 3\nexit db 202 4\nreply 1 OK");
    play(&p, "stop\nwritten 1");
    play_expect(&p, "> stop\n  cancel stream 1\n  close 1\n> written 1\n");
    assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    assert_record(&p, "db", CONTAINER_RUNNING, 202, 0);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

static void a_write_that_fails_after_the_stop_is_forgotten(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nreply 1 OK\ncreate db 202\nstop\nfailed 1 x\nfailed 2 x");
    assert_int_equal(p.actions->count, 0);
    assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

/* The store answered the load before it wrote: what it holds at last is what counts. */
static void an_exit_written_after_the_records_were_loaded_anew_is_kept(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "reliable");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nreply 1 OK\nstop\nstart");
    p.record_count = 0;
    play_quietly(&p, "loaded");
    play(&p, "written 1");
    play_expect(&p, "> written 1\n  tell web exited\n");
    assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    assert_false(monitor_busy(p.monitor));
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
        cmocka_unit_test(the_time_and_the_code_are_taken_as_the_original_took_them),
        cmocka_unit_test(a_repeated_exit_is_not_deleted_twice),
        cmocka_unit_test(a_failed_write_is_noted_and_the_record_stays),
        cmocka_unit_test(answers_to_what_nobody_asked_are_not_heard),
        cmocka_unit_test(a_delete_that_hangs_holds_up_its_own_container_only),
        cmocka_unit_test(without_that_cure_it_holds_up_everything),
        cmocka_unit_test(a_lost_connection_fails_the_deletes_under_way_on_it),
        cmocka_unit_test(an_exit_that_waited_for_a_lost_connection_is_dropped),
        cmocka_unit_test(many_deletes_that_fail_at_once_are_noted_in_portions),
        cmocka_unit_test(a_write_under_way_when_the_monitor_stops_still_changes_the_record),
        cmocka_unit_test(a_write_that_fails_after_the_stop_is_forgotten),
        cmocka_unit_test(an_exit_written_after_the_records_were_loaded_anew_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
