/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/session.h"

#include "base/error.h"
#include "base/status.h"
#include "base/time.h"

void held_clear(struct held *held)
{
    decoded_event_release(&held->event);
    decoded_answer_release(&held->answer);
    buffer_clear(&held->text);
}

/* Puts the text where the event's outcome can borrow it; where memory is short the outcome has no text. */
static struct text held_text(struct held *held, struct text text)
{
    buffer_clear(&held->text);
    (void)buffer_append_text(&held->text, text);
    return buffer_text(&held->text);
}

int session_init(struct session *session, uint64_t connection_id, const struct dialect *dialect,
                 const struct transport *transport, struct text name_space, int64_t now_ns)
{
    *session = (struct session){.connection_id = connection_id,
                                .dialect = dialect,
                                .transport = transport,
                                .name_space = name_space,
                                .now_ns = now_ns};
    return grpc_client_new(&transport->options, &session->client);
}

void session_init_unmade(struct session *session, uint64_t connection_id, const struct transport *transport)
{
    *session = (struct session){.connection_id = connection_id, .transport = transport};
}

void session_release(struct session *session)
{
    grpc_client_free(session->client);
    session->client = NULL;
    exchanges_release(&session->exchanges);
}

/* Opens a stream of gRPC and enters it; takes the exchange's container_id over, also on failure. */
static int open_exchange(struct session *session, struct exchange *exchange, const char *path,
                         const struct buffer *message, int64_t timeout_ns)
{
    bool subscribes = exchange->kind == EXCHANGE_SUBSCRIPTION;
    const struct grpc_metadata metadata = {text_of("containerd-namespace"), session->name_space};
    const struct grpc_request request = {.path = text_of(path),
                                         .metadata = &metadata,
                                         .metadata_count = session->dialect->has_name_spaces ? 1 : 0,
                                         .timeout_ns = timeout_ns,
                                         .message = buffer_text(message),
                                         .streaming = subscribes,
                                         .end_apart = subscribes && session->transport->subscribes_end_apart};
    int code = message->failed ? ERROR_NO_MEMORY : exchanges_reserve(&session->exchanges);
    if (code == 0 && session->state != SESSION_OPEN)
        code = ERROR_CLOSED;
    if (code == 0)
        code = grpc_client_open(session->client, &request, session->now_ns, &exchange->grpc_id);
    if (code == 0)
        exchanges_add(&session->exchanges, exchange);
    else
        buffer_release(&exchange->container_id);
    return code;
}

int session_subscribe(struct session *session, uint64_t stream_id)
{
    struct exchange exchange = {.kind = EXCHANGE_SUBSCRIPTION, .id = stream_id, .due_ns = TIME_NEVER};
    struct buffer message = BUFFER_INIT;
    session->dialect->encode_subscribe(session->name_space, &message);
    int code = open_exchange(session, &exchange, session->dialect->subscribe_path, &message, 0);
    buffer_release(&message);
    return code;
}

int session_call(struct session *session, const struct monitor_action *action)
{
    const struct dialect_call *call = &session->dialect->calls[action->call];
    struct exchange exchange = {
        .kind = EXCHANGE_CALL, .call = action->call, .id = action->call_id, .due_ns = TIME_NEVER};
    struct buffer message = BUFFER_INIT;
    call->encode(action->container_id, action->signal, &message);
    int code = open_exchange(session, &exchange, call->path, &message, action->timeout_ns);
    buffer_release(&message);
    return code;
}

int session_delete_if_owned(struct session *session, const struct monitor_action *action)
{
    int64_t timeout_ns = action->timeout_ns;
    struct exchange exchange = {.kind = EXCHANGE_LOOKUP, .id = action->call_id};
    struct buffer message = BUFFER_INIT;
    exchange.due_ns = timeout_ns > 0 ? time_add(session->now_ns, timeout_ns) : TIME_NEVER;
    session->dialect->encode_lookup(action->container_id, &message);
    if (buffer_append_text(&exchange.container_id, action->container_id) != 0)
        message.failed = true;
    int code = open_exchange(session, &exchange, session->dialect->lookup_path, &message, timeout_ns);
    buffer_release(&message);
    return code;
}

int session_ping(struct session *session)
{
    static const unsigned char bytes[8] = "monitor";
    if (session->state != SESSION_OPEN)
        return 0;
    int code = grpc_client_ping(session->client, bytes, session->now_ns);
    return code == ERROR_NO_MEMORY ? code : 0;
}

int session_refusal_status(const struct transport *transport, int code, const char **ret_text)
{
    switch (code) {
    case ERROR_LIMIT: *ret_text = "too many calls are open on the connection"; return STATUS_RESOURCE_EXHAUSTED;
    case ERROR_NO_MEMORY: *ret_text = "out of memory"; return STATUS_RESOURCE_EXHAUSTED;
    case ERROR_REFUSED: *ret_text = transport->no_new_calls; return STATUS_UNAVAILABLE;
    case ERROR_MISSING: *ret_text = transport->no_connection; return STATUS_UNAVAILABLE;
    default: *ret_text = "the request cannot be sent"; return STATUS_INTERNAL;
    }
}

static void keep_loss(struct session *session, bool was_there, struct text text)
{
    struct outcome loss = session->transport->tell_loss(was_there, text);
    session->loss_status = loss.status;
    text_copy(loss.text, session->loss, sizeof session->loss);
}

void session_lose(struct session *session, struct text text)
{
    if (session->state == SESSION_OVER)
        session_release(session);
    if (session->state != SESSION_OPEN)
        return;
    session->state = SESSION_LOST;
    keep_loss(session, session->client != NULL, text);
    if (session->client != NULL)
        grpc_client_lost(session->client, text);
}

/* ---- what the peer did, as events ---- */

static bool tell_stream_end(uint64_t stream_id, int status, struct text text, struct monitor_event *event)
{
    event->kind = MONITOR_STREAM_ENDED;
    event->stream_id = stream_id;
    event->outcome = (struct outcome){status, text};
    return true;
}

static bool tell_reply(uint64_t call_id, int status, struct text text, struct monitor_event *event)
{
    event->kind = MONITOR_REPLY;
    event->call_id = call_id;
    event->outcome = (struct outcome){status, text};
    return true;
}

static int status_of_undecoded(int code)
{
    return code == ERROR_MALFORMED ? STATUS_INTERNAL : STATUS_RESOURCE_EXHAUSTED;
}

static bool take_event(const struct session *session, const struct exchange *exchange, struct text message,
                       struct monitor_event *event, struct held *held)
{
    struct error error;
    int code = session->dialect->decode_event(message, &held->event, &error);
    event->stream_id = exchange->id;
    if (code == 0) {
        event->kind = MONITOR_STREAM_MESSAGE;
        event->task = held->event.task;
    } else {
        event->kind = MONITOR_STREAM_UNREADABLE;
        event->outcome = (struct outcome){status_of_undecoded(code), held_text(held, text_of(error.text))};
    }
    return true;
}

static int read_answer(const struct session *session, struct exchange *exchange, struct text message,
                       struct error *error)
{
    if (exchange->kind == EXCHANGE_LOOKUP)
        return session->dialect->decode_owned(message, &exchange->owned, error);
    const struct dialect_call *call = &session->dialect->calls[exchange->call];
    return call->decode == NULL ? 0 : call->decode(message, &exchange->answer, error);
}

/* The answer of a call is kept until the call ends; one that cannot be read ends it here. */
static bool take_answer(struct session *session, struct exchange *exchange, struct text message,
                        struct monitor_event *event, struct held *held)
{
    struct error error;
    int code = read_answer(session, exchange, message, &error);
    if (code == 0)
        return false;
    tell_reply(exchange->id, status_of_undecoded(code), held_text(held, text_of(error.text)), event);
    if (session->transport->leaves_unreadable_open)
        grpc_client_abandon(session->client, exchange->grpc_id);
    else
        grpc_client_cancel(session->client, exchange->grpc_id);
    exchanges_end(&session->exchanges, exchange);
    return true;
}

/* The container is ours: the Delete that was asked for, in the time that is left for it. */
static bool go_on_to_delete(struct session *session, const struct exchange *lookup, struct monitor_event *event)
{
    int64_t left_ns = lookup->due_ns == TIME_NEVER ? 0 : lookup->due_ns - session->now_ns;
    if (lookup->due_ns != TIME_NEVER && left_ns < 1)
        left_ns = 1;
    const struct monitor_action deletion = {.call = MONITOR_CALL_DELETE,
                                            .call_id = lookup->id,
                                            .container_id = buffer_text(&lookup->container_id),
                                            .timeout_ns = left_ns};
    int code = session_call(session, &deletion);
    if (code == 0 || code == ERROR_CLOSED)
        return false;
    const char *text;
    int status = session_refusal_status(session->transport, code, &text);
    return tell_reply(lookup->id, status, text_of(text), event);
}

static bool end_lookup(struct session *session, const struct exchange *lookup, int status, struct text text,
                       struct monitor_event *event)
{
    const struct text nothing = {NULL, 0};
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && !lookup->owned))
        return tell_reply(lookup->id, OUTCOME_NOT_OURS, nothing, event);
    if (status != STATUS_OK)
        return tell_reply(lookup->id, status, text, event);
    return go_on_to_delete(session, lookup, event);
}

/* Of what failed nothing is told but that, whatever was said before. */
static bool end_call(struct exchange *call, int status, struct text text, struct monitor_event *event,
                     struct held *held)
{
    tell_reply(call->id, status, text, event);
    if (status != STATUS_OK)
        return true;
    held->answer = call->answer;
    call->answer = (struct decoded_answer){.message = NULL};
    event->process = held->answer.process;
    event->processes = held->answer.processes;
    event->process_count = held->answer.process_count;
    event->oom_kills = held->answer.oom_kills;
    event->tells_kills = held->answer.tells_kills;
    return true;
}

static bool take_end(struct session *session, struct exchange *exchange, const struct grpc_client_event *ended,
                     struct monitor_event *event, struct held *held)
{
    struct exchange past = *exchange;
    bool told = false;

    exchange->container_id = (struct buffer)BUFFER_INIT;
    exchange->answer = (struct decoded_answer){.message = NULL};
    exchanges_end(&session->exchanges, exchange);
    if (ended->end == GRPC_END_CONNECTION) {
        /* The session knows best what the peer did wrong. */
        keep_loss(session, true, ended->text);
    } else {
        buffer_clear(&held->text);
        int status = session->transport->tell_end(ended, &held->text);
        struct text text = buffer_text(&held->text);
        switch (past.kind) {
        case EXCHANGE_SUBSCRIPTION: told = tell_stream_end(past.id, status, text, event); break;
        case EXCHANGE_LOOKUP: told = end_lookup(session, &past, status, text, event); break;
        case EXCHANGE_CALL: told = end_call(&past, status, text, event, held); break;
        case EXCHANGE_ENDED: break;
        }
    }
    buffer_release(&past.container_id);
    decoded_answer_release(&past.answer);
    return told;
}

static bool take_goaway(struct session *session, struct monitor_event *event)
{
    if (session->is_draining)
        return false;
    session->is_draining = true;
    event->kind = MONITOR_CONNECTION_DRAINING;
    event->connection_id = session->connection_id;
    return true;
}

/* True where it is an event for the monitor. */
static bool translate(struct session *session, const struct grpc_client_event *heard, struct monitor_event *event,
                      struct held *held)
{
    struct exchange *exchange;
    switch (heard->kind) {
    case GRPC_CLIENT_GOAWAY: return take_goaway(session, event);
    case GRPC_CLIENT_MESSAGE:
        exchange = exchanges_find(&session->exchanges, heard->stream_id);
        if (exchange == NULL)
            return false;
        if (exchange->kind == EXCHANGE_SUBSCRIPTION)
            return take_event(session, exchange, heard->message, event, held);
        return take_answer(session, exchange, heard->message, event, held);
    case GRPC_CLIENT_ENDED:
        exchange = exchanges_find(&session->exchanges, heard->stream_id);
        return exchange != NULL && take_end(session, exchange, heard, event, held);
    case GRPC_CLIENT_PONG:
        event->kind = MONITOR_PONG;
        event->connection_id = session->connection_id;
        return true;
    case GRPC_CLIENT_SETTINGS:
    case GRPC_CLIENT_HEADERS: return false;
    }
    return false;
}

static bool tell_loss(struct session *session, struct monitor_event *event, struct held *held)
{
    session->state = SESSION_OVER;
    session_release(session);
    event->kind = MONITOR_CONNECTION_LOST;
    event->connection_id = session->connection_id;
    event->outcome = (struct outcome){session->loss_status, held_text(held, text_of(session->loss))};
    return true;
}

bool session_next(struct session *session, struct monitor_event *event, struct held *held)
{
    struct grpc_client_event heard;
    if (session->state == SESSION_OVER)
        return false;
    while (session->client != NULL && grpc_client_next(session->client, &heard))
        if (translate(session, &heard, event, held))
            return true;
    return session->state == SESSION_LOST && tell_loss(session, event, held);
}
