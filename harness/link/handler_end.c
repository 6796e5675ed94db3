/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/error.h"
#include "base/status.h"
#include "base/time.h"
#include "harness/link/handler_end_private.h"

int link_handler_new(struct link_handler **ret_end, const struct handler_wire_options *options)
{
    struct link_handler *end = calloc(1, sizeof *end);
    if (end == NULL)
        return ERROR_NO_MEMORY;
    end->dialect = options->api == HANDLER_API_EXECUTION ? &dialect_execution : &dialect_v1;
    end->transport = options->transport_of_2017 ? &transport_of_2017 : &transport_of_today;
    end->refused_above = UINT32_MAX;
    *ret_end = end;
    return 0;
}

void link_handler_free(struct link_handler *end)
{
    if (end == NULL)
        return;
    for (size_t i = 0; i < HANDLER_WIRE_CONNECTIONS_MAX; i++)
        buffer_release(&end->out[i]);
    buffer_release(&end->exchanges);
    buffer_release(&end->queue);
    buffer_release(&end->in);
    buffer_release(&end->words);
    buffer_release(&end->processes);
    decoded_event_release(&end->decoded);
    decoded_answer_release(&end->answer);
    free(end);
}

int link_handler_subscription(const struct link_handler *end, struct text name_space, struct buffer *out)
{
    end->dialect->encode_subscribe(name_space, out);
    return out->failed ? ERROR_NO_MEMORY : 0;
}

int link_handler_copy(struct link_handler *to, const struct link_handler *from)
{
    CONTRACT(from->queue.length == 0 && from->in_offset >= from->in.length);
    to->dialect = from->dialect;
    to->transport = from->transport;
    memcpy(to->connections, from->connections, from->connection_count * sizeof from->connections[0]);
    to->connection_count = from->connection_count;
    buffer_clear(&to->queue);
    buffer_clear(&to->in);
    to->in_offset = 0;
    to->refused_above = UINT32_MAX;
    for (size_t i = 0; i < to->connection_count; i++)
        buffer_clear(&to->out[i]);
    buffer_clear(&to->exchanges);
    return buffer_append(&to->exchanges, from->exchanges.bytes, from->exchanges.length);
}

struct link_exchange *link_exchanges_of(const struct link_handler *end, size_t *ret_count)
{
    *ret_count = end->exchanges.length / sizeof(struct link_exchange);
    return (void *)end->exchanges.bytes;
}

void link_handler_hash(const struct link_handler *end, int64_t now_ns, uint64_t newest_connection, struct hash *hash)
{
    size_t count;
    const struct link_exchange *exchanges = link_exchanges_of(end, &count);
    for (size_t i = 0; i < end->connection_count; i++) {
        const struct link_connection *connection = &end->connections[i];
        if (connection->state == LINK_OVER)
            continue;
        hash_u64(hash, newest_connection - connection->id);
        hash_u64(hash, (uint64_t)connection->state << 3 | (uint64_t)connection->was_there << 2 |
                           (uint64_t)connection->refuses << 1 | (uint64_t)connection->told);
        hash_u64(hash, connection->next_stream_id);
        hash_text(hash, connection->loss);
    }
    hash_u64(hash, count);
    for (size_t i = 0; i < count; i++) {
        hash_u64(hash, newest_connection - exchanges[i].connection_id);
        hash_u64(hash, exchanges[i].stream_id);
        hash_u64(hash, (uint64_t)exchanges[i].subscribes << 1 | (uint64_t)exchanges[i].headers_seen);
        hash_i64(hash, exchanges[i].due_ns == TIME_NEVER ? -1 : exchanges[i].due_ns - now_ns);
        hash_u64(hash, exchanges[i].about.a);
        hash_u64(hash, exchanges[i].about.b);
    }
}

/* ---- connections ---- */

struct link_connection *link_connection_of(struct link_handler *end, uint64_t connection_id)
{
    for (size_t i = 0; i < end->connection_count; i++)
        if (end->connections[i].id == connection_id)
            return &end->connections[i];
    return NULL;
}

struct buffer *link_out_of(struct link_handler *end, const struct link_connection *connection)
{
    return &end->out[connection - end->connections];
}

/* The oldest that is over gives its place. NULL where all are in use. */
static struct link_connection *connection_place(struct link_handler *end)
{
    if (end->connection_count < HANDLER_WIRE_CONNECTIONS_MAX) {
        buffer_clear(&end->out[end->connection_count]);
        return &end->connections[end->connection_count++];
    }
    for (size_t i = 0; i < end->connection_count; i++) {
        struct buffer spare = end->out[i];
        size_t behind = end->connection_count - i - 1;
        if (end->connections[i].state != LINK_OVER)
            continue;
        memmove(&end->connections[i], &end->connections[i + 1], behind * sizeof end->connections[0]);
        memmove(&end->out[i], &end->out[i + 1], behind * sizeof end->out[0]);
        buffer_clear(&spare);
        end->out[end->connection_count - 1] = spare;
        return &end->connections[end->connection_count - 1];
    }
    return NULL;
}

int link_tell(struct link_handler *end, const struct link_told *told)
{
    return buffer_append(&end->queue, told, sizeof *told);
}

int link_handler_connected(struct link_handler *end, uint64_t connection_id)
{
    struct link_told up = {.kind = MONITOR_CONNECTION_UP, .connection_id = connection_id};
    struct link_connection *connection = connection_place(end);
    if (connection == NULL)
        return ERROR_LIMIT;
    *connection = (struct link_connection){.id = connection_id, .was_there = true, .next_stream_id = 1};
    return link_tell(end, &up);
}

void link_handler_lost(struct link_handler *end, uint64_t connection_id, struct text text)
{
    struct link_connection *connection = link_connection_of(end, connection_id);
    if (connection == NULL) {
        connection = connection_place(end);
        CONTRACT(connection != NULL);
        if (connection == NULL)
            return;
        *connection = (struct link_connection){.id = connection_id};
    }
    if (connection->state != LINK_OPEN)
        return;
    connection->state = LINK_LOST;
    connection->loss = text;
}

void link_exchange_end(struct link_handler *end, const struct link_exchange *exchange)
{
    size_t count;
    struct link_exchange *exchanges = link_exchanges_of(end, &count);
    size_t index = (size_t)(exchange - exchanges);
    memmove(&exchanges[index], &exchanges[index + 1], (count - index - 1) * sizeof *exchanges);
    end->exchanges.length -= sizeof *exchanges;
}

void link_exchanges_forget(struct link_handler *end, uint64_t connection_id)
{
    size_t count;
    const struct link_exchange *exchanges = link_exchanges_of(end, &count);
    while (count > 0)
        if (exchanges[--count].connection_id == connection_id)
            link_exchange_end(end, &exchanges[count]);
}

struct link_exchange *link_exchange_find(const struct link_handler *end, uint64_t connection_id, uint32_t stream_id)
{
    size_t count;
    struct link_exchange *exchanges = link_exchanges_of(end, &count);
    for (size_t i = 0; i < count; i++)
        if (exchanges[i].connection_id == connection_id && exchanges[i].stream_id == stream_id)
            return &exchanges[i];
    return NULL;
}

/* What is heard as soon as it arrives, before anything of it is told: a GOAWAY, and a message that makes the client
 * take back its request. */
static void overhear(struct link_handler *end, struct link_connection *connection)
{
    const struct link_message *message;
    for (size_t offset = 0; (message = link_take(&end->in, &offset)) != NULL;) {
        bool takes_back = message->kind == LINK_END && message->end.taken_back;
        connection->refuses = connection->refuses || message->kind == LINK_GOAWAY;
        if (takes_back && link_exchange_find(end, connection->id, message->stream_id) != NULL)
            link_put_bare(link_out_of(end, connection), LINK_CANCEL, message->stream_id);
    }
}

int link_handler_receive(struct link_handler *end, uint64_t connection_id, const void *bytes, size_t length)
{
    struct link_connection *connection = link_connection_of(end, connection_id);
    if (connection == NULL || connection->state != LINK_OPEN)
        return ERROR_CLOSED;
    CONTRACT(end->in_offset >= end->in.length);
    buffer_clear(&end->in);
    end->in_offset = 0;
    end->receiving = connection_id;
    if (buffer_append(&end->in, bytes, length) != 0)
        return ERROR_NO_MEMORY;
    overhear(end, connection);
    return 0;
}

/* Where the last request of a call ends among these messages; 0 where there is none. */
static size_t behind_calls(const struct buffer *messages)
{
    const struct link_message *message;
    size_t behind = 0;
    for (size_t offset = 0; (message = link_take(messages, &offset)) != NULL;)
        if (message->kind == LINK_REQUEST && !message->request.subscribes)
            behind = offset;
    return behind;
}

/* A subscription whose END_STREAM has a frame of its own is complete only when the calls that are sent with it are. */
static int send_subscriptions_last(const struct buffer *from, struct buffer *out)
{
    size_t behind = behind_calls(from);
    int result = 0;
    for (int subscribes = 0; subscribes < 2 && result == 0; subscribes++)
        for (size_t offset = 0, next = 0; result == 0 && next < behind; offset = next) {
            const struct link_message *message = link_take(from, &next);
            bool is_last = message->kind == LINK_REQUEST && message->request.subscribes;
            if (is_last == (subscribes == 1))
                result = buffer_append(out, from->bytes + offset, next - offset);
        }
    return result != 0 ? result : buffer_append(out, from->bytes + behind, from->length - behind);
}

int link_handler_send(struct link_handler *end, uint64_t connection_id, struct buffer *out)
{
    struct link_connection *connection = link_connection_of(end, connection_id);
    if (connection == NULL)
        return ERROR_CLOSED;
    struct buffer *from = link_out_of(end, connection);
    int result = ERROR_NO_MEMORY;
    if (!from->failed)
        result = end->transport->subscribes_end_apart ? send_subscriptions_last(from, out)
                                                      : buffer_append(out, from->bytes, from->length);
    buffer_clear(from);
    return result;
}

/* ---- time ---- */

static struct link_exchange *first_due(const struct link_handler *end, uint64_t connection_id)
{
    size_t count;
    struct link_exchange *exchanges = link_exchanges_of(end, &count);
    struct link_exchange *first = NULL;
    for (size_t i = 0; i < count; i++)
        if (exchanges[i].connection_id == connection_id && (first == NULL || exchanges[i].due_ns < first->due_ns))
            first = &exchanges[i];
    return first;
}

int64_t link_handler_deadline_ns(const struct link_handler *end)
{
    size_t count;
    const struct link_exchange *exchanges = link_exchanges_of(end, &count);
    int64_t deadline_ns = TIME_NEVER;
    for (size_t i = 0; i < count; i++)
        deadline_ns = time_min(deadline_ns, exchanges[i].due_ns);
    return deadline_ns;
}

void link_handler_time(struct link_handler *end, int64_t now_ns)
{
    for (size_t i = 0; i < end->connection_count; i++) {
        struct link_connection *connection = &end->connections[i];
        struct link_exchange *due = first_due(end, connection->id);
        for (; due != NULL && due->due_ns <= now_ns; due = first_due(end, connection->id)) {
            struct link_told reply = {.kind = MONITOR_REPLY,
                                      .connection_id = connection->id,
                                      .call_id = due->id,
                                      .status = STATUS_DEADLINE_EXCEEDED,
                                      .text = text_of("context deadline exceeded")};
            link_put_bare(link_out_of(end, connection), LINK_CANCEL, due->stream_id);
            link_exchange_end(end, due);
            (void)link_tell(end, &reply);
        }
    }
}
