/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_SESSION_H
#define HANDLER_WIRE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "grpc/wire/client.h"
#include "handler/core/monitor.h"
#include "handler/wire/dialect.h"
#include "handler/wire/exchanges.h"
#include "handler/wire/transport.h"

/*
 * One connection of the monitor: a gRPC client session and what is open on it. What the peer did becomes events of the
 * monitor only when they are pulled, so nothing that was cancelled in between is ever told.
 *
 *     OPEN ---- lost ----> LOST -- told --> OVER
 *      |                                     ^
 *      +----------- closed by us ------------+
 */
enum session_state {
    SESSION_OPEN,
    SESSION_LOST, /* to be told, after what came before it */
    SESSION_OVER  /* heard no more; remembered, so that its loss is told once. One that we closed may have last bytes */
};

enum { SESSION_LOSS_TEXT_MAX = 256 };

/* The namespace, dialect and transport are borrowed for the session's life. */
struct session {
    enum session_state state;
    bool is_draining;
    uint64_t connection_id;
    const struct dialect *dialect;
    const struct transport *transport;
    struct text name_space;
    struct grpc_client *client; /* NULL for a dial that failed, and where nothing is left to send */
    struct exchanges exchanges;
    int64_t now_ns; /* the latest time that was passed in */
    int loss_status;
    char loss[SESSION_LOSS_TEXT_MAX];
};

/* What an event that was pulled borrows from. The zero value holds nothing. */
struct held {
    struct decoded_event event;
    struct decoded_answer answer;
    struct buffer text;
};

void held_clear(struct held *held);

/* 0 or ERROR_NO_MEMORY. */
int session_init(struct session *session, uint64_t connection_id, const struct dialect *dialect,
                 const struct transport *transport, struct text name_space, int64_t now_ns);

/* A connection that could not be made, of which only the loss is to be told. */
void session_init_unmade(struct session *session, uint64_t connection_id, const struct transport *transport);
void session_release(struct session *session);

/* Each returns 0; ERROR_NO_MEMORY; ERROR_LIMIT or ERROR_REFUSED, as grpc_client_open; ERROR_CLOSED when the connection
 * is lost; ERROR_INVALID. Of the action they take call (one that the dialect has), call_id, container_id, signal and
 * timeout_ns. */
int session_subscribe(struct session *session, uint64_t stream_id);
int session_call(struct session *session, const struct monitor_action *action);
int session_delete_if_owned(struct session *session, const struct monitor_action *action);

/* A PING, whose answer is told as MONITOR_PONG. Where too many are unanswered, or the connection is lost, there will be
 * no answer. 0 or ERROR_NO_MEMORY. */
int session_ping(struct session *session);

/* What such an error is for the monitor: the status of a call that could not even be made, and a static sentence. */
int session_refusal_status(const struct transport *transport, int code, const char **ret_text);

/* The loss of the connection, unless it is lost already. One that is over has nothing to send any more. */
void session_lose(struct session *session, struct text text);

/* The next event, with what it borrows in *held (which must be clear): what the peer did, then the loss. */
bool session_next(struct session *session, struct monitor_event *event, struct held *held);

#endif
