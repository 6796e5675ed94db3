/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/handler/core/play.h"

static void a_peer_that_is_silent_for_10_s_is_asked_and_one_that_answers_is_kept(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed("basic", "+9.999999999s\ntime\n+1ns\ntime\ntime\n+4s\npong\n+10s\ntime",
                                      "+9.999999999s\n> time\n+1ns\n> time\n  ping connection 1\n"
                                      "> time\n+4s\n> pong of connection 1\n+10s\n> time\n  ping connection 1\n");
}

static void a_peer_that_does_not_answer_within_5_s_is_left(void **context)
{
    (void)context;
    play_assert_trace_once_subscribed(
        "basic", "+10s\ntime\n+4.999999999s\ntime\n+1ns\ntime\n+100ms\ntime\nup",
        "+10s\n> time\n  ping connection 1\n+4.999999999s\n> time\n+1ns\n> time\n  close 1\n"
        "  note connection-lost UNAVAILABLE \"the peer has not answered a PING\"; next try in 100ms\n"
        "+100ms\n> time\n  dial 2\n> connection 2 up\n  note connected\n  open stream 2 on connection 2\n");
    play_assert_trace_once_subscribed("original", "+10s\ntime\n+5s\ntime", "+10s\n> time\n+5s\n> time\n");
}

/* What is under way on it has failed, as with any lost connection. */
static void a_call_to_a_silent_peer_fails_with_the_connection(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic-without=delete-deadline");
    play_subscribe(&p, "record web 101 running");
    play_quietly(&p, "exit web 101 3\n+10s\ntime\n+5s");
    play(&p, "time");
    play_expect(&p, "> time\n  close 1\n"
                    "  note connection-lost UNAVAILABLE \"the peer has not answered a PING\"; next try in 100ms\n"
                    "  note delete-failed web UNAVAILABLE \"the peer has not answered a PING\"\n");
    play_end(&p);
}

/* When the next PING is due, in seconds after the subscription, given what happened 4 s after it. */
static void only_a_word_of_the_peer_puts_the_ping_off(void **context)
{
    static const struct {
        const char *script;
        int64_t due_s;
    } rows[] = {
        {"", 10},
        {"oom web", 14},
        {"unreadable x", 14},
        {"pong", 14},
        {"reply 1 OK", 14},
        {"reply 1 DEADLINE_EXCEEDED x", 10},
        {"reply 1 not-ours", 10},
        {"time", 10},
        {"written 1", 10},
        {"stream 7\noom web\nstream 1", 10},
        {"connection 7\npong\nconnection 1", 10},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct play p;
        play_begin(&p, "basic");
        play_subscribe(&p, "record web 101 running");
        play_quietly(&p, "exit web 101 3");
        p.now_ns += 4 * TIME_SECOND;
        play_quietly(&p, rows[i].script);
        if (monitor_deadline_ns(p.monitor) != rows[i].due_s * TIME_SECOND)
            fail_msg("row %zu: due at %lld", i, (long long)monitor_deadline_ns(p.monitor));
        play_end(&p);
    }
}

static void a_new_connection_begins_with_time_of_its_own(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    play_quietly(&p, "+8s\nlost x\n+100ms\ntime");
    assert_int_equal(monitor_deadline_ns(p.monitor), TIME_NEVER);
    play_quietly(&p, "+8s\nup\nopened");
    assert_int_equal(monitor_deadline_ns(p.monitor), p.now_ns + 10 * TIME_SECOND);
    play_quietly(&p, "+10s\ntime\nlost x\n+200ms\ntime\nup\nopened");
    assert_int_equal(monitor_deadline_ns(p.monitor), p.now_ns + 10 * TIME_SECOND);
    play_end(&p);
}

/* A server that ended the stream may be gone as well. */
static void a_connection_is_watched_while_no_stream_is_open(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    for (int i = 0; i < 8; i++) {
        play_quietly(&p, "ended UNAVAILABLE no");
        p.now_ns = monitor_unrest_ns(p.monitor);
        play_quietly(&p, "pong\ntime");
    }
    play_quietly(&p, "ended UNAVAILABLE no\n+10s");
    play(&p, "time\n+5s\ntime\n+10.6s\ntime");
    play_expect(&p, "> time\n  ping connection 1\n+5s\n> time\n  close 1\n"
                    "  note connection-lost UNAVAILABLE \"the peer has not answered a PING\"; next try in 10.6s\n"
                    "+10.6s\n> time\n  dial 2\n");
    play_end(&p);
}

/* A run is at rest while only such a question is due, and not while its answer is awaited. */
static void the_next_question_is_no_unrest(void **context)
{
    struct play p;
    (void)context;
    play_begin(&p, "basic");
    play_subscribe(&p, "");
    assert_int_equal(monitor_unrest_ns(p.monitor), TIME_NEVER);
    play_quietly(&p, "+10s\ntime");
    assert_int_equal(monitor_unrest_ns(p.monitor), p.now_ns + 5 * TIME_SECOND);
    play_quietly(&p, "pong");
    assert_int_equal(monitor_unrest_ns(p.monitor), TIME_NEVER);
    play_end(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_peer_that_is_silent_for_10_s_is_asked_and_one_that_answers_is_kept),
        cmocka_unit_test(a_peer_that_does_not_answer_within_5_s_is_left),
        cmocka_unit_test(a_call_to_a_silent_peer_fails_with_the_connection),
        cmocka_unit_test(only_a_word_of_the_peer_puts_the_ping_off),
        cmocka_unit_test(a_new_connection_begins_with_time_of_its_own),
        cmocka_unit_test(a_connection_is_watched_while_no_stream_is_open),
        cmocka_unit_test(the_next_question_is_no_unrest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
