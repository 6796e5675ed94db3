/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/grpc_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/grpc_service.h"

enum { MESSAGE_SHOWN_MAX = 40, SEND_MAX = 256 * 1024 };

const char *grpc_end_name(enum grpc_end end)
{
    switch (end) {
    case GRPC_END_TRAILERS: return "trailers";
    case GRPC_END_TRAILERS_ONLY: return "trailers-only";
    case GRPC_END_NO_STATUS: return "no-status";
    case GRPC_END_NO_TRAILERS: return "no-trailers";
    case GRPC_END_RESET: return "reset";
    case GRPC_END_CONTENT_TYPE: return "content-type";
    case GRPC_END_COMPRESSED: return "compressed";
    case GRPC_END_TOO_LARGE: return "too-large";
    case GRPC_END_TRUNCATED: return "truncated";
    case GRPC_END_PROTOCOL: return "protocol";
    case GRPC_END_DEADLINE: return "deadline";
    case GRPC_END_GOAWAY: return "goaway";
    case GRPC_END_CONNECTION: return "connection";
    }
    return "";
}

void grpc_pair_init(struct grpc_pair *pair, const struct grpc_options *client, const struct grpc_options *server)
{
    memset(pair, 0, sizeof(*pair));
    assert_int_equal(grpc_client_new(client, &pair->client), 0);
    assert_int_equal(grpc_server_new(server, &pair->server), 0);
    pair->now_ns = 1000;
}

void grpc_pair_release(struct grpc_pair *pair)
{
    grpc_client_free(pair->client);
    grpc_server_free(pair->server);
    buffer_release(&pair->to_server);
    buffer_release(&pair->to_client);
    buffer_release(&pair->client_trace);
    buffer_release(&pair->server_trace);
}

static void separate(struct buffer *trace)
{
    if (trace->length > 0)
        buffer_printf(trace, " | ");
}

static void write_message(struct buffer *trace, struct text message)
{
    if (message.length > MESSAGE_SHOWN_MAX)
        buffer_printf(trace, " %zu bytes", message.length);
    else
        buffer_printf(trace, " \"%.*s\"", TEXT_ARGUMENTS(message));
}

static void write_client(struct grpc_pair *pair, const struct grpc_client_event *event)
{
    struct buffer *trace = &pair->client_trace;

    pair->message_count += event->kind == GRPC_CLIENT_MESSAGE;
    if (pair->count_only && event->kind == GRPC_CLIENT_MESSAGE)
        return;
    separate(trace);
    switch (event->kind) {
    case GRPC_CLIENT_SETTINGS: buffer_printf(trace, "settings"); break;
    case GRPC_CLIENT_HEADERS: buffer_printf(trace, "headers %d", event->stream_id); break;
    case GRPC_CLIENT_MESSAGE:
        buffer_printf(trace, "message %d", event->stream_id);
        write_message(trace, event->message);
        break;
    case GRPC_CLIENT_ENDED:
        buffer_printf(trace, "ended %d %s %s \"%.*s\"", event->stream_id, grpc_end_name(event->end),
                      status_name((int)event->status), TEXT_ARGUMENTS(event->text));
        break;
    case GRPC_CLIENT_GOAWAY:
        buffer_printf(trace, "goaway %d %s", event->last_stream_id, grpc_http2_code_name(event->http2_code));
        break;
    case GRPC_CLIENT_PONG: buffer_printf(trace, "pong %.8s", (const char *)event->ping); break;
    }
}

static void write_server(struct grpc_pair *pair, const struct grpc_server_event *event)
{
    struct buffer *trace = &pair->server_trace;

    separate(trace);
    switch (event->kind) {
    case GRPC_SERVER_REQUEST:
        buffer_printf(trace, "request %d %.*s", event->stream_id, TEXT_ARGUMENTS(event->path));
        write_message(trace, event->message);
        break;
    case GRPC_SERVER_CANCELLED:
        buffer_printf(trace, "cancelled %d %s", event->stream_id,
                      event->connection_lost ? "lost" : grpc_http2_code_name(event->http2_code));
        break;
    case GRPC_SERVER_DEADLINE: buffer_printf(trace, "deadline %d", event->stream_id); break;
    case GRPC_SERVER_PONG: buffer_printf(trace, "pong %.8s", (const char *)event->ping); break;
    case GRPC_SERVER_GOAWAY: buffer_printf(trace, "goaway %s", grpc_http2_code_name(event->http2_code)); break;
    }
}

static void note(int *code, int result)
{
    if (*code == 0)
        *code = result;
}

static bool pull_events(struct grpc_pair *pair)
{
    struct grpc_client_event client_event;
    struct grpc_server_event server_event;
    bool any = false;

    while (grpc_client_next(pair->client, &client_event)) {
        write_client(pair, &client_event);
        any = true;
    }
    while (grpc_server_next(pair->server, &server_event)) {
        if (pair->serve)
            grpc_service_answer(pair->server, &server_event);
        else
            write_server(pair, &server_event);
        any = true;
    }
    return any;
}

static bool move_bytes(struct grpc_pair *pair)
{
    size_t there, back = 0;

    note(&pair->client_code, grpc_client_send(pair->client, &pair->to_server, SEND_MAX));
    note(&pair->server_code, grpc_server_send(pair->server, &pair->to_client, SEND_MAX));
    there = pair->to_server.length;
    if (pair->chunk != 0 && there > pair->chunk)
        there = pair->chunk;
    if (there > 0)
        note(&pair->server_code, grpc_server_receive(pair->server, pair->to_server.bytes, there, pair->now_ns));
    buffer_consume(&pair->to_server, there);
    if (pair->stop_reading)
        return there > 0;
    back = pair->to_client.length;
    if (pair->chunk != 0 && back > pair->chunk)
        back = pair->chunk;
    if (back > 0)
        note(&pair->client_code, grpc_client_receive(pair->client, pair->to_client.bytes, back, pair->now_ns));
    buffer_consume(&pair->to_client, back);
    return there + back > 0;
}

void grpc_pair_settle(struct grpc_pair *pair)
{
    bool moved = true;

    while (moved) {
        moved = move_bytes(pair);
        moved = pull_events(pair) || moved;
    }
    assert_false(pair->client_trace.failed || pair->server_trace.failed);
}

void grpc_pair_pass(struct grpc_pair *pair, int64_t duration_ns)
{
    pair->now_ns += duration_ns;
    note(&pair->client_code, grpc_client_tick(pair->client, pair->now_ns));
    grpc_server_tick(pair->server, pair->now_ns);
    grpc_pair_settle(pair);
}

int32_t grpc_pair_call(struct grpc_pair *pair, const char *method, const char *message, bool streaming)
{
    char path[64];
    struct grpc_request request = {.message = text_of(message), .streaming = streaming};
    int32_t stream_id = 0;

    snprintf(path, sizeof(path), "/test.Test/%s", method);
    request.path = text_of(path);
    assert_int_equal(grpc_client_open(pair->client, &request, pair->now_ns, &stream_id), 0);
    grpc_pair_settle(pair);
    return stream_id;
}

static void compare(struct buffer *trace, const char *expected)
{
    buffer_append(trace, "", 1);
    assert_string_equal((const char *)trace->bytes, expected);
    buffer_clear(trace);
}

void grpc_pair_client_told(struct grpc_pair *pair, const char *expected)
{
    compare(&pair->client_trace, expected);
}

void grpc_pair_server_told(struct grpc_pair *pair, const char *expected)
{
    compare(&pair->server_trace, expected);
}

void grpc_pair_forget(struct grpc_pair *pair)
{
    buffer_clear(&pair->client_trace);
    buffer_clear(&pair->server_trace);
}
