/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/contract.h"
#include "base/time.h"
#include "grpc/wire/server_private.h"

enum {
    NUMBER_TEXT_MAX = 16,
    /* A queue that has grown beyond this gives its memory back when it is empty. */
    QUEUE_KEPT_MAX = 64 * 1024
};

static const struct grpc_metadata usual_headers[] = {
    {{":status", 7}, {"200", 3}},
    {{"content-type", 12}, {"application/grpc", 16}},
};

enum { USUAL_HEADERS = sizeof(usual_headers) / sizeof(usual_headers[0]) };

/* The stream an answer is for, or why there can be none. */
static int answerable(const struct grpc_server *server, int32_t stream_id, struct grpc_server_stream **ret_stream)
{
    struct grpc_server_stream *stream = grpc_server_stream_find(server, stream_id);

    if (server->lost || stream == NULL || (!stream->told && stream->ending == GRPC_SERVER_OPEN))
        return ERROR_MISSING;
    if (stream->ending != GRPC_SERVER_OPEN)
        return ERROR_CLOSED;
    *ret_stream = stream;
    return 0;
}

static int check_connection(struct grpc_server *server, int code)
{
    if (grpc_http2_broken(server->http2) != 0)
        grpc_server_lost(server);
    return code == 0 && !server->lost ? grpc_server_check_limit(server, 0) : code;
}

static void close_for_service(struct grpc_server *server, struct grpc_server_stream *stream,
                              enum grpc_server_ending ending)
{
    stream->ending = ending;
    if (stream->told)
        server->open_count--;
    grpc_streams_set_deadline(&server->streams, &stream->node, TIME_NEVER);
}

/* ---- headers ---- */

static int send_headers(struct grpc_server *server, struct grpc_server_stream *stream,
                        const struct grpc_metadata *fields, size_t count, bool end)
{
    stream->headers_sent = true;
    return check_connection(server, grpc_http2_response(server->http2, stream->node.id, fields, count, end));
}

int grpc_server_send_headers(struct grpc_server *server, int32_t stream_id)
{
    return grpc_server_send_headers_raw(server, stream_id, usual_headers, USUAL_HEADERS, false);
}

int grpc_server_send_headers_raw(struct grpc_server *server, int32_t stream_id, const struct grpc_metadata *fields,
                                 size_t count, bool end)
{
    struct grpc_server_stream *stream;
    int code = answerable(server, stream_id, &stream);

    if (code != 0)
        return code;
    if (stream->headers_sent)
        return ERROR_EXISTS;
    if (count > GRPC_METADATA_COUNT_MAX)
        return ERROR_LIMIT;
    if (end)
        close_for_service(server, stream, GRPC_SERVER_TRAILERS);
    return send_headers(server, stream, fields, count, end);
}

static int ensure_headers(struct grpc_server *server, struct grpc_server_stream *stream)
{
    return stream->headers_sent ? 0 : send_headers(server, stream, usual_headers, USUAL_HEADERS, false);
}

/* ---- messages ---- */

size_t grpc_server_queued(const struct grpc_server *server, int32_t stream_id)
{
    const struct grpc_server_stream *stream = grpc_server_stream_find(server, stream_id);

    return stream == NULL ? 0 : stream->queue.length - stream->queue_sent;
}

/* Makes room for bytes that are then appended whole. */
static int reserve_queue(struct grpc_server *server, struct grpc_server_stream *stream, size_t more)
{
    size_t queued = stream->queue.length - stream->queue_sent;
    size_t room = server->options.queue_bytes_max > queued ? server->options.queue_bytes_max - queued : 0;

    if (more > room)
        return ERROR_LIMIT;
    if (grpc_server_check_limit(server, more) != 0)
        return ERROR_LIMIT;
    if (stream->queue_sent > stream->queue.length / 2) {
        buffer_consume(&stream->queue, stream->queue_sent);
        stream->queue_sent = 0;
    }
    if (buffer_reserve(&stream->queue, more) == 0)
        return 0;
    stream->queue.failed = false;
    return ERROR_NO_MEMORY;
}

static int queue_bytes(struct grpc_server *server, int32_t stream_id, struct text bytes, bool framed)
{
    struct grpc_server_stream *stream;
    int code = answerable(server, stream_id, &stream);

    if (code == 0 && bytes.length > UINT32_MAX)
        code = ERROR_LIMIT;
    if (code == 0)
        code = reserve_queue(server, stream, bytes.length + (framed ? GRPC_MESSAGE_PREFIX : 0));
    if (code == 0)
        code = ensure_headers(server, stream);
    if (code != 0)
        return code;
    size_t before = stream->queue.length;
    if (framed)
        grpc_message_prefix((uint32_t)bytes.length, &stream->queue);
    buffer_append_text(&stream->queue, bytes);
    server->queued_bytes += stream->queue.length - before;
    return check_connection(server, grpc_http2_resume(server->http2, stream_id));
}

int grpc_server_send_message(struct grpc_server *server, int32_t stream_id, struct text message)
{
    return queue_bytes(server, stream_id, message, true);
}

int grpc_server_send_raw(struct grpc_server *server, int32_t stream_id, struct text bytes)
{
    return queue_bytes(server, stream_id, bytes, false);
}

/* ---- endings ---- */

/* Cuts at a whole character, so that a text of UTF-8 stays one. */
static struct text cut_text(struct text text)
{
    if (text.length <= GRPC_STATUS_TEXT_MAX)
        return text;
    text.length = GRPC_STATUS_TEXT_MAX;
    while (text.length > 0 && ((unsigned char)text.bytes[text.length] & 0xc0) == 0x80)
        text.length--;
    return text;
}

/* Answers for the trailers of a status: grpc-status and grpc-message. 0, ERROR_NO_MEMORY. */
static int grpc_server_status_fields(enum status_code status, struct text text, struct grpc_fields *fields)
{
    struct buffer encoded = BUFFER_INIT;
    char number[NUMBER_TEXT_MAX];

    snprintf(number, sizeof(number), "%d", (int)status);
    grpc_percent_encode(cut_text(text), &encoded);
    int code = encoded.failed ? ERROR_NO_MEMORY : grpc_fields_add(fields, text_of("grpc-status"), text_of(number));
    if (code == 0)
        code = grpc_fields_add(fields, text_of("grpc-message"), buffer_text(&encoded));
    buffer_release(&encoded);
    return code;
}

static int finish_trailers_only(struct grpc_server *server, struct grpc_server_stream *stream, int http_status,
                                enum status_code status, struct text text)
{
    struct grpc_metadata table[GRPC_METADATA_COUNT_MAX];
    struct grpc_fields fields = {0};
    char number[NUMBER_TEXT_MAX];

    snprintf(number, sizeof(number), "%d", http_status);
    int code = grpc_fields_add(&fields, text_of(":status"), text_of(number));
    if (code == 0)
        code = grpc_fields_add(&fields, usual_headers[1].name, usual_headers[1].value);
    if (code == 0)
        code = grpc_server_status_fields(status, text, &fields);
    if (code == 0) {
        close_for_service(server, stream, GRPC_SERVER_TRAILERS);
        grpc_fields_get(&fields, table);
        code = send_headers(server, stream, table, fields.count, true);
    }
    grpc_fields_release(&fields);
    return code;
}

int grpc_server_refuse(struct grpc_server *server, struct grpc_server_stream *stream, int http_status,
                       enum status_code status, const char *sentence)
{
    CONTRACT(!stream->told && !stream->headers_sent);
    return finish_trailers_only(server, stream, http_status, status, text_of(sentence));
}

int grpc_server_finish(struct grpc_server *server, int32_t stream_id, enum status_code status, struct text text)
{
    struct grpc_server_stream *stream;
    int code = answerable(server, stream_id, &stream);

    if (code != 0)
        return code;
    if (!stream->headers_sent)
        return finish_trailers_only(server, stream, 200, status, text);
    code = grpc_server_status_fields(status, text, &stream->trailers);
    if (code != 0) {
        grpc_fields_release(&stream->trailers);
        return code;
    }
    server->queued_bytes += stream->trailers.bytes.length;
    close_for_service(server, stream, GRPC_SERVER_TRAILERS);
    return check_connection(server, grpc_http2_resume(server->http2, stream_id));
}

int grpc_server_finish_raw(struct grpc_server *server, int32_t stream_id, const struct grpc_metadata *fields,
                           size_t count)
{
    struct grpc_server_stream *stream;
    int code = answerable(server, stream_id, &stream);

    if (code != 0)
        return code;
    for (size_t i = 0; i < count && code == 0; i++)
        code = grpc_fields_add(&stream->trailers, fields[i].name, fields[i].value);
    if (code == 0)
        code = ensure_headers(server, stream);
    if (code != 0) {
        grpc_fields_release(&stream->trailers);
        return code;
    }
    server->queued_bytes += stream->trailers.bytes.length;
    close_for_service(server, stream, count == 0 ? GRPC_SERVER_END : GRPC_SERVER_TRAILERS);
    return check_connection(server, grpc_http2_resume(server->http2, stream_id));
}

int grpc_server_finish_reset(struct grpc_server *server, int32_t stream_id, uint32_t http2_code)
{
    struct grpc_server_stream *stream;
    int code = answerable(server, stream_id, &stream);

    if (code != 0)
        return code;
    if (stream->queue.length == stream->queue_sent)
        return grpc_server_reset(server, stream_id, http2_code);
    close_for_service(server, stream, GRPC_SERVER_RESET);
    stream->reset_code = http2_code;
    return 0;
}

int grpc_server_reset(struct grpc_server *server, int32_t stream_id, uint32_t http2_code)
{
    struct grpc_server_stream *stream;
    int code = answerable(server, stream_id, &stream);

    if (code != 0)
        return code;
    close_for_service(server, stream, GRPC_SERVER_RESET);
    server->queued_bytes -= stream->queue.length - stream->queue_sent;
    buffer_release(&stream->queue);
    stream->queue_sent = 0;
    return check_connection(server, grpc_http2_reset(server->http2, stream_id, http2_code));
}

/* ---- DATA ---- */

static void queue_emptied(struct grpc_server_stream *stream)
{
    stream->queue_sent = 0;
    if (stream->queue.capacity > QUEUE_KEPT_MAX)
        buffer_release(&stream->queue);
    else
        buffer_clear(&stream->queue);
}

static enum grpc_http2_pull pull_ending(struct grpc_server *server, const struct grpc_server_stream *stream)
{
    struct grpc_metadata table[GRPC_METADATA_COUNT_MAX];
    int32_t stream_id = stream->node.id;

    switch (stream->ending) {
    case GRPC_SERVER_OPEN: return GRPC_HTTP2_LATER;
    case GRPC_SERVER_END: return GRPC_HTTP2_END;
    case GRPC_SERVER_RESET: grpc_http2_reset(server->http2, stream_id, stream->reset_code); return GRPC_HTTP2_LATER;
    case GRPC_SERVER_TRAILERS:
        grpc_fields_get(&stream->trailers, table);
        grpc_http2_trailers(server->http2, stream_id, table, stream->trailers.count);
        return GRPC_HTTP2_TRAILERS;
    }
    return GRPC_HTTP2_LATER;
}

size_t grpc_server_pull(void *owner, int32_t stream_id, unsigned char *bytes, size_t size,
                        enum grpc_http2_pull *ret_pull)
{
    struct grpc_server *server = owner;
    struct grpc_server_stream *stream = grpc_server_stream_find(server, stream_id);

    if (stream == NULL)
        return 0;
    size_t left = stream->queue.length - stream->queue_sent;
    size_t now = left < size ? left : size;
    if (now > 0)
        memcpy(bytes, stream->queue.bytes + stream->queue_sent, now);
    stream->queue_sent += now;
    server->queued_bytes -= now;
    if (now < left)
        return now;
    queue_emptied(stream);
    *ret_pull = pull_ending(server, stream);
    return now;
}
