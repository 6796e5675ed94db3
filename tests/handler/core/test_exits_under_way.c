/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* Exits that take their time: what happens meanwhile, and what becomes of them when something ends. */

static void a_repeated_exit_is_not_deleted_twice(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
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
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    play_end(&p);
}

static void a_delete_that_hangs_holds_up_its_own_container_only(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running\nrecord db 202 running");
    play(&p, "exit web 101 3\nexit db 202 4\nreply 2 OK\nwritten 1");
    play_expect(&p, "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                    "  call 1 Tasks.Delete web timeout 10s\n"
                    "> message /tasks/exit db pid 202 status 4\n  note event-received db\n"
                    "  call 2 Tasks.Delete db timeout 10s\n"
                    "> reply 2 OK status 0\n  put 1 db EXITED code 4\n"
                    "> written 1\n  tell db exited\n");
    play_assert_record(&p, "db", CONTAINER_EXITED, 0, 4);
    assert_true(monitor_busy(p.monitor));
    play_end(&p);
}

static void without_that_cure_it_holds_up_everything(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic-without=asynchronous");
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
    play_begin(&p, "basic");
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
    play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    play_assert_record(&p, "db", CONTAINER_EXITED, 0, 4);
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
                    "  note delete-failed db UNAVAILABLE \"grpc: the connection is unavailable\"\n");
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
    play_begin(&p, "basic-without=ping");
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
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running\nrecord db 202 running");
    play_quietly(&p, "exit web 101 3\nexit db 202 4\nreply 1 OK");
    play(&p, "stop\nwritten 1");
    play_expect(&p, "> stop\n  cancel stream 1\n  close 1\n> written 1\n");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    play_assert_record(&p, "db", CONTAINER_RUNNING, 202, 0);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

static void a_write_that_fails_after_the_stop_is_forgotten(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nreply 1 OK\ncreate db 202\nstop\nfailed 1 x\nfailed 2 x");
    assert_int_equal(p.actions->count, 0);
    play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

/* The store answered the load before it wrote: what it holds at last is what counts. */
static void an_exit_written_after_the_records_were_loaded_anew_is_kept(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nreply 1 OK\nstop\nstart");
    p.record_count = 0;
    play_quietly(&p, "loaded");
    play(&p, "written 1");
    play_expect(&p, "> written 1\n  tell web exited\n");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

/* No pid is known, and the API of 2017 names no process: the server that is asked tells whose exit it was, and the
 * other one is not forgotten meanwhile. */
static void of_two_exits_the_one_with_the_pid_that_the_server_tells_is_the_inits(void **context)
{
    static const struct {
        const char *script;
        int code;
    } rows[] = {
        {"exit web 111 1\nexit web 101 2\ngot 1 stopped-silently 101 0\ngot 2 stopped-silently 101 0", 2},
        {"exit web 101 2\nexit web 111 1\ngot 1 stopped-silently 101 0", 2},
        /* The state lags until the first one is doubted no more. */
        {"exit web 111 1\nexit web 101 2\n+10s\ngot 1 running 101 0\ngot 2 stopped-silently 101 0", 2},
        /* As does the exit. */
        {"exit web 111 1\ngot 1 stopped-silently 101 0\nexit web 101 2\ngot 2 stopped-silently 101 0", 2},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, "reliable-without=relist,oom");
        play_record(&p, "web", 0, "created");
        p.records[0].started_at_ns = 2;
        play_subscribe(&p, "");
        play_quietly(&p, rows[i].script);
        if (p.actions->count == 0 || p.actions->items[p.actions->count - 1].kind != MONITOR_PUT)
            fail_msg("row %zu", i);
        assert_int_equal(p.actions->items[p.actions->count - 1].record.exit_code, rows[i].code);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repeated_exit_is_not_deleted_twice),
        cmocka_unit_test(a_delete_that_hangs_holds_up_its_own_container_only),
        cmocka_unit_test(without_that_cure_it_holds_up_everything),
        cmocka_unit_test(a_lost_connection_fails_the_deletes_under_way_on_it),
        cmocka_unit_test(an_exit_that_waited_for_a_lost_connection_is_dropped),
        cmocka_unit_test(many_deletes_that_fail_at_once_are_noted_in_portions),
        cmocka_unit_test(a_write_under_way_when_the_monitor_stops_still_changes_the_record),
        cmocka_unit_test(a_write_that_fails_after_the_stop_is_forgotten),
        cmocka_unit_test(an_exit_written_after_the_records_were_loaded_anew_is_kept),
        cmocka_unit_test(of_two_exits_the_one_with_the_pid_that_the_server_tells_is_the_inits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
