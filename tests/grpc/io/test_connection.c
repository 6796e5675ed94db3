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

#include "base/error.h"
#include "base/time.h"
#include "grpc/io/connection.h"

enum { BIG = 8 * 1024 * 1024 };

struct script {
    struct grpc_loop *loop;
    struct grpc_connection *connection;
    int peer; /* the other end of the pair */
    struct buffer received;
    size_t to_send; /* bytes the session still has */
    int receive_code;
    int send_code;
    int tick_code;
    bool done;
    bool echo;
    bool close_in_receive;
    bool stingy; /* gives one byte at a time */
    int64_t deadline_ns;
    int ticks;
    int ticks_ignored; /* how many more leave the deadline as it is */
    int closed;
    int code;
    char sentence[ERROR_TEXT_MAX];
    size_t most_asked_for;
};

static int script_receive(void *context, const void *bytes, size_t length, int64_t now_ns)
{
    struct script *script = context;

    (void)now_ns;
    buffer_append(&script->received, bytes, length);
    if (script->echo)
        script->to_send += length;
    if (script->close_in_receive) {
        grpc_connection_close(script->connection);
        grpc_loop_stop(script->loop);
    }
    /* As a session does: broken in one call, it is closed in all others. */
    if (script->receive_code != 0)
        script->send_code = ERROR_CLOSED;
    return script->receive_code;
}

static int script_send(void *context, struct buffer *out, size_t bytes_max)
{
    static const char bytes[16384] = "";
    struct script *script = context;

    script->most_asked_for = bytes_max > script->most_asked_for ? bytes_max : script->most_asked_for;
    while (script->to_send > 0 && out->length < bytes_max) {
        size_t most = script->stingy ? 1 : sizeof(bytes);
        size_t now = script->to_send < most ? script->to_send : most;

        buffer_append(out, bytes, now);
        script->to_send -= now;
        if (script->stingy)
            break;
    }
    return script->send_code;
}

static int64_t script_deadline(void *context)
{
    return ((struct script *)context)->deadline_ns;
}

static int script_tick(void *context, int64_t now_ns)
{
    struct script *script = context;

    /* The timer may come a little early: what counts is that it comes again. */
    if (now_ns < script->deadline_ns)
        return 0;
    script->ticks++;
    if (script->ticks_ignored-- > 0)
        return 0;
    script->deadline_ns = TIME_NEVER;
    if (script->tick_code == 0)
        grpc_loop_stop(script->loop);
    return script->tick_code;
}

static bool script_done(void *context)
{
    return ((struct script *)context)->done;
}

static void script_closed(void *context, int code, struct text sentence)
{
    struct script *script = context;
    script->closed++;
    script->code = code;
    text_copy(sentence, script->sentence, sizeof(script->sentence));
    /* Harmless here, as the header says. */
    grpc_connection_close(script->connection);
    script->connection = NULL;
    grpc_loop_stop(script->loop);
}

static const struct grpc_connection_calls script_calls = {
    .receive = script_receive,
    .send = script_send,
    .deadline_ns = script_deadline,
    .tick = script_tick,
    .done = script_done,
    .closed = script_closed,
};

static struct script the_script;

static int set_up(void **state)
{
    struct script *script = &the_script;
    int ends[2];

    memset(script, 0, sizeof(*script));
    script->deadline_ns = TIME_NEVER;
    assert_int_equal(grpc_loop_new(&script->loop), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    script->peer = ends[1];
    assert_int_equal(grpc_connection_new(script->loop, ends[0], &script_calls, script, &script->connection), 0);
    *state = script;
    return 0;
}

static int tear_down(void **state)
{
    struct script *script = *state;

    grpc_connection_close(script->connection);
    grpc_loop_free(script->loop);
    if (script->peer >= 0)
        close(script->peer);
    buffer_release(&script->received);
    return 0;
}

/* Lets the loop do what can be done without waiting. */
static void run_ready(struct script *script)
{
    for (int i = 0; i < 50; i++)
        assert_int_equal(event_base_loop(grpc_loop_base(script->loop), EVLOOP_NONBLOCK), 0);
}

static void run(struct script *script)
{
    assert_int_equal(grpc_loop_run(script->loop), 0);
}

static size_t drain_peer(struct script *script)
{
    static char bytes[65536];
    size_t total = 0;
    ssize_t length;

    while ((length = recv(script->peer, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
        total += (size_t)length;
    return total;
}

static void bytes_go_both_ways(void **state)
{
    struct script *script = *state;

    script->echo = true;
    script->to_send = 3;
    assert_int_equal(write(script->peer, "hello", 5), 5);
    run_ready(script);
    assert_int_equal(script->received.length, 5);
    assert_memory_equal(script->received.bytes, "hello", 5);
    assert_int_equal(drain_peer(script), 8);
}

static void what_is_said_later_needs_a_wake(void **state)
{
    struct script *script = *state;

    run_ready(script);
    script->to_send = 7;
    run_ready(script);
    assert_int_equal(drain_peer(script), 0);
    grpc_connection_wake(script->connection);
    grpc_connection_wake(script->connection);
    run_ready(script);
    assert_int_equal(drain_peer(script), 7);
}

static void peer_that_does_not_read_costs_a_limited_buffer_and_is_still_read_from(void **state)
{
    struct script *script = *state;
    size_t total = 0;

    script->to_send = BIG;
    run_ready(script);
    assert_int_equal(script->most_asked_for, GRPC_CONNECTION_OUTPUT_MAX);
    size_t left = script->to_send;
    assert_true(left > BIG / 2);
    assert_int_equal(write(script->peer, "hello", 5), 5);
    run_ready(script);
    assert_int_equal(script->received.length, 5);
    assert_int_equal(script->to_send, left);
    for (int i = 0; i < 1000 && total < BIG; i++) {
        total += drain_peer(script);
        run_ready(script);
    }
    assert_int_equal(total, BIG);
}

static void session_that_ends_while_the_peer_does_not_read_is_cut_off(void **state)
{
    struct script *script = *state;

    script->to_send = BIG;
    run_ready(script);
    assert_true(script->to_send > 0);
    script->send_code = ERROR_LIMIT;
    grpc_connection_wake(script->connection);
    run(script);
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
    run(script);
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
    run(script);
    assert_int_equal(script->code, ERROR_CLOSED);
    assert_string_equal(script->sentence, strerror(EPIPE));
}

static void error_of_the_session_closes_after_its_last_bytes(void **state)
{
    struct script *script = *state;

    script->receive_code = ERROR_PROTOCOL;
    script->echo = true;
    assert_int_equal(write(script->peer, "nonsense", 8), 8);
    run(script);
    assert_int_equal(script->code, ERROR_PROTOCOL);
    assert_string_equal(script->sentence, error_text(ERROR_PROTOCOL));
    assert_int_equal(drain_peer(script), 8);
}

static void error_of_send_closes_after_the_bytes_that_came_with_it(void **state)
{
    struct script *script = *state;

    script->send_code = ERROR_LIMIT;
    script->to_send = 17;
    run(script);
    assert_int_equal(script->code, ERROR_LIMIT);
    assert_int_equal(drain_peer(script), 17);
}

static void session_that_is_done_closes(void **state)
{
    struct script *script = *state;

    script->done = true;
    script->to_send = 9;
    run(script);
    assert_int_equal(script->closed, 1);
    assert_int_equal(script->code, 0);
    assert_int_equal(drain_peer(script), 9);
}

static void finish_writes_the_last_bytes_and_reads_nothing_more(void **state)
{
    struct script *script = *state;

    run_ready(script);
    script->to_send = 11;
    assert_int_equal(write(script->peer, "late", 4), 4);
    grpc_connection_finish(script->connection);
    run(script);
    assert_int_equal(script->code, 0);
    assert_int_equal(script->received.length, 0);
    assert_int_equal(drain_peer(script), 11);
}

static void finish_cuts_off_a_peer_that_takes_nothing(void **state)
{
    struct script *script = *state;
    int64_t start_ns = grpc_loop_now_ns(script->loop);

    script->to_send = BIG;
    run_ready(script);
    grpc_connection_finish(script->connection);
    run(script);
    assert_int_equal(script->closed, 1);
    assert_true(grpc_loop_now_ns(script->loop) - start_ns >= GRPC_CONNECTION_LINGER_MS * TIME_MILLISECOND);
    assert_true(script->to_send > 0);
}

static void deadline_calls_tick(void **state)
{
    struct script *script = *state;

    script->deadline_ns = grpc_loop_now_ns(script->loop) + 3 * TIME_MILLISECOND;
    run(script);
    assert_int_equal(script->ticks, 1);
    /* An earlier one replaces what was waited for. */
    script->deadline_ns = grpc_loop_now_ns(script->loop) + 3600 * TIME_SECOND;
    grpc_connection_wake(script->connection);
    run_ready(script);
    script->deadline_ns = grpc_loop_now_ns(script->loop) + TIME_MILLISECOND;
    grpc_connection_wake(script->connection);
    run(script);
    assert_int_equal(script->ticks, 2);
}

static void deadline_that_stays_due_calls_tick_again(void **state)
{
    struct script *script = *state;

    script->deadline_ns = grpc_loop_now_ns(script->loop);
    script->ticks_ignored = 2;
    run(script);
    assert_int_equal(script->ticks, 3);
}

static void session_that_gives_little_at_a_time_is_asked_to_the_end(void **state)
{
    struct script *script = *state;

    script->stingy = true;
    script->to_send = 100;
    run_ready(script);
    assert_int_equal(drain_peer(script), 100);
}

static void error_of_tick_closes(void **state)
{
    struct script *script = *state;

    script->deadline_ns = grpc_loop_now_ns(script->loop);
    script->tick_code = ERROR_CLOSED;
    run(script);
    assert_int_equal(script->closed, 1);
    assert_int_equal(script->code, ERROR_CLOSED);
}

static void close_inside_a_call_is_silent_and_safe(void **state)
{
    struct script *script = *state;

    script->close_in_receive = true;
    assert_int_equal(write(script->peer, "hello", 5), 5);
    run(script);
    script->connection = NULL;
    assert_int_equal(script->closed, 0);
    char byte;
    assert_int_equal(recv(script->peer, &byte, 1, 0), 0);
}

int main(void)
{
#define SCRIPT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        SCRIPT_TEST(bytes_go_both_ways),
        SCRIPT_TEST(what_is_said_later_needs_a_wake),
        SCRIPT_TEST(peer_that_does_not_read_costs_a_limited_buffer_and_is_still_read_from),
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
