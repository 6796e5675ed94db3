/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* What is done when a container has ended: the journal, and Deletes that fail. */

/* The policies here know nothing but the exits themselves. */
#define JOURNAL  "original-with=read-whole-stream,asynchronous,not-found-by-code,no-lock,error-table,journal"
#define RETRYING JOURNAL ",retry-deletes"
#define EXITED   "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
#define RECORDED EXITED "  put 1 web EXITED code 3\n> written 1\n  tell web exited\n  call 1 Tasks.Delete web\n"

static void an_exit_is_written_before_its_task_is_deleted(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, JOURNAL);
    play_subscribe(&p, "record web 101 running");
    play(&p, "exit web 101 3");
    assert_true(p.actions->items[1].record.delete_pending);
    /* Nobody sees an exit that is not written. */
    play_assert_record(&p, "web", CONTAINER_RUNNING, 101, 0);
    play(&p, "written 1");
    play_assert_record(&p, "web", CONTAINER_EXITED, 0, 3);
    assert_true(play_record_of(&p, "web").delete_pending);
    play(&p, "reply 1 OK");
    assert_false(play_record_of(&p, "web").delete_pending);
    assert_false(p.actions->items[0].record.delete_pending);
    assert_true(monitor_busy(p.monitor));
    play(&p, "written 2");
    assert_false(monitor_busy(p.monitor));
    play_expect(&p, RECORDED "> reply 1 OK status 0\n  put 2 web EXITED code 3\n> written 2\n");
    play_end(&p);
}

static void an_exit_that_cannot_be_written_deletes_nothing(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(JOURNAL, "exit web 101 3\nfailed 1 disk full",
                                      EXITED "  put 1 web EXITED code 3\n"
                                             "> write 1 failed \"disk full\"\n"
                                             "  note store-failed web INTERNAL \"disk full\"\n");
}

static void a_delete_that_fails_leaves_the_mark_where_nothing_is_retried(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, JOURNAL);
    play_subscribe(&p, "record web 101 running");
    play(&p, "exit web 101 3\nwritten 1\nreply 1 UNAVAILABLE no");
    play_expect(&p, RECORDED "> reply 1 UNAVAILABLE \"no\"\n  note delete-failed web UNAVAILABLE \"no\"\n");
    assert_true(play_record_of(&p, "web").delete_pending);
    assert_false(monitor_busy(p.monitor));
    assert_true(monitor_deadline_ns(p.monitor) == TIME_NEVER);
    play_end(&p);
}

static void a_delete_that_fails_is_asked_again_with_a_backoff(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        RETRYING,
        "exit web 101 3\nwritten 1\nreply 1 UNAVAILABLE no\n+99ms\ntime\n+1ms\ntime\n"
        "reply 2 FAILED_PRECONDITION must be stopped\n+200ms\ntime\nreply 3 NOT_FOUND\nwritten 2",
        RECORDED "> reply 1 UNAVAILABLE \"no\"\n"
                 "  note delete-failed web UNAVAILABLE \"no\"; next try in 100ms\n"
                 "+99ms\n> time\n+1ms\n> time\n  call 2 Tasks.Delete web\n"
                 "> reply 2 FAILED_PRECONDITION \"must be stopped\"\n"
                 "  note delete-failed web FAILED_PRECONDITION \"must be stopped\"; next try in 200ms\n"
                 "+200ms\n> time\n  call 3 Tasks.Delete web\n"
                 "> reply 3 NOT_FOUND\n  put 2 web EXITED code 3\n> written 2\n");
}

/* Seconds between the attempts, the cap included. */
static void the_backoff_of_a_delete_doubles_to_30_s(void **context)
{
    static const int64_t delays_ms[] = {100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 30000, 30000};
    struct play p;
    (void)context;
    play_begin(&p, RETRYING);
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nwritten 1");
    for (size_t i = 0; i < sizeof delays_ms / sizeof delays_ms[0]; i++) {
        char reply[32];
        (void)snprintf(reply, sizeof reply, "reply %zu UNKNOWN no", i + 1);
        play_quietly(&p, reply);
        assert_int_equal(monitor_deadline_ns(p.monitor) - p.now_ns, delays_ms[i] * TIME_MILLISECOND);
        p.now_ns = monitor_deadline_ns(p.monitor);
        play_quietly(&p, "time");
        assert_int_equal(p.actions->items[0].kind, MONITOR_CALL);
    }
    play_end(&p);
}

static void a_delete_that_is_refused_for_good_is_noted_once_and_asked_for_every_30_s(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        RETRYING,
        "exit web 101 3\nwritten 1\nreply 1 PERMISSION_DENIED no\n+30s\ntime\nreply 2 PERMISSION_DENIED no\n"
        "+29999ms\ntime\n+1ms\ntime\nreply 3 UNAVAILABLE no",
        RECORDED "> reply 1 PERMISSION_DENIED \"no\"\n"
                 "  note delete-failed web PERMISSION_DENIED \"no\"; next try in 30s\n"
                 "+30s\n> time\n  call 2 Tasks.Delete web\n> reply 2 PERMISSION_DENIED \"no\"\n"
                 "+29999ms\n> time\n+1ms\n> time\n  call 3 Tasks.Delete web\n"
                 "> reply 3 UNAVAILABLE \"no\"\n"
                 "  note delete-failed web UNAVAILABLE \"no\"; next try in 100ms\n");
}

/* What was not even tried counts for nothing. */
static void without_a_connection_a_delete_waits_without_a_word(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        RETRYING, "exit web 101 3\nwritten 1\nlost gone\n+100ms\ntime\n+100ms\ntime\nup\n+100ms\ntime\nreply 2 OK",
        RECORDED "> connection 1 lost UNAVAILABLE \"gone\"\n"
                 "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                 "  note delete-failed web UNAVAILABLE \"gone\"; next try in 100ms\n"
                 "+100ms\n> time\n  dial 2\n"
                 "+100ms\n> time\n"
                 "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n"
                 "+100ms\n> time\n  call 2 Tasks.Delete web\n"
                 "> reply 2 OK status 0\n  put 2 web EXITED code 3\n");
}

static void a_new_connection_kicks_what_waits(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, RETRYING ",kick-retries");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\nwritten 1\nreply 1 UNKNOWN a\n+100ms\ntime\nreply 2 UNKNOWN b\n+200ms\ntime\n"
                     "reply 3 UNKNOWN c\nlost gone\n+100ms\ntime");
    play(&p, "up\nreply 4 UNKNOWN d");
    /* The count begins anew. */
    play_expect(&p, "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n"
                    "  call 4 Tasks.Delete web\n"
                    "> reply 4 UNKNOWN \"d\"\n  note delete-failed web UNKNOWN \"d\"; next try in 100ms\n");
    play_end(&p);
}

/* A start that failed has finished the record; its process went on, and its task is to go. */
static void the_exit_of_what_was_finished_before_deletes_the_task(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, JOURNAL);
    play_subscribe(&p, "record web 101 exited");
    play(&p, "exit web 101 3");
    assert_true(p.actions->items[2].record.delete_pending);
    play(&p, "written 1\nreply 1 OK\nwritten 2");
    play_expect(&p, EXITED "  note finished-before web\n  put 1 web EXITED pid 101 code 0\n  call 1 Tasks.Delete web\n"
                           "> written 1\n> reply 1 OK status 0\n  put 2 web EXITED pid 101 code 0\n> written 2\n");
    assert_false(play_record_of(&p, "web").delete_pending);
    assert_int_equal(play_record_of(&p, "web").finished_at_ns, 3);
    play_end(&p);
}

static void a_stop_gives_the_retries_up(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, RETRYING ",retry-writes");
    play_subscribe(&p, "record web 101 running\nrecord db 202 running");
    play_quietly(&p, "exit web 101 3\nwritten 1\nreply 1 UNKNOWN no\nexit db 202 4\nfailed 2 no\nstop");
    assert_true(monitor_deadline_ns(p.monitor) == TIME_NEVER);
    assert_false(monitor_busy(p.monitor));
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_exit_is_written_before_its_task_is_deleted),
        cmocka_unit_test(an_exit_that_cannot_be_written_deletes_nothing),
        cmocka_unit_test(a_delete_that_fails_leaves_the_mark_where_nothing_is_retried),
        cmocka_unit_test(a_delete_that_fails_is_asked_again_with_a_backoff),
        cmocka_unit_test(the_backoff_of_a_delete_doubles_to_30_s),
        cmocka_unit_test(a_delete_that_is_refused_for_good_is_noted_once_and_asked_for_every_30_s),
        cmocka_unit_test(without_a_connection_a_delete_waits_without_a_word),
        cmocka_unit_test(a_new_connection_kicks_what_waits),
        cmocka_unit_test(the_exit_of_what_was_finished_before_deletes_the_task),
        cmocka_unit_test(a_stop_gives_the_retries_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
