/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "grpc/wire/client_private.h"

enum { SENTENCE_MAX = 256 };

struct response {
    const struct grpc_metadata *fields;
    size_t count;
    bool end;
};

static struct text response_field(const struct response *response, const char *name)
{
    return grpc_metadata_find(response->fields, response->count, name, NULL);
}

/* nghttp2 lets nothing but three digits through. */
static int http_status_of(const struct response *response)
{
    struct text field = response_field(response, ":status");
    int status = 0;

    for (size_t i = 0; i < field.length; i++)
        status = status * 10 + (field.bytes[i] - '0');
    return status;
}

static int end_not_grpc(struct grpc_client *client, struct grpc_client_stream *stream, const struct response *response)
{
    char sentence[SENTENCE_MAX];
    struct grpc_client_event ended = {.end = GRPC_END_CONTENT_TYPE, .http_status = http_status_of(response)};

    ended.content_type = response_field(response, "content-type");
    ended.status = grpc_status_from_http_status(ended.http_status);
    snprintf(sentence, sizeof(sentence), "the response is not gRPC: HTTP status %d, content-type \"%.*s\"",
             ended.http_status, TEXT_ARGUMENTS(ended.content_type));
    ended.text = text_of(sentence);
    /* The rest of such a response is of no use to anybody. */
    if ((!response->end || !stream->request_done) &&
        grpc_http2_reset(client->http2, stream->node.id, GRPC_HTTP2_CANCEL) != 0)
        return ERROR_NO_MEMORY;
    return grpc_client_end(client, stream, &ended);
}

/* What the trailers say, unless what came before them contradicts. *ret_sentence is set where the text is ours. */
static void judge_trailers(const struct grpc_client_stream *stream, const struct response *response,
                           struct grpc_client_event *ended, const char **ret_sentence)
{
    bool found;
    struct text field = grpc_metadata_find(response->fields, response->count, "grpc-status", &found);

    if (found && grpc_status_from_field(field, &ended->status) != 0) {
        ended->end = GRPC_END_PROTOCOL;
        ended->status = STATUS_INTERNAL;
        *ret_sentence = "the response has a malformed grpc-status";
    } else if ((!found || ended->status == STATUS_OK) && grpc_message_partial(&stream->reader)) {
        ended->end = GRPC_END_TRUNCATED;
        ended->status = STATUS_INTERNAL;
        *ret_sentence = "unexpected EOF";
    } else if (!found) {
        ended->end = GRPC_END_NO_STATUS;
        ended->status = STATUS_UNKNOWN;
        *ret_sentence = "the response has no grpc-status";
    } else if (ended->status == STATUS_OK && !stream->streaming && !stream->message_seen) {
        ended->end = GRPC_END_PROTOCOL;
        ended->status = STATUS_INTERNAL;
        *ret_sentence = "the response holds no message";
    }
}

/* A server may answer before it has the whole request; the rest is not sent then. */
static int stop_request(struct grpc_client *client, const struct grpc_client_stream *stream)
{
    return stream->request_done ? 0 : grpc_http2_reset(client->http2, stream->node.id, GRPC_HTTP2_CANCEL);
}

static int end_by_trailers(struct grpc_client *client, struct grpc_client_stream *stream,
                           const struct response *response)
{
    struct grpc_client_event ended = {.end = stream->headers_seen ? GRPC_END_TRAILERS : GRPC_END_TRAILERS_ONLY};
    struct buffer decoded = BUFFER_INIT;
    const char *sentence = NULL;
    int code = 0;

    judge_trailers(stream, response, &ended, &sentence);
    if (sentence != NULL) {
        ended.text = text_of(sentence);
    } else {
        grpc_percent_decode(response_field(response, "grpc-message"), &decoded);
        ended.text = buffer_text(&decoded);
    }
    code = decoded.failed ? ERROR_NO_MEMORY : stop_request(client, stream);
    if (code == 0)
        code = grpc_client_end(client, stream, &ended);
    buffer_release(&decoded);
    return code;
}

static int on_fields(void *owner, int32_t stream_id, const struct grpc_metadata *fields, size_t count, bool end)
{
    struct grpc_client *client = owner;
    struct grpc_client_stream *stream = grpc_client_stream_find(client, stream_id);
    struct response response = {fields, count, end};

    if (stream == NULL || stream->ended || stream->abandoned)
        return 0;
    if (!stream->headers_seen) {
        /* 100 Continue and its like come before the response. */
        if (http_status_of(&response) < 200)
            return 0;
        if (!grpc_content_type_valid(response_field(&response, "content-type")))
            return end_not_grpc(client, stream, &response);
    }
    if (end)
        return end_by_trailers(client, stream, &response);
    stream->headers_seen = true;
    text_copy(response_field(&response, "grpc-encoding"), stream->encoding, sizeof(stream->encoding));
    return grpc_client_tell(client, &(struct grpc_client_event){.kind = GRPC_CLIENT_HEADERS, .stream_id = stream_id},
                            0);
}

/* Bytes that nobody will pull. */
static int credit_now(struct grpc_client *client, int32_t stream_id, size_t bytes)
{
    if (client->options.credit == GRPC_CREDIT_NEVER_FOR_ABANDONED &&
        grpc_http2_credit_connection(client->http2, bytes) != 0)
        return ERROR_NO_MEMORY;
    return grpc_http2_credit_stream(client->http2, stream_id, bytes);
}

static int refuse_message(struct grpc_client *client, struct grpc_client_stream *stream, int why, size_t length)
{
    char sentence[SENTENCE_MAX];

    switch (why) {
    case ERROR_REFUSED:
        snprintf(sentence, sizeof(sentence), "grpc: Decompressor is not installed for grpc-encoding \"%s\"",
                 stream->encoding);
        return grpc_client_give_up(client, stream, GRPC_END_COMPRESSED, STATUS_UNIMPLEMENTED, sentence);
    case ERROR_LIMIT:
        snprintf(sentence, sizeof(sentence), "grpc: received message larger than max (%zu vs. %u)", length,
                 (unsigned)client->options.message_size_max);
        return grpc_client_give_up(client, stream, GRPC_END_TOO_LARGE, STATUS_RESOURCE_EXHAUSTED, sentence);
    case ERROR_MALFORMED:
        return grpc_client_give_up(client, stream, GRPC_END_PROTOCOL, STATUS_INTERNAL,
                                   "a message has a flag byte other than 0 and 1");
    default: return why;
    }
}

static int take_message(struct grpc_client *client, struct grpc_client_stream *stream, struct text message,
                        size_t credit)
{
    struct grpc_client_event event = {.kind = GRPC_CLIENT_MESSAGE, .stream_id = stream->node.id, .message = message};

    if (!stream->streaming && stream->message_seen) {
        int code = credit_now(client, stream->node.id, credit);

        return code != 0 ? code
                         : grpc_client_give_up(client, stream, GRPC_END_PROTOCOL, STATUS_INTERNAL,
                                               "the response holds more than one message");
    }
    stream->message_seen = true;
    return grpc_client_tell(client, &event, credit);
}

static int on_data(void *owner, int32_t stream_id, struct text bytes)
{
    struct grpc_client *client = owner;
    struct grpc_client_stream *stream = grpc_client_stream_find(client, stream_id);
    bool at_once = client->options.credit == GRPC_CREDIT_WHEN_READ || stream == NULL || stream->ended;
    int code = at_once ? grpc_http2_credit_connection(client->http2, bytes.length) : 0;

    if (code != 0 || stream == NULL || stream->abandoned)
        return code;
    while (bytes.length > 0 && code == 0 && !stream->ended) {
        struct text message;
        size_t before = bytes.length;
        int result = grpc_message_read(&stream->reader, &bytes, &message);
        size_t used = before - bytes.length;

        if (result == 1)
            code = take_message(client, stream, message, used);
        else
            code = credit_now(client, stream_id, used);
        if (result < 0 && code == 0)
            code = refuse_message(client, stream, result, message.length);
    }
    if (code == 0 && !at_once && bytes.length > 0)
        code = grpc_http2_credit_connection(client->http2, bytes.length);
    return code;
}

static int on_data_end(void *owner, int32_t stream_id)
{
    struct grpc_client *client = owner;
    struct grpc_client_stream *stream = grpc_client_stream_find(client, stream_id);

    if (stream == NULL || stream->ended)
        return 0;
    int code = stop_request(client, stream);
    return code != 0 ? code
                     : grpc_client_end(client, stream,
                                       &(struct grpc_client_event){
                                           .end = GRPC_END_NO_TRAILERS,
                                           .status = STATUS_INTERNAL,
                                           .text = text_of("server closed the stream without sending trailers")});
}

static int on_reset(void *owner, int32_t stream_id, uint32_t http2_code)
{
    struct grpc_client *client = owner;
    struct grpc_client_stream *stream = grpc_client_stream_find(client, stream_id);
    char sentence[SENTENCE_MAX];
    struct grpc_client_event ended = {
        .end = GRPC_END_RESET, .status = grpc_status_from_http2_code(http2_code), .http2_code = http2_code};

    if (stream == NULL)
        return 0;
    snprintf(sentence, sizeof(sentence), "stream terminated by RST_STREAM with error code: %s",
             grpc_http2_code_name(http2_code));
    ended.text = text_of(sentence);
    return grpc_client_end(client, stream, &ended);
}

static int end_refused(struct grpc_client *client, struct grpc_client_stream *stream)
{
    return grpc_client_end(client, stream,
                           &(struct grpc_client_event){.end = GRPC_END_GOAWAY,
                                                       .status = STATUS_UNAVAILABLE,
                                                       .text = text_of("the server stops accepting new RPCs")});
}

static int on_closed(void *owner, int32_t stream_id, uint32_t http2_code)
{
    struct grpc_client *client = owner;
    struct grpc_client_stream *stream = grpc_client_stream_find(client, stream_id);
    char sentence[SENTENCE_MAX];

    if (stream == NULL)
        return 0;
    /* Requests that waited for their turn when the GOAWAY came. */
    if (client->goaway_received && !stream->headers_seen)
        return end_refused(client, stream);
    snprintf(sentence, sizeof(sentence), "the peer broke HTTP/2 on this stream: %s", grpc_http2_code_name(http2_code));
    return grpc_client_end(
        client, stream,
        &(struct grpc_client_event){.end = GRPC_END_PROTOCOL, .status = STATUS_INTERNAL, .text = text_of(sentence)});
}

static int on_goaway(void *owner, int32_t last_stream_id, uint32_t http2_code, struct text debug)
{
    struct grpc_client *client = owner;
    struct grpc_stream_node *next;
    struct grpc_client_event event = {
        .kind = GRPC_CLIENT_GOAWAY, .last_stream_id = last_stream_id, .http2_code = http2_code, .text = debug};
    int code = grpc_client_tell(client, &event, 0);

    client->goaway_received = true;
    for (struct grpc_stream_node *node = client->streams.first; node != NULL && code == 0; node = next) {
        next = node->next;
        if (node->id > last_stream_id)
            code = end_refused(client, (struct grpc_client_stream *)node);
    }
    return code;
}

static int on_pong(void *owner, const unsigned char bytes[8])
{
    struct grpc_client *client = owner;
    struct grpc_client_event event = {.kind = GRPC_CLIENT_PONG};

    if (client->ping_count == 0)
        return 0;
    client->ping_count--;
    memmove(&client->pings_sent_ns[0], &client->pings_sent_ns[1],
            client->ping_count * sizeof(client->pings_sent_ns[0]));
    memcpy(event.ping, bytes, sizeof(event.ping));
    return grpc_client_tell(client, &event, 0);
}

static int on_settings(void *owner)
{
    return grpc_client_tell(owner, &(struct grpc_client_event){.kind = GRPC_CLIENT_SETTINGS}, 0);
}

static size_t on_pull(void *owner, int32_t stream_id, unsigned char *bytes, size_t size, enum grpc_http2_pull *ret_pull)
{
    struct grpc_client_stream *stream = grpc_client_stream_find(owner, stream_id);

    if (stream == NULL)
        return 0;
    size_t left = stream->request.length - stream->request_sent;
    size_t now = left < size ? left : size;
    if (now > 0)
        memcpy(bytes, stream->request.bytes + stream->request_sent, now);
    stream->request_sent += now;
    if (now < left || (stream->end_apart && now > 0))
        return now;
    stream->request_done = true;
    buffer_release(&stream->request);
    stream->request_sent = 0;
    *ret_pull = GRPC_HTTP2_END;
    return now;
}

const struct grpc_http2_calls grpc_client_calls = {
    .fields = on_fields,
    .data = on_data,
    .data_end = on_data_end,
    .reset = on_reset,
    .closed = on_closed,
    .pull = on_pull,
    .goaway = on_goaway,
    .pong = on_pong,
    .settings = on_settings,
};
