/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor wants done, as messages for the fake. */
#include <string.h>

#include "base/error.h"
#include "base/status.h"
#include "base/time.h"
#include "harness/link/handler_end_private.h"

/* What cannot be asked at all is answered here: false. */
static bool can_ask(struct link_handler *end, const struct link_connection *connection, struct link_told *answer)
{
    answer->status = STATUS_UNAVAILABLE;
    if (connection == NULL)
        answer->text = text_of(end->transport->no_connection);
    else if (connection->refuses)
        answer->text = text_of(end->transport->no_new_calls);
    else
        return true;
    return false;
}

/* *answer is queued where the request cannot be sent; where it can, *sent is, unless that is nothing. */
static int ask(struct link_handler *end, const struct monitor_action *action, int64_t now_ns, struct link_told *answer,
               const struct link_told *sent)
{
    struct link_connection *connection = link_connection_of(end, action->connection_id);
    struct link_message message;
    bool subscribes = action->kind == MONITOR_OPEN_STREAM;

    /* The loss will be told by itself. */
    if (connection != NULL && connection->state != LINK_OPEN)
        return 0;
    if (!can_ask(end, connection, answer))
        return link_tell(end, answer);
    struct link_exchange exchange;
    memset(&exchange, 0, sizeof exchange);
    exchange.connection_id = action->connection_id;
    exchange.stream_id = connection->next_stream_id;
    exchange.subscribes = subscribes;
    exchange.call = subscribes ? MONITOR_CALL_DELETE : action->call;
    exchange.id = subscribes ? action->stream_id : action->call_id;
    exchange.due_ns = !subscribes && action->timeout_ns > 0 ? time_add(now_ns, action->timeout_ns) : TIME_NEVER;
    hash_init(&exchange.about);
    hash_u64(&exchange.about, subscribes ? 0 : 1 + (uint64_t)action->call);
    hash_text(&exchange.about, subscribes ? text_of("") : action->container_id);
    connection->next_stream_id += 2;
    memset(&message, 0, sizeof message);
    message.kind = LINK_REQUEST;
    message.stream_id = exchange.stream_id;
    message.request.subscribes = subscribes;
    message.request.call = subscribes ? MONITOR_CALL_DELETE : action->call;
    message.request.signal = subscribes ? 0 : action->signal;
    message.request.timeout_ns = subscribes ? 0 : action->timeout_ns;
    link_put(link_out_of(end, connection), &message, &action->container_id, subscribes ? 0 : 1);
    if (buffer_append(&end->exchanges, &exchange, sizeof exchange) != 0)
        return ERROR_NO_MEMORY;
    return sent != NULL ? link_tell(end, sent) : 0;
}

static int open_stream(struct link_handler *end, const struct monitor_action *action, int64_t now_ns)
{
    struct link_told opened = {
        .kind = MONITOR_STREAM_OPENED, .connection_id = action->connection_id, .stream_id = action->stream_id};
    struct link_told ended = opened;
    ended.kind = MONITOR_STREAM_ENDED;
    return ask(end, action, now_ns, &ended, &opened);
}

static int call(struct link_handler *end, const struct monitor_action *action, int64_t now_ns)
{
    struct link_told reply = {
        .kind = MONITOR_REPLY, .connection_id = action->connection_id, .call_id = action->call_id};
    const struct dialect_call *known = &end->dialect->calls[action->call];
    if (known->path == NULL) {
        reply.status = known->unsent_status;
        reply.text = text_of(reply.status == STATUS_OK ? "" : "the server's API has no such call");
        return link_tell(end, &reply);
    }
    return ask(end, action, now_ns, &reply, NULL);
}

static void queue_drop(struct link_handler *end, uint64_t connection_id, uint64_t stream_id)
{
    struct link_told *queue = (void *)end->queue.bytes;
    size_t kept = 0;
    for (size_t i = 0; i < end->queue.length / sizeof *queue; i++) {
        bool of_stream = (queue[i].kind == MONITOR_STREAM_OPENED || queue[i].kind == MONITOR_STREAM_ENDED) &&
                         stream_id != 0 && queue[i].stream_id == stream_id;
        if (!of_stream && (connection_id == 0 || queue[i].connection_id != connection_id))
            queue[kept++] = queue[i];
    }
    end->queue.length = kept * sizeof *queue;
}

static void leave_stream(struct link_handler *end, const struct monitor_action *action)
{
    size_t count;
    const struct link_exchange *exchanges = link_exchanges_of(end, &count);
    queue_drop(end, 0, action->stream_id);
    for (size_t i = 0; i < count; i++) {
        if (!exchanges[i].subscribes || exchanges[i].id != action->stream_id)
            continue;
        const struct link_connection *connection = link_connection_of(end, exchanges[i].connection_id);
        if (action->kind == MONITOR_CANCEL_STREAM && connection != NULL && connection->state == LINK_OPEN)
            link_put_bare(link_out_of(end, connection), LINK_CANCEL, exchanges[i].stream_id);
        link_exchange_end(end, &exchanges[i]);
        return;
    }
}

static void close_connection(struct link_handler *end, uint64_t connection_id)
{
    struct link_connection *connection = link_connection_of(end, connection_id);
    queue_drop(end, connection_id, 0);
    link_exchanges_forget(end, connection_id);
    if (connection != NULL)
        connection->state = LINK_OVER;
    if (end->receiving == connection_id)
        end->in_offset = end->in.length;
}

static void ping(struct link_handler *end, uint64_t connection_id)
{
    const struct link_connection *connection = link_connection_of(end, connection_id);
    if (connection != NULL && connection->state == LINK_OPEN)
        link_put_bare(link_out_of(end, connection), LINK_PING, 0);
}

int link_handler_perform(struct link_handler *end, const struct monitor_action *action, int64_t now_ns)
{
    switch (action->kind) {
    case MONITOR_OPEN_STREAM: return open_stream(end, action, now_ns);
    case MONITOR_CALL: return call(end, action, now_ns);
    case MONITOR_PING: ping(end, action->connection_id); return 0;
    case MONITOR_CANCEL_STREAM:
    case MONITOR_ABANDON_STREAM: leave_stream(end, action); return 0;
    case MONITOR_CLOSE: close_connection(end, action->connection_id); return 0;
    case MONITOR_DIAL:
    case MONITOR_PUT:
    case MONITOR_FORGET:
    case MONITOR_LOAD:
    case MONITOR_ANSWER:
    case MONITOR_TELL:
    case MONITOR_NOTE: return 0;
    }
    return 0;
}
