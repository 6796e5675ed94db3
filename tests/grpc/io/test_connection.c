/* SPDX-License-Identifier: Apache-2.0 */
/* A connection and a session that is a script: what it is asked, when, and how it ends. */
#include <errno.h>
#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/time.h"
#include "tests/support/grpc_script.h"

enum { BIG = 8 * 1024 * 1024 };

static void bytes_go_both_ways(void **state)
{
    struct script *script = *state;

    script->echo = true;
    script->to_send = 3;
    assert_int_equal(write(script->peer, "hello", 5), 5);
    script_run_ready(script);
    assert_int_equal(script->received.length, 5);
    assert_memory_equal(script->received.bytes, "hello", 5);
    assert_int_equal(script_drain_peer(script), 8);
}

static void what_is_said_later_needs_a_wake(void **state)
{
    struct script *script = *state;

    script_run_ready(script);
    script->to_send = 7;
    script_run_ready(script);
    assert_int_equal(script_drain_peer(script), 0);
    grpc_connection_wake(script->connection);
    grpc_connection_wake(script->connection);
    script_run_ready(script);
    assert_int_equal(script_drain_peer(script), 7);
}

static void peer_that_does_not_read_costs_a_limited_buffer_and_is_still_read_from(void **state)
{
    struct script *script = *state;
    size_t total = 0;

    script->to_send = BIG;
    script_run_ready(script);
    assert_int_equal(script->most_asked_for, GRPC_CONNECTION_OUTPUT_MAX);
    size_t left = script->to_send;
    assert_true(left > BIG / 2);
    assert_int_equal(write(script->peer, "hello", 5), 5);
    script_run_ready(script);
    assert_int_equal(script->received.length, 5);
    assert_int_equal(script->to_send, left);
    for (int i = 0; i < 1000 && total < BIG; i++) {
        total += script_drain_peer(script);
        script_run_ready(script);
    }
    assert_int_equal(total, BIG);
}

static void connection_that_has_stalled_reads_nothing_and_does_not_see_that_the_peer_goes(void **state)
{
    enum { NOTHING_IS_WAITED_FOR = 1 };
    struct script *script = *state;
    struct event_base *base = grpc_loop_base(script->loop);

    script_run_ready(script);
    grpc_connection_stall(script->connection);
    assert_int_equal(event_base_loop(base, EVLOOP_NONBLOCK), NOTHING_IS_WAITED_FOR);
    assert_int_equal(write(script->peer, "hello", 5), 5);
    close(script->peer);
    script->peer = -1;
    assert_int_equal(event_base_loop(base, EVLOOP_NONBLOCK), NOTHING_IS_WAITED_FOR);
    assert_int_equal(script->received.length, 0);
    assert_int_equal(script->closed, 0);
}

static void session_that_ends_while_the_peer_does_not_read_is_cut_off(void **state)
{
    struct script *script = *state;

    script->to_send = BIG;
    script_run_ready(script);
    assert_true(script->to_send > 0);
    script->send_code = ERROR_LIMIT;
    grpc_connection_wake(script->connection);
    script_run(script);
    assert_int_equal(script->closed, 1);
    assert_int_equal(script->code, ERROR_LIMIT);
}

static void peer_that_closes_is_told_after_its_last_bytes(void **state)
{
    struct script *script = *state;
    assert_int_equal(write(script->peer, "bye", 3), 3);
    close(script->peer);
    script->peer = -1;
    script->to_send = 100; /* our own words meet a broken pipe before that is read */
    grpc_connection_wake(script->connection);
    script_run(script);
    assert_int_equal(script->received.length, 3);
    assert_int_equal(script->closed, 1);
    assert_int_equal(script->code, ERROR_CLOSED);
    assert_string_equal(script->sentence, "the peer closed the connection");
}

static void write_to_a_peer_that_is_gone_is_an_end_and_no_signal(void **state)
{
    struct script *script = *state;

    shutdown(script->peer, SHUT_RD);
    script->to_send = 100;
    script_run(script);
    assert_int_equal(script->code, ERROR_CLOSED);
    assert_string_equal(script->sentence, strerror(EPIPE));
}

static void error_of_the_session_closes_after_its_last_bytes(void **state)
{
    struct script *script = *state;

    script->receive_code = ERROR_PROTOCOL;
    script->echo = true;
    assert_int_equal(write(script->peer, "nonsense", 8), 8);
    script_run(script);
    assert_int_equal(script->code, ERROR_PROTOCOL);
    assert_string_equal(script->sentence, error_text(ERROR_PROTOCOL));
    assert_int_equal(script_drain_peer(script), 8);
}

static void error_of_send_closes_after_the_bytes_that_came_with_it(void **state)
{
    struct script *script = *state;

    script->send_code = ERROR_LIMIT;
    script->to_send = 17;
    script_run(script);
    assert_int_equal(script->code, ERROR_LIMIT);
    assert_int_equal(script_drain_peer(script), 17);
}

static void session_that_is_done_closes(void **state)
{
    struct script *script = *state;

    script->done = true;
    script->to_send = 9;
    script_run(script);
    assert_int_equal(script->closed, 1);
    assert_int_equal(script->code, 0);
    assert_int_equal(script_drain_peer(script), 9);
}

static void finish_writes_the_last_bytes_and_reads_nothing_more(void **state)
{
    struct script *script = *state;

    script_run_ready(script);
    script->to_send = 11;
    assert_int_equal(write(script->peer, "late", 4), 4);
    grpc_connection_finish(script->connection);
    script_run(script);
    assert_int_equal(script->code, 0);
    assert_int_equal(script->received.length, 0);
    assert_int_equal(script_drain_peer(script), 11);
}

static void finish_cuts_off_a_peer_that_takes_nothing(void **state)
{
    struct script *script = *state;
    int64_t start_ns = grpc_loop_now_ns(script->loop);

    script->to_send = BIG;
    script_run_ready(script);
    grpc_connection_finish(script->connection);
    script_run(script);
    assert_int_equal(script->closed, 1);
    assert_true(grpc_loop_now_ns(script->loop) - start_ns >= GRPC_CONNECTION_LINGER_MS * TIME_MILLISECOND);
    assert_true(script->to_send > 0);
}

static void deadline_calls_tick(void **state)
{
    struct script *script = *state;

    script->deadline_ns = grpc_loop_now_ns(script->loop) + 3 * TIME_MILLISECOND;
    script_run(script);
    assert_int_equal(script->ticks, 1);
    /* An earlier one replaces what was waited for. */
    script->deadline_ns = grpc_loop_now_ns(script->loop) + 3600 * TIME_SECOND;
    grpc_connection_wake(script->connection);
    script_run_ready(script);
    script->deadline_ns = grpc_loop_now_ns(script->loop) + TIME_MILLISECOND;
    grpc_connection_wake(script->connection);
    script_run(script);
    assert_int_equal(script->ticks, 2);
}

static void deadline_that_stays_due_calls_tick_again(void **state)
{
    struct script *script = *state;

    script->deadline_ns = grpc_loop_now_ns(script->loop);
    script->ticks_ignored = 2;
    script_run(script);
    assert_int_equal(script->ticks, 3);
}

static void session_that_gives_little_at_a_time_is_asked_to_the_end(void **state)
{
    struct script *script = *state;

    script->stingy = true;
    script->to_send = 100;
    script_run_ready(script);
    assert_int_equal(script_drain_peer(script), 100);
}

static void error_of_tick_closes(void **state)
{
    struct script *script = *state;

    script->deadline_ns = grpc_loop_now_ns(script->loop);
    script->tick_code = ERROR_CLOSED;
    script_run(script);
    assert_int_equal(script->closed, 1);
    assert_int_equal(script->code, ERROR_CLOSED);
}

static void close_inside_a_call_is_silent_and_safe(void **state)
{
    struct script *script = *state;

    script->close_in_receive = true;
    assert_int_equal(write(script->peer, "hello", 5), 5);
    script_run(script);
    script->connection = NULL;
    assert_int_equal(script->closed, 0);
    char byte;
    assert_int_equal(recv(script->peer, &byte, 1, 0), 0);
}

int main(void)
{
#define SCRIPT_TEST(name) cmocka_unit_test_setup_teardown(name, script_set_up, script_tear_down)
    const struct CMUnitTest tests[] = {
        SCRIPT_TEST(bytes_go_both_ways),
        SCRIPT_TEST(what_is_said_later_needs_a_wake),
        SCRIPT_TEST(peer_that_does_not_read_costs_a_limited_buffer_and_is_still_read_from),
        SCRIPT_TEST(connection_that_has_stalled_reads_nothing_and_does_not_see_that_the_peer_goes),
        SCRIPT_TEST(session_that_ends_while_the_peer_does_not_read_is_cut_off),
        SCRIPT_TEST(peer_that_closes_is_told_after_its_last_bytes),
        SCRIPT_TEST(write_to_a_peer_that_is_gone_is_an_end_and_no_signal),
        SCRIPT_TEST(error_of_the_session_closes_after_its_last_bytes),
        SCRIPT_TEST(error_of_send_closes_after_the_bytes_that_came_with_it),
        SCRIPT_TEST(session_that_is_done_closes),
        SCRIPT_TEST(finish_writes_the_last_bytes_and_reads_nothing_more),
        SCRIPT_TEST(finish_cuts_off_a_peer_that_takes_nothing),
        SCRIPT_TEST(deadline_calls_tick),
        SCRIPT_TEST(deadline_that_stays_due_calls_tick_again),
        SCRIPT_TEST(session_that_gives_little_at_a_time_is_asked_to_the_end),
        SCRIPT_TEST(error_of_tick_closes),
        SCRIPT_TEST(close_inside_a_call_is_silent_and_safe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
