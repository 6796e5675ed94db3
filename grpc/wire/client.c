/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/wire/client.h"

#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "grpc/wire/client_private.h"
#include "grpc/wire/timeout.h"

enum { OWN_FIELDS_MAX = 8 };

/* ---- making and freeing ---- */

int grpc_client_new(const struct grpc_options *options, struct grpc_client **ret_client)
{
    struct grpc_client *client = calloc(1, sizeof(*client));

    if (client == NULL)
        return ERROR_NO_MEMORY;
    grpc_streams_init(&client->streams);
    grpc_options_fill(&client->options, options);
    struct grpc_http2_options http2_options = {.stream_window = client->options.stream_window,
                                               .connection_window = client->options.connection_window};
    if (grpc_http2_new(&http2_options, &grpc_client_calls, client, &client->http2) != 0) {
        grpc_client_free(client);
        return ERROR_NO_MEMORY;
    }
    *ret_client = client;
    return 0;
}

static void stream_release(struct grpc_client_stream *stream)
{
    buffer_release(&stream->request);
    grpc_message_reader_release(&stream->reader);
    free(stream);
}

void grpc_client_stream_free(struct grpc_client *client, struct grpc_client_stream *stream)
{
    grpc_streams_remove(&client->streams, &stream->node);
    stream_release(stream);
}

void grpc_client_free(struct grpc_client *client)
{
    if (client == NULL)
        return;
    grpc_http2_free(client->http2);
    while (client->streams.first != NULL)
        grpc_client_stream_free(client, (struct grpc_client_stream *)client->streams.first);
    grpc_streams_release(&client->streams);
    buffer_release(&client->items);
    buffer_release(&client->bytes);
    free(client);
}

struct grpc_client_stream *grpc_client_stream_find(const struct grpc_client *client, int32_t stream_id)
{
    return (struct grpc_client_stream *)grpc_streams_find(&client->streams, stream_id);
}

/* ---- calls ---- */

static bool request_valid(const struct grpc_request *request)
{
    if (request->path.length == 0 || request->path.bytes[0] != '/' || request->message.length > UINT32_MAX ||
        !grpc_http2_field_valid(text_of("path"), request->path))
        return false;
    for (size_t i = 0; i < request->metadata_count; i++) {
        if (!grpc_http2_field_valid(request->metadata[i].name, request->metadata[i].value))
            return false;
    }
    return true;
}

/* The header block, as grpc-go orders it. Returns the number of fields, or ERROR_LIMIT. */
static int request_fields(const struct grpc_client *client, const struct grpc_request *request,
                          char timeout[GRPC_TIMEOUT_TEXT_SIZE], struct grpc_metadata table[GRPC_METADATA_COUNT_MAX])
{
    const struct grpc_metadata own[OWN_FIELDS_MAX] = {
        {text_of(":method"), text_of("POST")},
        {text_of(":scheme"), text_of("http")},
        {text_of(":path"), request->path},
        {text_of(":authority"), client->options.authority},
        {text_of("content-type"), text_of("application/grpc")},
        {text_of("user-agent"), client->options.user_agent},
        {text_of("te"), text_of("trailers")},
        {text_of("grpc-timeout"), text_of(timeout)},
    };
    size_t count = request->timeout_ns != 0 ? OWN_FIELDS_MAX : OWN_FIELDS_MAX - 1;
    size_t bytes = 0;

    if (request->metadata_count > GRPC_METADATA_COUNT_MAX - OWN_FIELDS_MAX)
        return ERROR_LIMIT;
    memcpy(table, own, count * sizeof(own[0]));
    for (size_t i = 0; i < request->metadata_count; i++)
        table[count++] = request->metadata[i];
    for (size_t i = 0; i < count; i++) {
        bytes += table[i].name.length + table[i].value.length;
        if (bytes > GRPC_METADATA_BYTES_MAX)
            return ERROR_LIMIT;
    }
    return (int)count;
}

/* A stream that holds the request but is not known yet. NULL where memory is short. */
static struct grpc_client_stream *stream_new(const struct grpc_client *client, const struct grpc_request *request)
{
    struct grpc_client_stream *stream = calloc(1, sizeof(*stream));

    if (stream == NULL)
        return NULL;
    grpc_message_reader_init(&stream->reader, client->options.message_size_max);
    stream->streaming = request->streaming;
    stream->end_apart = request->end_apart;
    buffer_reserve(&stream->request, GRPC_MESSAGE_PREFIX + request->message.length);
    grpc_message_prefix((uint32_t)request->message.length, &stream->request);
    buffer_append_text(&stream->request, request->message);
    if (stream->request.failed) {
        stream_release(stream);
        return NULL;
    }
    return stream;
}

static void client_fail(struct grpc_client *client, int code)
{
    struct text breach = grpc_http2_breach(client->http2);

    grpc_http2_break(client->http2, code);
    grpc_client_lost(client, breach.length > 0 ? breach : text_of(error_text(code)));
}

int grpc_client_open(struct grpc_client *client, const struct grpc_request *request, int64_t now_ns,
                     int32_t *ret_stream_id)
{
    struct grpc_metadata table[GRPC_METADATA_COUNT_MAX];
    char timeout[GRPC_TIMEOUT_TEXT_SIZE];
    int32_t stream_id = 0;

    if (client->lost)
        return ERROR_CLOSED;
    if (client->goaway_received || client->goaway_sent)
        return ERROR_REFUSED;
    if (!request_valid(request))
        return ERROR_INVALID;
    if (client->streams.count >= client->options.streams_max)
        return ERROR_LIMIT;
    grpc_timeout_encode(request->timeout_ns, timeout);
    int count = request_fields(client, request, timeout, table);
    if (count < 0)
        return count;
    struct grpc_client_stream *stream = stream_new(client, request);
    if (stream == NULL)
        return ERROR_NO_MEMORY;
    int code = grpc_http2_request(client->http2, table, (size_t)count, &stream_id);
    if (code == 0 && grpc_streams_add(&client->streams, &stream->node, stream_id) != 0) {
        grpc_http2_reset(client->http2, stream_id, GRPC_HTTP2_CANCEL);
        code = ERROR_NO_MEMORY;
    }
    if (code != 0) {
        stream_release(stream);
        if (grpc_http2_broken(client->http2) != 0)
            client_fail(client, code);
        return code;
    }
    if (request->timeout_ns != 0)
        grpc_streams_set_deadline(&client->streams, &stream->node, time_add(now_ns, request->timeout_ns));
    *ret_stream_id = stream_id;
    return 0;
}

/* After a call that can only fail by breaking the connection. */
static void note_break(struct grpc_client *client, int code)
{
    if (code != 0)
        client_fail(client, code);
}

void grpc_client_cancel(struct grpc_client *client, int32_t stream_id)
{
    struct grpc_client_stream *stream = grpc_client_stream_find(client, stream_id);

    if (stream == NULL)
        return;
    if (!client->lost && !stream->ended)
        note_break(client, grpc_http2_reset(client->http2, stream_id, GRPC_HTTP2_CANCEL));
    grpc_client_stream_free(client, stream);
}

void grpc_client_abandon(struct grpc_client *client, int32_t stream_id)
{
    struct grpc_client_stream *stream = grpc_client_stream_find(client, stream_id);

    if (stream == NULL)
        return;
    if (client->lost || stream->ended) {
        grpc_client_stream_free(client, stream);
        return;
    }
    stream->abandoned = true;
    grpc_streams_set_deadline(&client->streams, &stream->node, TIME_NEVER);
}

int grpc_client_ping(struct grpc_client *client, const unsigned char bytes[8], int64_t now_ns)
{
    if (client->lost)
        return ERROR_CLOSED;
    if (client->ping_count == GRPC_CLIENT_PINGS_MAX)
        return ERROR_LIMIT;
    int code = grpc_http2_ping(client->http2, bytes);
    note_break(client, code);
    if (code == 0)
        client->pings_sent_ns[client->ping_count++] = now_ns;
    return code;
}

void grpc_client_goaway(struct grpc_client *client)
{
    if (client->lost || client->goaway_sent)
        return;
    client->goaway_sent = true;
    note_break(client, grpc_http2_goaway(client->http2, 0, GRPC_HTTP2_NO_ERROR));
}

/* ---- bytes and time ---- */

int grpc_client_receive(struct grpc_client *client, const void *bytes, size_t length, int64_t now_ns)
{
    if (client->lost)
        return ERROR_CLOSED;
    int code = grpc_http2_receive(client->http2, bytes, length, now_ns);
    note_break(client, code);
    return code;
}

int grpc_client_send(struct grpc_client *client, struct buffer *out, size_t bytes_max)
{
    int code = grpc_http2_send(client->http2, out, bytes_max);

    note_break(client, code);
    return code;
}

static int64_t ping_deadline_ns(const struct grpc_client *client)
{
    if (client->ping_count == 0 || client->options.ping_timeout_ns == 0)
        return TIME_NEVER;
    return time_add(client->pings_sent_ns[0], client->options.ping_timeout_ns);
}

int64_t grpc_client_deadline_ns(const struct grpc_client *client)
{
    if (client->lost)
        return TIME_NEVER;
    return time_min(grpc_streams_deadline_ns(&client->streams), ping_deadline_ns(client));
}

int grpc_client_tick(struct grpc_client *client, int64_t now_ns)
{
    struct grpc_stream_node *node;

    if (client->lost)
        return ERROR_CLOSED;
    while ((node = grpc_streams_due(&client->streams, now_ns)) != NULL) {
        int code = grpc_client_give_up(client, (struct grpc_client_stream *)node, GRPC_END_DEADLINE,
                                       STATUS_DEADLINE_EXCEEDED, "context deadline exceeded");

        if (code != 0) {
            client_fail(client, code);
            return code;
        }
    }
    if (ping_deadline_ns(client) > now_ns)
        return 0;
    grpc_client_lost(client, text_of("a PING was not answered in time"));
    return ERROR_CLOSED;
}

void grpc_client_lost(struct grpc_client *client, struct text sentence)
{
    if (client->lost)
        return;
    client->lost = true;
    text_copy(sentence, client->lost_text, sizeof(client->lost_text));
    grpc_http2_break(client->http2, ERROR_CLOSED);
}

bool grpc_client_done(const struct grpc_client *client)
{
    return client->lost || grpc_http2_done(client->http2);
}
