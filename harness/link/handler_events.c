/* SPDX-License-Identifier: Apache-2.0 */
/* What the monitor hears, from the fake's messages and from this side. */
#include <string.h>

#include "base/clear.h"
#include "base/error.h"
#include "base/status.h"
#include "harness/link/ends.h"
#include "harness/link/handler_end_private.h"

static bool next_told(struct link_handler *end, struct monitor_event *event)
{
    struct link_told told;
    if (end->queue.length == 0)
        return false;
    memcpy(&told, end->queue.bytes, sizeof told);
    buffer_consume(&end->queue, sizeof told);
    event->kind = told.kind;
    event->connection_id = told.connection_id;
    event->stream_id = told.stream_id;
    event->call_id = told.call_id;
    event->outcome = (struct outcome){told.status, told.text};
    return true;
}

/* The exchange is over, as `ended` says in the words of gRPC. */
static bool tell_end(struct link_handler *end, const struct link_exchange *exchange,
                     const struct grpc_client_event *ended, struct monitor_event *event)
{
    struct link_exchange past = *exchange;
    link_exchange_end(end, exchange);
    buffer_clear(&end->words);
    event->kind = past.subscribes ? MONITOR_STREAM_ENDED : MONITOR_REPLY;
    event->stream_id = past.subscribes ? past.id : 0;
    event->call_id = past.subscribes ? 0 : past.id;
    event->outcome.status = end->transport->tell_end(ended, &end->words);
    event->outcome.text = buffer_text(&end->words);
    return true;
}

static void read_processes(struct link_handler *end, struct text processes)
{
    const char *at = processes.bytes;
    const char *behind = at + processes.length;
    buffer_clear(&end->processes);
    /* A list of nothing is a list. */
    (void)buffer_reserve(&end->processes, sizeof(struct process_state));
    while (at < behind) {
        struct link_process from;
        memcpy(&from, at, sizeof from);
        struct process_state process = {.container_id = {at + sizeof from, from.id_length},
                                        .status = from.status,
                                        .pid = from.pid,
                                        .exit_status = from.exit_status,
                                        .exited_at = from.exited_at,
                                        .tells_exit = from.tells_exit};
        (void)buffer_append(&end->processes, &process, sizeof process);
        at += sizeof from + from.id_length;
    }
}

/* What is told of bytes that are not what they should be. */
static struct outcome undecoded(struct link_handler *end, int code, const struct error *error)
{
    buffer_clear(&end->words);
    (void)buffer_append_text(&end->words, text_of(error->text));
    return (struct outcome){code == ERROR_MALFORMED ? STATUS_INTERNAL : STATUS_RESOURCE_EXHAUSTED,
                            buffer_text(&end->words)};
}

static void read_encoded(struct link_handler *end, enum monitor_call call, struct text bytes,
                         struct monitor_event *event)
{
    struct error error;
    end->has_decoded = true;
    int code = end->dialect->calls[call].decode(bytes, &end->answer, &error);
    if (code != 0) {
        event->outcome = undecoded(end, code, &error);
        return;
    }
    event->process = end->answer.process;
    event->processes = end->answer.processes;
    event->process_count = end->answer.process_count;
    event->oom_kills = end->answer.oom_kills;
    event->tells_kills = end->answer.tells_kills;
}

static bool take_answer(struct link_handler *end, const struct link_exchange *exchange,
                        const struct link_message *message, struct monitor_event *event)
{
    struct text text = link_first_text(message);
    event->kind = MONITOR_REPLY;
    event->call_id = exchange->id;
    if (message->answer.encoded) {
        read_encoded(end, exchange->call, text, event);
    } else {
        event->oom_kills = message->answer.oom_kills;
        event->tells_kills = message->answer.tells_kills;
        read_processes(end, text);
        event->processes = (const void *)end->processes.bytes;
        event->process_count = end->processes.length / sizeof event->process;
    }
    if (!message->answer.encoded && exchange->call != MONITOR_CALL_LIST) {
        if (event->process_count > 0)
            event->process = event->processes[0];
        event->processes = NULL;
        event->process_count = 0;
    }
    link_exchange_end(end, exchange);
    return true;
}

static bool take_event(const struct link_exchange *exchange, const struct link_message *message,
                       struct monitor_event *event)
{
    const struct link_event *from = &message->event;
    struct text texts[LINK_TEXTS_MAX];
    link_texts(message, texts);
    event->kind = MONITOR_STREAM_MESSAGE;
    event->stream_id = exchange->id;
    event->task = (struct task_event){.kind = from->kind,
                                      .topic = texts[0],
                                      .name_space = texts[1],
                                      .container_id = texts[2],
                                      .process_id = texts[3],
                                      .pid = from->pid,
                                      .exit_status = from->exit_status,
                                      .exited_at = from->exited_at,
                                      .published_at = from->published_at};
    return true;
}

static bool take_encoded(struct link_handler *end, const struct link_exchange *exchange, struct text bytes,
                         struct monitor_event *event)
{
    struct error error;
    end->has_decoded = true;
    int code = end->dialect->decode_event(bytes, &end->decoded, &error);
    event->stream_id = exchange->id;
    event->kind = code == 0 ? MONITOR_STREAM_MESSAGE : MONITOR_STREAM_UNREADABLE;
    if (code == 0) {
        event->task = end->decoded.task;
        return true;
    }
    event->outcome = undecoded(end, code, &error);
    return true;
}

static bool take_goaway(struct link_handler *end, struct link_connection *connection, uint32_t last_stream_id,
                        struct monitor_event *event)
{
    end->refused_above = last_stream_id;
    if (connection->told)
        return false;
    connection->told = true;
    event->kind = MONITOR_CONNECTION_DRAINING;
    event->connection_id = connection->id;
    return true;
}

/* Of the streams that a GOAWAY has refused, the next. */
static bool next_refused(struct link_handler *end, struct monitor_event *event)
{
    static const struct grpc_client_event refused = {
        .end = GRPC_END_GOAWAY, .status = STATUS_UNAVAILABLE, .text = {"the server stops accepting new RPCs", 35}};
    size_t count;
    const struct link_exchange *exchanges = link_exchanges_of(end, &count);
    for (size_t i = 0; end->refused_above != UINT32_MAX && i < count; i++)
        if (exchanges[i].connection_id == end->receiving && exchanges[i].stream_id > end->refused_above)
            return tell_end(end, &exchanges[i], &refused, event);
    end->refused_above = UINT32_MAX;
    return false;
}

static bool take(struct link_handler *end, const struct link_message *message, struct monitor_event *event)
{
    struct link_connection *connection = link_connection_of(end, end->receiving);
    struct link_exchange *exchange = link_exchange_find(end, end->receiving, message->stream_id);
    struct grpc_client_event ended;
    char sentence[LINK_SENTENCE_MAX];

    if (message->kind == LINK_GOAWAY)
        return take_goaway(end, connection, message->last_stream_id, event);
    if (message->kind == LINK_PONG) {
        event->kind = MONITOR_PONG;
        event->connection_id = connection->id;
        return true;
    }
    if (exchange == NULL)
        return false;
    switch (message->kind) {
    case LINK_END:
        link_end_told(&message->end, link_first_text(message), exchange->headers_seen, &ended, sentence);
        return tell_end(end, exchange, &ended, event);
    case LINK_ANSWER: return take_answer(end, exchange, message, event);
    case LINK_EVENT: exchange->headers_seen = true; return take_event(exchange, message, event);
    case LINK_ENCODED:
        exchange->headers_seen = true;
        return take_encoded(end, exchange, link_first_text(message), event);
    case LINK_PART:
    case LINK_REQUEST:
    case LINK_CANCEL:
    case LINK_PING:
    case LINK_GOAWAY:
    case LINK_PONG: break;
    }
    return false;
}

static bool next_lost(struct link_handler *end, struct monitor_event *event)
{
    for (size_t i = 0; i < end->connection_count; i++) {
        struct link_connection *connection = &end->connections[i];
        if (connection->state != LINK_LOST)
            continue;
        connection->state = LINK_OVER;
        link_exchanges_forget(end, connection->id);
        event->kind = MONITOR_CONNECTION_LOST;
        event->connection_id = connection->id;
        event->outcome = end->transport->tell_loss(connection->was_there, connection->loss);
        return true;
    }
    return false;
}

bool link_handler_may_tell(const struct link_handler *end)
{
    bool may = end->queue.length > 0 || end->refused_above != UINT32_MAX || end->in_offset < end->in.length;
    for (size_t i = 0; i < end->connection_count && !may; i++)
        may = end->connections[i].state == LINK_LOST;
    return may;
}

bool link_handler_next(struct link_handler *end, struct monitor_event *event)
{
    const struct link_message *message;
    if (end->has_decoded) {
        decoded_event_release(&end->decoded);
        decoded_answer_release(&end->answer);
        end->has_decoded = false;
    }
    if (!link_handler_may_tell(end))
        return false;
    clear_bytes(event, sizeof *event);
    if (next_told(end, event) || next_refused(end, event))
        return true;
    while ((message = link_take(&end->in, &end->in_offset)) != NULL)
        if (take(end, message, event) || next_refused(end, event))
            return true;
    return next_lost(end, event);
}
