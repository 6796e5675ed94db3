/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "grpc/wire/server_private.h"
#include "grpc/wire/timeout.h"

enum { SENTENCE_MAX = 256 };

/* ---- header block ---- */

/* Refuses what grpc-go refuses. 0 also when it was refused: the stream is not open then. */
static int judge_fields(struct grpc_server *server, struct grpc_server_stream *stream,
                        const struct grpc_metadata *fields, size_t count)
{
    char sentence[SENTENCE_MAX];
    bool timed;
    struct text content_type = grpc_metadata_find(fields, count, "content-type", NULL);
    struct text method = grpc_metadata_find(fields, count, ":method", NULL);
    struct text timeout = grpc_metadata_find(fields, count, "grpc-timeout", &timed);

    if (!grpc_content_type_valid(content_type)) {
        snprintf(sentence, sizeof(sentence), "invalid gRPC request content-type \"%.*s\"",
                 TEXT_ARGUMENTS(content_type));
        return grpc_server_refuse(server, stream, 415, STATUS_INTERNAL, sentence);
    }
    if (!text_is(method, "POST")) {
        snprintf(sentence, sizeof(sentence), "the method of a gRPC request is POST, not \"%.*s\"",
                 TEXT_ARGUMENTS(method));
        return grpc_server_refuse(server, stream, 405, STATUS_INTERNAL, sentence);
    }
    if (timed && grpc_timeout_decode(timeout, &stream->request->timeout_ns) != 0) {
        snprintf(sentence, sizeof(sentence), "malformed grpc-timeout \"%.*s\"", TEXT_ARGUMENTS(timeout));
        return grpc_server_refuse(server, stream, 200, STATUS_INTERNAL, sentence);
    }
    if (timed)
        grpc_streams_set_deadline(&server->streams, &stream->node,
                                  time_add(server->now_ns, stream->request->timeout_ns));
    return 0;
}

static struct grpc_server_stream *stream_new(struct grpc_server *server, int32_t stream_id,
                                             const struct grpc_metadata *fields, size_t count)
{
    struct grpc_server_stream *stream = calloc(1, sizeof(*stream));
    struct grpc_server_request *request = calloc(1, sizeof(*request));
    int code = stream == NULL || request == NULL ? ERROR_NO_MEMORY : 0;

    for (size_t i = 0; i < count && code == 0; i++)
        code = grpc_fields_add(&request->fields, fields[i].name, fields[i].value);
    if (code == 0)
        code = grpc_streams_add(&server->streams, &stream->node, stream_id);
    if (code != 0) {
        grpc_server_request_free(request);
        free(stream);
        return NULL;
    }
    stream->request = request;
    grpc_message_reader_init(&stream->reader, server->options.message_size_max);
    return stream;
}

/* ---- message ---- */

static int tell_request(struct grpc_server *server, struct grpc_server_stream *stream)
{
    struct grpc_server_item item = {
        .kind = GRPC_SERVER_REQUEST, .stream_id = stream->node.id, .request = stream->request};

    if (grpc_server_tell(server, &item) != 0)
        return ERROR_NO_MEMORY;
    stream->request = NULL;
    stream->told = true;
    server->open_count++;
    grpc_message_reader_release(&stream->reader);
    return 0;
}

/* END_STREAM has come. */
static int end_request(struct grpc_server *server, struct grpc_server_stream *stream)
{
    if (stream->ending != GRPC_SERVER_OPEN)
        return 0;
    if (grpc_message_partial(&stream->reader))
        return grpc_server_refuse(server, stream, 200, STATUS_INTERNAL, "unexpected EOF");
    if (!stream->message_seen)
        return grpc_server_refuse(server, stream, 200, STATUS_INTERNAL, "the request holds no message");
    return tell_request(server, stream);
}

static int refuse_message(struct grpc_server *server, struct grpc_server_stream *stream, int why, size_t length)
{
    struct grpc_metadata table[GRPC_METADATA_COUNT_MAX];
    char sentence[SENTENCE_MAX];
    struct text encoding;

    switch (why) {
    case ERROR_REFUSED:
        grpc_fields_get(&stream->request->fields, table);
        encoding = grpc_metadata_find(table, stream->request->fields.count, "grpc-encoding", NULL);
        snprintf(sentence, sizeof(sentence), "grpc: Decompressor is not installed for grpc-encoding \"%.*s\"",
                 TEXT_ARGUMENTS(encoding));
        return grpc_server_refuse(server, stream, 200, STATUS_UNIMPLEMENTED, sentence);
    case ERROR_LIMIT:
        snprintf(sentence, sizeof(sentence), "grpc: received message larger than max (%zu vs. %u)", length,
                 (unsigned)server->options.message_size_max);
        return grpc_server_refuse(server, stream, 200, STATUS_RESOURCE_EXHAUSTED, sentence);
    case ERROR_MALFORMED:
        return grpc_server_refuse(server, stream, 200, STATUS_INTERNAL, "a message has a flag byte other than 0 and 1");
    default: return why;
    }
}

static int take_message(struct grpc_server *server, struct grpc_server_stream *stream, struct text message)
{
    if (stream->message_seen)
        return grpc_server_refuse(server, stream, 200, STATUS_INTERNAL, "the request holds more than one message");
    stream->message_seen = true;
    return buffer_append_text(&stream->request->message, message);
}

/* ---- calls from HTTP/2 ---- */

static int on_fields(void *owner, int32_t stream_id, const struct grpc_metadata *fields, size_t count, bool end)
{
    struct grpc_server *server = owner;
    struct grpc_server_stream *stream = grpc_server_stream_find(server, stream_id);
    int code = 0;

    if (stream == NULL) {
        stream = stream_new(server, stream_id, fields, count);
        if (stream == NULL)
            return ERROR_NO_MEMORY;
        code = judge_fields(server, stream, fields, count);
    }
    return code == 0 && end ? end_request(server, stream) : code;
}

/* As they arrive, since a request is one message and is kept whole. What comes on a stream that has its answer already
 * is read by nobody. */
static int give_credit(struct grpc_server *server, const struct grpc_server_stream *stream, size_t bytes)
{
    if (stream->ending != GRPC_SERVER_OPEN && server->options.credit == GRPC_CREDIT_NEVER_FOR_ABANDONED)
        return 0;
    int code = grpc_http2_credit_connection(server->http2, bytes);
    return code != 0 ? code : grpc_http2_credit_stream(server->http2, stream->node.id, bytes);
}

static int on_data(void *owner, int32_t stream_id, struct text bytes)
{
    struct grpc_server *server = owner;
    struct grpc_server_stream *stream = grpc_server_stream_find(server, stream_id);
    int code = 0;

    if (stream == NULL)
        return 0;
    code = give_credit(server, stream, bytes.length);
    while (bytes.length > 0 && code == 0 && stream->ending == GRPC_SERVER_OPEN) {
        struct text message;
        int result = grpc_message_read(&stream->reader, &bytes, &message);

        if (result == 1)
            code = take_message(server, stream, message);
        else if (result < 0)
            code = refuse_message(server, stream, result, message.length);
    }
    return code;
}

static int on_data_end(void *owner, int32_t stream_id)
{
    struct grpc_server_stream *stream = grpc_server_stream_find(owner, stream_id);

    return stream == NULL ? 0 : end_request(owner, stream);
}

static int on_closed(void *owner, int32_t stream_id, uint32_t http2_code)
{
    struct grpc_server *server = owner;
    struct grpc_server_stream *stream = grpc_server_stream_find(server, stream_id);
    struct grpc_server_item item = {.kind = GRPC_SERVER_CANCELLED, .stream_id = stream_id, .http2_code = http2_code};

    if (stream == NULL)
        return 0;
    if (stream->told && stream->ending == GRPC_SERVER_OPEN && grpc_server_tell(server, &item) != 0)
        return ERROR_NO_MEMORY;
    grpc_server_stream_free(server, stream);
    return 0;
}

static int on_goaway(void *owner, int32_t last_stream_id, uint32_t http2_code, struct text debug)
{
    (void)last_stream_id;
    (void)debug;
    return grpc_server_tell(owner, &(struct grpc_server_item){.kind = GRPC_SERVER_GOAWAY, .http2_code = http2_code});
}

static int on_pong(void *owner, const unsigned char bytes[8])
{
    struct grpc_server_item item = {.kind = GRPC_SERVER_PONG};

    memcpy(item.ping, bytes, sizeof(item.ping));
    return grpc_server_tell(owner, &item);
}

const struct grpc_http2_calls grpc_server_calls = {
    .fields = on_fields,
    .data = on_data,
    .data_end = on_data_end,
    .closed = on_closed,
    .pull = grpc_server_pull,
    .goaway = on_goaway,
    .pong = on_pong,
};
