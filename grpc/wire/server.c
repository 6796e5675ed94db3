/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/wire/server.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "grpc/wire/server_private.h"

/* ---- making and freeing ---- */

int grpc_server_new(const struct grpc_options *options, struct grpc_server **ret_server)
{
    struct grpc_server *server = calloc(1, sizeof(*server));

    if (server == NULL)
        return ERROR_NO_MEMORY;
    grpc_streams_init(&server->streams);
    grpc_options_fill(&server->options, options);
    struct grpc_http2_options http2_options = {.server = true,
                                               .stream_window = server->options.stream_window,
                                               .connection_window = server->options.connection_window,
                                               .streams_max = server->options.streams_max,
                                               .resets_per_second_max = server->options.resets_per_second_max};
    if (grpc_http2_new(&http2_options, &grpc_server_calls, server, &server->http2) != 0) {
        grpc_server_free(server);
        return ERROR_NO_MEMORY;
    }
    *ret_server = server;
    return 0;
}

void grpc_server_request_free(struct grpc_server_request *request)
{
    if (request == NULL)
        return;
    grpc_fields_release(&request->fields);
    buffer_release(&request->message);
    free(request);
}

void grpc_server_stream_free(struct grpc_server *server, struct grpc_server_stream *stream)
{
    if (stream->told && stream->ending == GRPC_SERVER_OPEN)
        server->open_count--;
    server->queued_bytes -= stream->queue.length - stream->queue_sent + stream->trailers.bytes.length;
    grpc_streams_remove(&server->streams, &stream->node);
    grpc_server_request_free(stream->request);
    grpc_message_reader_release(&stream->reader);
    buffer_release(&stream->queue);
    grpc_fields_release(&stream->trailers);
    free(stream);
}

static struct grpc_server_item *items_of(const struct grpc_server *server, size_t *ret_count)
{
    *ret_count = server->items.length / sizeof(struct grpc_server_item);
    return (void *)server->items.bytes;
}

void grpc_server_free(struct grpc_server *server)
{
    size_t count;

    if (server == NULL)
        return;
    grpc_http2_free(server->http2);
    while (server->streams.first != NULL)
        grpc_server_stream_free(server, (struct grpc_server_stream *)server->streams.first);
    grpc_streams_release(&server->streams);
    struct grpc_server_item *items = items_of(server, &count);
    for (size_t i = server->items_pulled; i < count; i++)
        grpc_server_request_free(items[i].request);
    grpc_server_request_free(server->pulled);
    buffer_release(&server->items);
    free(server);
}

struct grpc_server_stream *grpc_server_stream_find(const struct grpc_server *server, int32_t stream_id)
{
    return (struct grpc_server_stream *)grpc_streams_find(&server->streams, stream_id);
}

size_t grpc_server_open_count(const struct grpc_server *server)
{
    return server->open_count;
}

/* ---- events ---- */

int grpc_server_tell(struct grpc_server *server, const struct grpc_server_item *item)
{
    return buffer_append(&server->items, item, sizeof(*item));
}

/* The fields that are the service's business: those of HTTP/2 come first and begin with a colon. */
static void show_request(struct grpc_server *server, const struct grpc_server_request *request,
                         struct grpc_server_event *event)
{
    size_t count = request->fields.count;
    size_t pseudo = 0;

    grpc_fields_get(&request->fields, server->table);
    while (pseudo < count && text_starts_with(server->table[pseudo].name, ":"))
        pseudo++;
    event->path = grpc_metadata_find(server->table, count, ":path", NULL);
    event->authority = grpc_metadata_find(server->table, count, ":authority", NULL);
    event->metadata = server->table + pseudo;
    event->metadata_count = count - pseudo;
    event->timeout_ns = request->timeout_ns;
    event->message = buffer_text(&request->message);
}

/* False for a deadline that has been overtaken by the service's answer. */
static bool deliver(struct grpc_server *server, const struct grpc_server_item *item, struct grpc_server_event *event)
{
    struct grpc_server_stream *stream = grpc_server_stream_find(server, item->stream_id);

    if (item->kind == GRPC_SERVER_DEADLINE && (stream == NULL || stream->ending != GRPC_SERVER_OPEN))
        return false;
    *event =
        (struct grpc_server_event){.kind = item->kind, .stream_id = item->stream_id, .http2_code = item->http2_code};
    memcpy(event->ping, item->ping, sizeof(event->ping));
    if (item->request != NULL) {
        server->pulled = item->request;
        show_request(server, item->request, event);
    }
    return true;
}

/* Needs no memory, so that a lack of it still ends every stream. */
static bool next_lost(struct grpc_server *server, struct grpc_server_event *event)
{
    while (server->streams.first != NULL) {
        struct grpc_server_stream *stream = (struct grpc_server_stream *)server->streams.first;
        bool tell = stream->told && stream->ending == GRPC_SERVER_OPEN;

        *event = (struct grpc_server_event){.kind = GRPC_SERVER_CANCELLED,
                                            .stream_id = stream->node.id,
                                            .http2_code = GRPC_HTTP2_CANCEL,
                                            .connection_lost = true};
        grpc_server_stream_free(server, stream);
        if (tell)
            return true;
    }
    return false;
}

bool grpc_server_next(struct grpc_server *server, struct grpc_server_event *event)
{
    size_t count;
    const struct grpc_server_item *items = items_of(server, &count);

    grpc_server_request_free(server->pulled);
    server->pulled = NULL;
    while (server->items_pulled < count) {
        if (deliver(server, &items[server->items_pulled++], event))
            return true;
    }
    server->items_pulled = 0;
    buffer_clear(&server->items);
    return server->lost && next_lost(server, event);
}

/* ---- bytes and time ---- */

int grpc_server_check_limit(struct grpc_server *server, size_t more)
{
    if (server->queued_bytes + grpc_http2_unsent(server->http2) + more <= server->options.connection_queue_bytes_max)
        return 0;
    grpc_http2_end_at_limit(server->http2);
    server->lost = true;
    return ERROR_LIMIT;
}

static int note_break(struct grpc_server *server, int code)
{
    if (code != 0)
        server->lost = true;
    return code;
}

int grpc_server_receive(struct grpc_server *server, const void *bytes, size_t length, int64_t now_ns)
{
    if (server->lost)
        return ERROR_CLOSED;
    server->now_ns = now_ns;
    int code = grpc_http2_receive(server->http2, bytes, length, now_ns);
    return note_break(server, code != 0 ? code : grpc_server_check_limit(server, 0));
}

int grpc_server_send(struct grpc_server *server, struct buffer *out, size_t bytes_max)
{
    return note_break(server, grpc_http2_send(server->http2, out, bytes_max));
}

bool grpc_server_wants_write(const struct grpc_server *server)
{
    return grpc_http2_wants_write(server->http2);
}

int64_t grpc_server_deadline_ns(const struct grpc_server *server)
{
    return server->lost ? TIME_NEVER : grpc_streams_deadline_ns(&server->streams);
}

void grpc_server_tick(struct grpc_server *server, int64_t now_ns)
{
    struct grpc_stream_node *node;

    while (!server->lost && (node = grpc_streams_due(&server->streams, now_ns)) != NULL) {
        struct grpc_server_item item = {.kind = GRPC_SERVER_DEADLINE, .stream_id = node->id};

        grpc_streams_set_deadline(&server->streams, node, TIME_NEVER);
        if (grpc_server_tell(server, &item) != 0)
            grpc_server_lost(server);
    }
}

void grpc_server_lost(struct grpc_server *server)
{
    server->lost = true;
    grpc_http2_break(server->http2, ERROR_CLOSED);
}

bool grpc_server_done(const struct grpc_server *server)
{
    return server->lost || grpc_http2_done(server->http2);
}

/* ---- the connection ---- */

int grpc_server_goaway(struct grpc_server *server, int32_t last_stream_id, uint32_t http2_code)
{
    if (server->lost)
        return ERROR_CLOSED;
    if (last_stream_id < 0)
        return ERROR_INVALID;
    return note_break(server, grpc_http2_goaway(server->http2, last_stream_id, http2_code));
}

int grpc_server_goaway_raw(struct grpc_server *server, uint32_t last_stream_id, uint32_t http2_code)
{
    if (server->lost)
        return ERROR_CLOSED;
    return note_break(server, grpc_http2_goaway_raw(server->http2, last_stream_id, http2_code));
}

int32_t grpc_server_last_stream_id(const struct grpc_server *server)
{
    return grpc_http2_last_stream_id(server->http2);
}

int grpc_server_ping(struct grpc_server *server, const unsigned char bytes[8])
{
    return server->lost ? ERROR_CLOSED : note_break(server, grpc_http2_ping(server->http2, bytes));
}
