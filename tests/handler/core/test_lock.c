/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* What the lock of a record holds up, as the Start of 2017 held it for its whole length. */

#define ORDERED "original-with=read-whole-stream"

static void the_exit_of_a_locked_record_waits_for_the_lock(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("original", "lock web\nexit web 101 3\n+1h\ntime\nunlock web",
                                      "> locked web\n"
                                      "> message /tasks/exit web pid 101 status 3\n  abandon stream 1\n"
                                      "+1h\n> time\n"
                                      "> unlocked web\n  note event-received web\n  call 1 Tasks.Delete web\n");
}

static void without_locks_the_exit_is_handled_at_once(void **context)
{
    static const char *const policies[] = {"basic", "original-with=no-lock", ORDERED ",no-lock",
                                           "basic-without=asynchronous"};
    (void)context;
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        struct play p;
        play_begin(&p, policies[i]);
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "lock web\nexit web 101 3");
        assert_int_equal(p.actions->items[p.actions->count - 1].kind, MONITOR_CALL);
        play_quietly(&p, "reply 1 OK");
        assert_int_equal(p.actions->items[0].kind, MONITOR_PUT);
        play_end(&p);
    }
}

/* In the order of their coming, because one loop handled all. */
static void everything_behind_a_held_exit_waits_with_it(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, ORDERED);
    play_subscribe(&p, "record web 101 running\nrecord db 202 running");
    play(&p, "lock web\noom web\nexit web 101 3\noom db\nexit db 202 4\nunlock web\nreply 1 OK\nwritten 1");
    play_expect(&p, "> locked web\n"
                    "> message /tasks/oom web\n  note event-received web\n"
                    "> message /tasks/exit web pid 101 status 3\n"
                    "> message /tasks/oom db\n"
                    "> message /tasks/exit db pid 202 status 4\n"
                    "> unlocked web\n  note event-received web\n  call 1 Tasks.Delete web\n"
                    "> reply 1 OK status 0\n  put 1 web EXITED code 3\n"
                    "> written 1\n  tell web exited\n"
                    "  note event-received db\n  note event-received db\n  call 2 Tasks.Delete db\n");
    play_end(&p);
}

static void an_asynchronous_handler_holds_up_the_locked_container_only(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic-without=no-lock");
    play_subscribe(&p, "record web 101 running\nrecord db 202 running");
    play(&p, "lock web\nexit web 101 3\nstarted web 102\ncreate web 102\noom web\nexit db 202 4\nunlock web");
    play_expect(&p, "> locked web\n"
                    "> message /tasks/exit web pid 101 status 3\n"
                    "> message /tasks/start web pid 102\n"
                    "> message /tasks/create web pid 102\n"
                    "> message /tasks/oom web\n  note event-received web\n"
                    "> message /tasks/exit db pid 202 status 4\n  note event-received db\n"
                    "  call 1 Tasks.Delete db timeout 10s\n"
                    "> unlocked web\n  note event-received web\n  call 2 Tasks.Delete web timeout 10s\n");
    play_end(&p);
}

/* In 2017 the store was asked twice, before the Delete and after it. */
static void a_lock_that_comes_during_the_delete_holds_up_the_record_s_change(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("original",
                                      "exit web 101 3\nlock web\nreply 1 OK\nunlock db\nunlock web\nwritten 1",
                                      "> message /tasks/exit web pid 101 status 3\n  abandon stream 1\n"
                                      "  note event-received web\n  call 1 Tasks.Delete web\n"
                                      "> locked web\n> reply 1 OK status 0\n> unlocked db\n"
                                      "> unlocked web\n  put 1 web EXITED code 3\n"
                                      "> written 1\n  tell web exited\n  open stream 2 on connection 1\n");
}

static void a_lock_during_the_delete_or_the_write_changes_no_other_end(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("original", "exit web 101 3\nlock web\nunlock web\nlock web\nreply 1 UNKNOWN no",
                                      "> message /tasks/exit web pid 101 status 3\n  abandon stream 1\n"
                                      "  note event-received web\n  call 1 Tasks.Delete web\n"
                                      "> locked web\n> unlocked web\n> locked web\n"
                                      "> reply 1 UNKNOWN \"no\"\n  note delete-failed web UNKNOWN \"no\"\n"
                                      "  open stream 2 on connection 1\n");
    play_assert_trace_once_subscribed("original", "exit web 101 3\nreply 1 OK\nlock web\nunlock web\nwritten 1",
                                      "> message /tasks/exit web pid 101 status 3\n  abandon stream 1\n"
                                      "  note event-received web\n  call 1 Tasks.Delete web\n"
                                      "> reply 1 OK status 0\n  put 1 web EXITED code 3\n"
                                      "> locked web\n> unlocked web\n"
                                      "> written 1\n  tell web exited\n  open stream 2 on connection 1\n");
}

static void what_does_not_concern_the_record_is_not_held(void **context)
{
    static const char *const messages[] = {"in theirs\nexit web 101 3", "oom web", "create web 102", "started web 102",
                                           "exit db 202 4"};
    (void)context;
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        struct play p;
        play_begin(&p, "original");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "lock web\nlock nobody");
        play_quietly(&p, messages[i]);
        assert_int_equal(p.actions->items[p.actions->count - 1].kind, MONITOR_OPEN_STREAM);
        assert_false(monitor_busy(p.monitor));
        play_end(&p);
    }
}

static void a_held_exit_is_busy_and_wants_no_time(void **context)
{
    static const char *const scripts[] = {"lock web\nlock web\nexit web 101 3",
                                          "exit web 101 3\nlock web\nlock web\nreply 1 OK"};
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        struct play p;
        play_begin(&p, "original");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, scripts[i]);
        assert_true(monitor_busy(p.monitor));
        assert_true(monitor_deadline_ns(p.monitor) == TIME_NEVER);
        play_quietly(&p, "unlock web");
        assert_true(p.actions->count > 0);
        play_quietly(&p, "unlock web");
        assert_int_equal(p.actions->count, 0);
        play_end(&p);
    }
}

/* The connection went while the exit was held: its Delete has none to go by. */
static void a_held_exit_that_outlives_its_connection_fails(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        "original", "lock web\nexit web 101 3\nlost gone\nunlock web",
        "> locked web\n"
        "> message /tasks/exit web pid 101 status 3\n  abandon stream 1\n"
        "> connection 1 lost UNAVAILABLE \"gone\"\n  note connection-lost UNAVAILABLE \"gone\"\n"
        "> unlocked web\n  note event-received web\n"
        "  note delete-failed web UNAVAILABLE \"grpc: the connection is unavailable\"\n"
        "  note subscribe-failed UNAVAILABLE \"grpc: the connection is unavailable\"; next try in 100ms\n");
}

static void a_stop_forgets_what_is_held_and_a_load_unlocks(void **context)
{
    static const char *const scripts[] = {"lock web\nexit web 101 3", "exit web 101 3\nlock web\nreply 1 OK"};
    (void)context;
    for (size_t i = 0; i < 2; i++) {
        struct play p;
        play_begin(&p, "original");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, scripts[i]);
        play_quietly(&p, "stop");
        assert_false(monitor_busy(p.monitor));
        play_quietly(&p, "unlock web");
        assert_int_equal(p.actions->count, 0);
        play_quietly(&p, "lock web\nstart\nloaded\nup\nopened\nexit web 101 3");
        assert_int_equal(p.actions->items[p.actions->count - 1].kind, MONITOR_CALL);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exit_of_a_locked_record_waits_for_the_lock),
        cmocka_unit_test(without_locks_the_exit_is_handled_at_once),
        cmocka_unit_test(everything_behind_a_held_exit_waits_with_it),
        cmocka_unit_test(an_asynchronous_handler_holds_up_the_locked_container_only),
        cmocka_unit_test(a_lock_that_comes_during_the_delete_holds_up_the_record_s_change),
        cmocka_unit_test(a_lock_during_the_delete_or_the_write_changes_no_other_end),
        cmocka_unit_test(what_does_not_concern_the_record_is_not_held),
        cmocka_unit_test(a_held_exit_is_busy_and_wants_no_time),
        cmocka_unit_test(a_held_exit_that_outlives_its_connection_fails),
        cmocka_unit_test(a_stop_forgets_what_is_held_and_a_load_unlocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
