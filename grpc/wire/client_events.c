/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "grpc/wire/client_private.h"

/* Event memory beyond this is given back when all events have been pulled. */
enum { BYTES_KEPT_MAX = 256 * 1024 };

int grpc_client_tell(struct grpc_client *client, const struct grpc_client_event *event, size_t credit)
{
    struct grpc_client_item item = {*event, client->bytes.length, credit};

    buffer_append_text(&client->bytes, event->message);
    buffer_append_text(&client->bytes, event->text);
    buffer_append_text(&client->bytes, event->content_type);
    return client->bytes.failed ? ERROR_NO_MEMORY : buffer_append(&client->items, &item, sizeof(item));
}

int grpc_client_end(struct grpc_client *client, struct grpc_client_stream *stream,
                    const struct grpc_client_event *ended)
{
    struct grpc_client_event event = *ended;
    int code;

    if (stream->ended)
        return 0;
    if (stream->abandoned) {
        grpc_client_stream_free(client, stream);
        return 0;
    }
    event.kind = GRPC_CLIENT_ENDED;
    event.stream_id = stream->node.id;
    code = grpc_client_tell(client, &event, 0);
    if (code != 0)
        return code;
    stream->ended = true;
    grpc_streams_set_deadline(&client->streams, &stream->node, TIME_NEVER);
    buffer_release(&stream->request);
    grpc_message_reader_release(&stream->reader);
    return 0;
}

int grpc_client_give_up(struct grpc_client *client, struct grpc_client_stream *stream, enum grpc_end end,
                        enum status_code status, const char *sentence)
{
    struct grpc_client_event ended = {.end = end, .status = status, .text = text_of(sentence)};
    int code = grpc_http2_reset(client->http2, stream->node.id, GRPC_HTTP2_CANCEL);

    return code != 0 ? code : grpc_client_end(client, stream, &ended);
}

static struct text resolve(const char **at, size_t length)
{
    struct text text = {*at, length};

    if (length > 0)
        *at += length;
    return text;
}

static void give_credit(struct grpc_client *client, struct grpc_client_stream *stream, size_t credit)
{
    bool held_back = client->options.credit == GRPC_CREDIT_NEVER_FOR_ABANDONED;
    int code = 0;

    if (client->lost || (stream != NULL && stream->abandoned))
        return;
    if (held_back)
        code = grpc_http2_credit_connection(client->http2, credit);
    if (code == 0 && stream != NULL)
        code = grpc_http2_credit_stream(client->http2, stream->node.id, credit);
    if (code != 0)
        grpc_client_lost(client, text_of(error_text(code)));
}

/* False for events of streams that the caller has cancelled or abandoned since. */
static bool deliver(struct grpc_client *client, const struct grpc_client_item *item, struct grpc_client_event *event)
{
    const char *at = (const char *)client->bytes.bytes + item->offset;
    struct grpc_client_stream *stream = grpc_client_stream_find(client, item->event.stream_id);

    if (item->credit > 0)
        give_credit(client, stream, item->credit);
    if (item->event.stream_id != 0 && (stream == NULL || stream->abandoned))
        return false;
    *event = item->event;
    event->message = resolve(&at, event->message.length);
    event->text = resolve(&at, event->text.length);
    event->content_type = resolve(&at, event->content_type.length);
    if (event->kind == GRPC_CLIENT_ENDED)
        grpc_client_stream_free(client, stream);
    return true;
}

/* Needs no memory, so that a lack of it still ends every stream. */
static bool next_lost(struct grpc_client *client, struct grpc_client_event *event)
{
    while (client->streams.first != NULL) {
        struct grpc_client_stream *stream = (struct grpc_client_stream *)client->streams.first;
        bool tell = !stream->abandoned;

        *event = (struct grpc_client_event){.kind = GRPC_CLIENT_ENDED,
                                            .stream_id = stream->node.id,
                                            .end = GRPC_END_CONNECTION,
                                            .status = STATUS_UNAVAILABLE,
                                            .text = text_of(client->lost_text)};
        grpc_client_stream_free(client, stream);
        if (tell)
            return true;
    }
    return false;
}

static void forget(struct buffer *buffer)
{
    if (buffer->capacity > BYTES_KEPT_MAX)
        buffer_release(buffer);
    else
        buffer_clear(buffer);
}

bool grpc_client_next(struct grpc_client *client, struct grpc_client_event *event)
{
    const struct grpc_client_item *items = (const void *)client->items.bytes;
    size_t count = client->items.length / sizeof(*items);

    while (client->items_pulled < count) {
        if (deliver(client, &items[client->items_pulled++], event))
            return true;
    }
    client->items_pulled = 0;
    forget(&client->items);
    forget(&client->bytes);
    return client->lost && next_lost(client, event);
}
