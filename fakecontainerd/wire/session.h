/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_WIRE_SESSION_H
#define FAKECONTAINERD_WIRE_SESSION_H

#include "fakecontainerd/wire/dialect.h"
#include "grpc/wire/server.h"

/*
 * One client's connection: a gRPC server session, and what it has to tell the core.
 *
 *     OPEN ---- lost, or broken by the client ----> LOST -- told --> DEAF
 *      |                                                              ^
 *      +------------- closed by the core ----------------------------+
 *
 * A DEAF session tells nothing more. It stays until the outer ring is done with it: what it still has to send to a
 * client that broke the protocol may be sent.
 */
enum fake_session_state { SESSION_OPEN, SESSION_LOST, SESSION_DEAF };

/* After a GOAWAY: when FAKE_DRAINED is to be told. */
enum fake_drain {
    DRAIN_NOT,
    DRAIN_STREAMS, /* when no stream is left, and all has been sent */
    DRAIN_NOW,     /* when all has been sent */
    DRAIN_TOLD
};

struct fake_session {
    struct fake_session *next;
    uint64_t connection_id;
    const struct dialect *dialect;
    struct text name_space; /* of all requests where the dialect has none; the wire's */
    struct grpc_server *server;
    enum fake_session_state state;
    bool introduced; /* FAKE_CONNECTED has been told */
    bool finished;   /* nothing more is received or sent; freed once it is DEAF */
    bool is_cut;     /* in the middle of a message: nothing more is said */
    enum fake_silence silence;
    enum fake_drain drain;
    int32_t last_said;          /* the stream that the last GOAWAY named */
    struct buffer given_up;     /* of int32_t: streams that were ended from this side, for the core to forget */
    ProtobufCMessage *borrowed; /* what the last request was unpacked to */
    struct dialect_room room;
};

/* 0 or ERROR_NO_MEMORY. */
int fake_session_new(struct fake_session **ret_session, uint64_t connection_id, const struct dialect *dialect,
                     struct text name_space);
void fake_session_free(struct fake_session *session);

/* Gives back what the last event borrowed. */
void fake_session_settle(struct fake_session *session);

/* The next event of this connection. */
bool fake_session_next(struct fake_session *session, struct fake_event *event);

/* REPLY, SEND_EVENT, END_STREAM, GOAWAY, SILENCE. 0 or ERROR_NO_MEMORY. A stream that the client has left, or does not
 * read, is ended quietly: the core hears of it as FAKE_CANCELLED. */
int fake_session_perform(struct fake_session *session, const struct fake_action *action);

/* As grpc_server_send. Nothing before the core has been told of the connection, which may want it silent. */
int fake_session_send(struct fake_session *session, struct buffer *out, size_t bytes_max);

#endif
