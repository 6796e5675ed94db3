/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/wire.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/error.h"
#include "base/status.h"
#include "base/time.h"
#include "handler/wire/name_space.h"
#include "handler/wire/queue.h"
#include "handler/wire/session.h"

struct handler_wire {
    const struct dialect *dialect;
    const struct transport *transport;
    enum delete_option deletes;
    char name_space[NAME_SPACE_MAX + 1];
    struct session sessions[HANDLER_WIRE_CONNECTIONS_MAX]; /* in the order in which they came */
    size_t session_count;
    struct queue queue;
    struct held held; /* what the last event borrows from */
};

static const struct dialect *dialect_of(enum handler_api api)
{
    switch (api) {
    case HANDLER_API_V1: return &dialect_v1;
    case HANDLER_API_EXECUTION: return &dialect_execution;
    }
    return &dialect_v1;
}

int handler_wire_new(struct handler_wire **ret_wire, const struct handler_wire_options *options)
{
    const struct dialect *dialect = dialect_of(options->api);
    if (!name_space_valid(options->name_space))
        return ERROR_INVALID;
    if (options->deletes == DELETE_OWNED && dialect->lookup_path == NULL)
        return ERROR_INVALID;
    struct handler_wire *wire = calloc(1, sizeof *wire);
    if (wire == NULL)
        return ERROR_NO_MEMORY;
    wire->dialect = dialect;
    wire->transport = options->transport_of_2017 ? &transport_of_2017 : &transport_of_today;
    wire->deletes = options->deletes;
    text_copy(options->name_space, wire->name_space, sizeof wire->name_space);
    *ret_wire = wire;
    return 0;
}

void handler_wire_free(struct handler_wire *wire)
{
    if (wire == NULL)
        return;
    for (size_t i = 0; i < wire->session_count; i++)
        session_release(&wire->sessions[i]);
    queue_release(&wire->queue);
    held_clear(&wire->held);
    buffer_release(&wire->held.text);
    free(wire);
}

/* ---- the table of connections ---- */

static struct session *session_of(struct handler_wire *wire, uint64_t connection_id)
{
    for (size_t i = 0; i < wire->session_count; i++)
        if (wire->sessions[i].connection_id == connection_id)
            return &wire->sessions[i];
    return NULL;
}

static void forget_oldest(struct handler_wire *wire)
{
    for (size_t i = 0; i < wire->session_count; i++) {
        if (wire->sessions[i].state != SESSION_OVER)
            continue;
        session_release(&wire->sessions[i]);
        wire->session_count--;
        memmove(&wire->sessions[i], &wire->sessions[i + 1], (wire->session_count - i) * sizeof wire->sessions[0]);
        return;
    }
}

/* A place for one more, where there is one when what is over has been forgotten; else NULL. */
static struct session *session_place(struct handler_wire *wire)
{
    if (wire->session_count == HANDLER_WIRE_CONNECTIONS_MAX)
        forget_oldest(wire);
    return wire->session_count < HANDLER_WIRE_CONNECTIONS_MAX ? &wire->sessions[wire->session_count] : NULL;
}

int handler_wire_connected(struct handler_wire *wire, uint64_t connection_id, int64_t now_ns)
{
    CONTRACT(session_of(wire, connection_id) == NULL);
    struct session *session = session_place(wire);
    const struct queued_event up = {.kind = MONITOR_CONNECTION_UP, .connection_id = connection_id};

    if (session == NULL)
        return ERROR_LIMIT;
    int code = queue_reserve(&wire->queue);
    if (code == 0)
        code = session_init(session, connection_id, wire->dialect, wire->transport, text_of(wire->name_space), now_ns);
    if (code != 0)
        return code;
    wire->session_count++;
    queue_add(&wire->queue, &up);
    return 0;
}

void handler_wire_lost(struct handler_wire *wire, uint64_t connection_id, struct text text, int64_t now_ns)
{
    struct session *session = session_of(wire, connection_id);
    if (session == NULL) {
        session = session_place(wire);
        CONTRACT(session != NULL);
        if (session == NULL)
            return;
        session_init_unmade(session, connection_id, wire->transport);
        wire->session_count++;
    }
    session->now_ns = now_ns;
    session_lose(session, text);
}

/* ---- bytes ---- */

static int lose_for(struct session *session, int code)
{
    if (code != 0)
        session_lose(session,
                     text_of(code == ERROR_PROTOCOL ? "the server does not keep to HTTP/2" : error_text(code)));
    return code;
}

int handler_wire_receive(struct handler_wire *wire, uint64_t connection_id, const void *bytes, size_t length,
                         int64_t now_ns)
{
    struct session *session = session_of(wire, connection_id);
    if (session == NULL || session->state != SESSION_OPEN)
        return ERROR_CLOSED;
    session->now_ns = now_ns;
    return lose_for(session, grpc_client_receive(session->client, bytes, length, now_ns));
}

int handler_wire_send(struct handler_wire *wire, uint64_t connection_id, struct buffer *out, int64_t now_ns)
{
    struct session *session = session_of(wire, connection_id);
    if (session == NULL || session->client == NULL)
        return ERROR_CLOSED;
    session->now_ns = now_ns;
    return lose_for(session, grpc_client_send(session->client, out, SIZE_MAX));
}

/* ---- actions ---- */

static int open_stream(struct handler_wire *wire, const struct monitor_action *action, int64_t now_ns)
{
    struct session *session = session_of(wire, action->connection_id);
    struct queued_event event = {
        .kind = MONITOR_STREAM_OPENED, .connection_id = action->connection_id, .stream_id = action->stream_id};
    int code = queue_reserve(&wire->queue);
    if (code != 0)
        return code;
    if (session != NULL)
        session->now_ns = now_ns;
    code = session == NULL ? ERROR_MISSING : session_subscribe(session, action->stream_id);
    if (code == ERROR_NO_MEMORY || code == ERROR_CLOSED)
        return code == ERROR_CLOSED ? 0 : code;
    if (code != 0) {
        event.kind = MONITOR_STREAM_ENDED;
        event.status = session_refusal_status(wire->transport, code, &event.text);
    }
    queue_add(&wire->queue, &event);
    return 0;
}

static int send_call(struct handler_wire *wire, const struct monitor_action *action, int64_t now_ns)
{
    struct session *session = session_of(wire, action->connection_id);
    if (session == NULL)
        return ERROR_MISSING;
    session->now_ns = now_ns;
    if (action->call == MONITOR_CALL_DELETE && wire->deletes == DELETE_OWNED)
        return session_delete_if_owned(session, action);
    return session_call(session, action);
}

static int call(struct handler_wire *wire, const struct monitor_action *action, int64_t now_ns)
{
    const struct dialect_call *known = &wire->dialect->calls[action->call];
    struct queued_event reply = {
        .kind = MONITOR_REPLY, .connection_id = action->connection_id, .call_id = action->call_id};
    int code = queue_reserve(&wire->queue);
    if (code != 0)
        return code;
    if (known->path == NULL) {
        reply.status = known->unsent_status;
        reply.text = reply.status == STATUS_OK ? NULL : "the server's API has no such call";
    } else if (action->call == MONITOR_CALL_DELETE && wire->deletes == DELETE_NONE) {
        reply.status = OUTCOME_NOT_OURS;
    } else {
        code = send_call(wire, action, now_ns);
        if (code == 0 || code == ERROR_CLOSED || code == ERROR_NO_MEMORY)
            return code == ERROR_CLOSED ? 0 : code;
        reply.status = session_refusal_status(wire->transport, code, &reply.text);
    }
    queue_add(&wire->queue, &reply);
    return 0;
}

static int ping(struct handler_wire *wire, const struct monitor_action *action, int64_t now_ns)
{
    struct session *session = session_of(wire, action->connection_id);
    if (session == NULL)
        return 0;
    session->now_ns = now_ns;
    return session_ping(session);
}

static void leave_stream(struct handler_wire *wire, const struct monitor_action *action)
{
    queue_drop_stream(&wire->queue, action->stream_id);
    for (size_t i = 0; i < wire->session_count; i++) {
        struct session *session = &wire->sessions[i];
        struct exchange *exchange = exchanges_find_subscription(&session->exchanges, action->stream_id);
        if (exchange == NULL)
            continue;
        if (action->kind == MONITOR_CANCEL_STREAM)
            grpc_client_cancel(session->client, exchange->grpc_id);
        else
            grpc_client_abandon(session->client, exchange->grpc_id);
        exchanges_end(&session->exchanges, exchange);
    }
}

static void close_connection(struct handler_wire *wire, uint64_t connection_id)
{
    struct session *session = session_of(wire, connection_id);
    queue_drop_connection(&wire->queue, connection_id);
    if (session == NULL)
        return;
    if (session->state == SESSION_LOST)
        session_release(session);
    session->state = SESSION_OVER;
}

int handler_wire_perform(struct handler_wire *wire, const struct monitor_action *action, int64_t now_ns)
{
    switch (action->kind) {
    case MONITOR_OPEN_STREAM: return open_stream(wire, action, now_ns);
    case MONITOR_PING: return ping(wire, action, now_ns);
    case MONITOR_CALL: return call(wire, action, now_ns);
    case MONITOR_CANCEL_STREAM:
    case MONITOR_ABANDON_STREAM: leave_stream(wire, action); return 0;
    case MONITOR_CLOSE: close_connection(wire, action->connection_id); return 0;
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

/* ---- events and time ---- */

static void tell_queued(const struct queued_event *queued, struct monitor_event *event)
{
    event->kind = queued->kind;
    event->connection_id = queued->connection_id;
    event->stream_id = queued->stream_id;
    event->call_id = queued->call_id;
    event->outcome = (struct outcome){queued->status, text_of(queued->text)};
}

bool handler_wire_next(struct handler_wire *wire, struct monitor_event *event)
{
    struct queued_event queued;
    held_clear(&wire->held);
    memset(event, 0, sizeof *event);
    if (queue_take(&wire->queue, &queued)) {
        tell_queued(&queued, event);
        return true;
    }
    for (size_t i = 0; i < wire->session_count; i++)
        if (session_next(&wire->sessions[i], event, &wire->held))
            return true;
    return false;
}

int64_t handler_wire_deadline_ns(const struct handler_wire *wire)
{
    int64_t deadline_ns = TIME_NEVER;
    for (size_t i = 0; i < wire->session_count; i++)
        if (wire->sessions[i].state == SESSION_OPEN)
            deadline_ns = time_min(deadline_ns, grpc_client_deadline_ns(wire->sessions[i].client));
    return deadline_ns;
}

void handler_wire_time(struct handler_wire *wire, int64_t now_ns)
{
    for (size_t i = 0; i < wire->session_count; i++) {
        struct session *session = &wire->sessions[i];
        if (session->state != SESSION_OPEN)
            continue;
        session->now_ns = now_ns;
        (void)lose_for(session, grpc_client_tick(session->client, now_ns));
    }
}
