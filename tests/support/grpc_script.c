/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/grpc_script.h"

#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/time.h"

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

int script_set_up(void **state)
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

int script_tear_down(void **state)
{
    struct script *script = *state;

    grpc_connection_close(script->connection);
    grpc_loop_free(script->loop);
    if (script->peer >= 0)
        close(script->peer);
    buffer_release(&script->received);
    return 0;
}

void script_run_ready(struct script *script)
{
    for (int i = 0; i < 50; i++)
        assert_int_equal(event_base_loop(grpc_loop_base(script->loop), EVLOOP_NONBLOCK), 0);
}

void script_run(struct script *script)
{
    assert_int_equal(grpc_loop_run(script->loop), 0);
}

size_t script_drain_peer(struct script *script)
{
    static char bytes[65536];
    size_t total = 0;
    ssize_t length;

    while ((length = recv(script->peer, bytes, sizeof(bytes), MSG_DONTWAIT)) > 0)
        total += (size_t)length;
    return total;
}
