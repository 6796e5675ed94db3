/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

/* How a connection or the whole monitor ends, and what begins after it. */

static void a_lost_connection_is_dialled_again_after_the_delay_that_then_grows(void **context)
{
    static const char *const policies[] = {"original", "basic"};
    (void)context;
    for (size_t i = 0; i < 2; i++)
        play_assert_trace_once_subscribed(
            policies[i], "lost transport is closing\n+100ms\ntime\nlost refused",
            "> connection 1 lost UNAVAILABLE \"transport is closing\"\n"
            "  note connection-lost UNAVAILABLE \"transport is closing\"; next try in 100ms\n"
            "+100ms\n> time\n  dial 2\n"
            "> connection 2 lost UNAVAILABLE \"refused\"\n"
            "  note connect-failed UNAVAILABLE \"refused\"; next try in 200ms\n");
}

static void a_connection_lost_while_a_stream_is_opened_or_while_waiting_is_replaced(void **context)
{
    (void)context;
    play_assert_trace("basic", "start\nloaded\nup\nlost gone\n+100ms\ntime",
                      "> start\n  load\n> loaded 0\n  dial 1\n"
                      "> connection 1 up\n  note connected\n  open stream 1 on connection 1\n"
                      "> connection 1 lost UNAVAILABLE \"gone\"\n"
                      "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                      "+100ms\n> time\n  dial 2\n");
    play_assert_trace_once_subscribed("basic", "ended OK\n+40ms\nlost gone\n+60ms\ntime",
                                      "> stream 1 ended OK\n  note stream-failed OK; next try in 100ms\n"
                                      "+40ms\n> connection 1 lost UNAVAILABLE \"gone\"\n"
                                      "  note connection-lost UNAVAILABLE \"gone\"; next try in 60ms\n"
                                      "+60ms\n> time\n  dial 2\n");
}

/* In 2017 the loss showed when the handler, done with its event, subscribed again; its library said then that there is
 * no connection, and not any more how the last one was lost. */
static void the_original_notices_a_lost_connection_after_its_event(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        "original", "exit web 101 3\nlost gone\n+100ms\ntime",
        "> message /tasks/exit web pid 101 status 3\n  abandon stream 1\n"
        "  note event-received web\n  call 1 Tasks.Delete web\n"
        "> connection 1 lost UNAVAILABLE \"gone\"\n"
        "  note connection-lost UNAVAILABLE \"gone\"\n"
        "  note delete-failed web UNAVAILABLE \"gone\"\n"
        "  note subscribe-failed UNAVAILABLE \"grpc: the connection is unavailable\"; next try in 100ms\n"
        "+100ms\n> time\n  dial 2\n");
    play_assert_trace_once_subscribed(
        "original", "exit web 101 3\nreply 1 OK\nlost gone\nwritten 1\n+100ms\ntime",
        "> message /tasks/exit web pid 101 status 3\n  abandon stream 1\n"
        "  note event-received web\n  call 1 Tasks.Delete web\n"
        "> reply 1 OK status 0\n  put 1 web EXITED code 3\n"
        "> connection 1 lost UNAVAILABLE \"gone\"\n"
        "  note connection-lost UNAVAILABLE \"gone\"\n"
        "> written 1\n  tell web exited\n"
        "  note subscribe-failed UNAVAILABLE \"grpc: the connection is unavailable\"; next try in 100ms\n"
        "+100ms\n> time\n  dial 2\n");
}

static void a_draining_connection_serves_its_stream_and_is_then_replaced(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("basic-without=move-on-goaway",
                                      "draining\ndraining\noom web\nended UNAVAILABLE bye\n+100ms\ntime\nup",
                                      "> connection 1 draining\n"
                                      "> connection 1 draining\n"
                                      "> message /tasks/oom web\n  note event-received web\n"
                                      "> stream 1 ended UNAVAILABLE \"bye\"\n"
                                      "  note stream-failed UNAVAILABLE \"bye\"; next try in 100ms\n  close 1\n"
                                      "+100ms\n> time\n  dial 2\n"
                                      "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n");
}

#define LEFT "> time\n  note connection-draining\n  close 1\n  dial 2\n"

static void a_server_that_goes_away_is_left_for_another_connection_behind_what_came_with_that(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        "basic", "draining\noom web\ntime\nconnection 1\ndraining\nlost bye\nconnection 2\nup",
        "> connection 1 draining\n"
        "> message /tasks/oom web\n  note event-received web\n" LEFT "> connection 1 draining\n"
        "> connection 1 lost UNAVAILABLE \"bye\"\n"
        "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n");
    /* What ends because the server goes away has not failed. */
    play_assert_trace_once_subscribed("basic", "draining\nended UNAVAILABLE bye\ntime",
                                      "> connection 1 draining\n> stream 1 ended UNAVAILABLE \"bye\"\n" LEFT);
    play_assert_trace_once_subscribed("basic", "draining\nlost bye",
                                      "> connection 1 draining\n> connection 1 lost UNAVAILABLE \"bye\"\n"
                                      "  note connection-draining\n  dial 2\n");
    play_assert_trace("basic", "start\nloaded\nup\ndraining\nopened\ntime",
                      "> start\n  load\n> loaded 0\n  dial 1\n"
                      "> connection 1 up\n  note connected\n  open stream 1 on connection 1\n"
                      "> connection 1 draining\n> stream 1 opened\n" LEFT);
}

static void a_server_that_goes_away_may_answer_first_for_so_long(void **context)
{
    static const char begin[] = "> message /tasks/exit web pid 101 status 3\n  note event-received web\n"
                                "  call 1 Tasks.Delete web timeout 10s\n> connection 1 draining\n";
    char expected[1024];
    (void)context;
    (void)snprintf(expected, sizeof expected, "%s> time\n+999ms\n> time\n+1ms\n%s%s", begin, LEFT,
                   "  note delete-failed web UNAVAILABLE \"the connection was closed\"\n");
    play_assert_trace_once_subscribed("basic-without=ping", "exit web 101 3\ndraining\ntime\n+999ms\ntime\n+1ms\ntime",
                                      expected);
    (void)snprintf(expected, sizeof expected, "%s+500ms\n> reply 1 OK status 0\n  put 1 web EXITED code 3\n%s", begin,
                   LEFT);
    play_assert_trace_once_subscribed("basic-without=ping", "exit web 101 3\ndraining\n+500ms\nreply 1 OK\ntime",
                                      expected);
    assert_int_equal(MONITOR_LEAVE_WAIT_NS, TIME_SECOND);
}

/* The delay of each move after the first, which has none: by the script between one and the next. */
static void a_server_that_always_goes_away_is_dialled_with_growing_delays(void **context)
{
    static const struct {
        const char *between;
        int64_t delay_ms;
    } rows[] = {{"", 100},    {"", 200},         {"oom web", -1},      {"", 100}, {"oom web", -1}, {"", 100},
                {"+30s", -1}, {"+29.999s", 100}, {"unreadable x", 200}};
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    play_quietly(&p, "draining\ntime\nup\nopened");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        play_quietly(&p, rows[i].between);
        play_quietly(&p, "draining\ntime");
        if (rows[i].delay_ms > 0) {
            assert_int_equal(monitor_deadline_ns(p.monitor) - p.now_ns, rows[i].delay_ms * TIME_MILLISECOND);
            p.now_ns = monitor_deadline_ns(p.monitor);
            play_quietly(&p, "time");
        }
        assert_int_equal(p.actions->items[p.actions->count - 1].kind, MONITOR_DIAL);
        play_quietly(&p, "up\nopened");
    }
    play_end(&p);
}

/* Its one event is read, but its Delete cannot be sent any more; the new connection is made at once. */
static void the_original_loses_the_exit_that_it_reads_from_a_draining_connection(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("original", "draining\nexit web 101 3",
                                      "> connection 1 draining\n"
                                      "> message /tasks/exit web pid 101 status 3\n  abandon stream 1\n"
                                      "  note event-received web\n"
                                      "  note delete-failed web UNAVAILABLE \"grpc: the connection is unavailable\"\n"
                                      "  close 1\n  dial 2\n");
}

static void a_connection_that_drains_during_the_delay_is_replaced_after_it(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("basic", "ended OK\ndraining\n+100ms\ntime",
                                      "> stream 1 ended OK\n  note stream-failed OK; next try in 100ms\n"
                                      "> connection 1 draining\n"
                                      "+100ms\n> time\n  close 1\n  dial 2\n");
}

static void a_stop_ends_what_there_is_in_every_state_and_nothing_follows(void **context)
{
    static const struct {
        const char *policy, *before, *actions;
    } rows[] = {
        {"basic", "", ""},
        {"basic", "start", ""},
        {"basic", "start\nloaded", "  close 1\n"},
        {"basic", "start\nloaded\nlost gone", ""},
        {"basic", "start\nloaded\nup", "  cancel stream 1\n  close 1\n"},
        {"basic", "start\nloaded\nup\nopened", "  cancel stream 1\n  close 1\n"},
        {"basic", "start\nloaded\nup\nopened\nended OK", "  close 1\n"},
        {"basic", "start\nloaded\nup\nopened\ndraining", "  cancel stream 1\n  close 1\n"},
        {"basic", "start\nloaded\nup\nopened\ndraining\ntime", "  close 2\n"},
        {"original", "start\nloaded\nup\nopened\ndraining", "  cancel stream 1\n  close 1\n"},
        {"basic", "start\nloaded\nup\nopened\nexit web 101 3", "  cancel stream 1\n  close 1\n"},
        {"original", "start\nloaded\nup\nopened\nexit web 101 3", "  close 1\n"},
        {"original", "start\nloaded\nup\nopened\nexit web 101 3\nlost gone", ""},
        {"original-with=read-whole-stream", "start\nloaded\nup\nopened\nexit web 101 3\nexit db 202 4",
         "  cancel stream 1\n  close 1\n"},
    };
    static const char late[] = "stop\nloaded\nload-failed x\nup\ndraining\nlost x\nopened\nended OK\nunreadable x\n"
                               "exit web 101 3\nreply 1 OK\nwritten 1\nfailed 1 x\n+1s\ntime";
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        char expected[200];
        play_begin(&p, rows[i].policy);
        play_quietly(&p, "record db 202 running\nrecord web 101 running");
        play_quietly(&p, rows[i].before);
        play(&p, "stop");
        (void)snprintf(expected, sizeof expected, "> stop\n%s", rows[i].actions);
        play_expect(&p, expected);
        assert_false(monitor_busy(p.monitor));
        assert_false(monitor_subscribed(p.monitor));
        assert_int_equal(monitor_deadline_ns(p.monitor), TIME_NEVER);
        play(&p, late);
        assert_null(memmem(p.trace.bytes, p.trace.length, "\n  ", 3));
        play_end(&p);
    }
}

static void a_stopped_monitor_can_be_started_again_and_counts_on(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("basic", "lost gone\nstop\nstart\nloaded\nup\nopened\nended OK",
                                      "> connection 1 lost UNAVAILABLE \"gone\"\n"
                                      "  note connection-lost UNAVAILABLE \"gone\"; next try in 100ms\n"
                                      "> stop\n"
                                      "> start\n  load\n"
                                      "> loaded 1\n  dial 2\n"
                                      "> connection 2 up\n  note connected\n  open stream 2 on connection 2\n"
                                      "> stream 2 opened\n  note subscribed\n"
                                      /* The delays begin again too. */
                                      "> stream 2 ended OK\n  note stream-failed OK; next try in 100ms\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_connection_is_dialled_again_after_the_delay_that_then_grows),
        cmocka_unit_test(a_connection_lost_while_a_stream_is_opened_or_while_waiting_is_replaced),
        cmocka_unit_test(the_original_notices_a_lost_connection_after_its_event),
        cmocka_unit_test(a_draining_connection_serves_its_stream_and_is_then_replaced),
        cmocka_unit_test(a_server_that_goes_away_is_left_for_another_connection_behind_what_came_with_that),
        cmocka_unit_test(a_server_that_goes_away_may_answer_first_for_so_long),
        cmocka_unit_test(a_server_that_always_goes_away_is_dialled_with_growing_delays),
        cmocka_unit_test(the_original_loses_the_exit_that_it_reads_from_a_draining_connection),
        cmocka_unit_test(a_connection_that_drains_during_the_delay_is_replaced_after_it),
        cmocka_unit_test(a_stop_ends_what_there_is_in_every_state_and_nothing_follows),
        cmocka_unit_test(a_stopped_monitor_can_be_started_again_and_counts_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
