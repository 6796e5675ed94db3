/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_LINK_HANDLER_END_PRIVATE_H
#define HARNESS_LINK_HANDLER_END_PRIVATE_H

#include "handler/wire/dialect.h"
#include "handler/wire/transport.h"
#include "harness/link/handler_end.h"
#include "harness/link/message.h"

/* What the files of the handler's end share. */

/* A call or subscription of the monitor, from the request to the end. */
struct link_exchange {
    uint64_t connection_id;
    uint32_t stream_id;
    bool subscribes;
    enum monitor_call call; /* else */
    bool headers_seen;      /* something has come on it */
    uint64_t id;            /* the monitor's stream_id or call_id */
    int64_t due_ns;         /* or TIME_NEVER */
    struct hash about; /* of what is asked for which container: for hashing, where the monitor's ids do not count */
};

enum link_connection_state { LINK_OPEN, LINK_LOST, LINK_OVER };

struct link_connection {
    uint64_t id;
    enum link_connection_state state;
    bool refuses; /* a GOAWAY has come */
    bool told;    /* and the monitor knows */
    bool was_there;
    uint32_t next_stream_id;
    struct text loss; /* as who saw it says, static */
};

/* What happened without a word from the peer. Texts are static. */
struct link_told {
    enum monitor_event_kind kind;
    uint64_t connection_id;
    uint64_t stream_id;
    uint64_t call_id;
    int status;
    struct text text;
};

struct link_handler {
    const struct dialect *dialect;
    const struct transport *transport;
    struct link_connection connections[HANDLER_WIRE_CONNECTIONS_MAX]; /* in the order in which they came */
    size_t connection_count;
    struct buffer out[HANDLER_WIRE_CONNECTIONS_MAX]; /* by place */
    struct buffer exchanges;                         /* of struct link_exchange, by connection and stream */
    struct buffer queue;                             /* of struct link_told */
    uint64_t receiving;                              /* the connection whose messages are in the inbox */
    struct buffer in;
    size_t in_offset;
    uint32_t refused_above; /* streams of that connection above it are ended by a GOAWAY; UINT32_MAX: none */
    struct buffer words;    /* what the last event borrows from */
    struct buffer processes;
    bool has_decoded; /* one of these two is to be released */
    struct decoded_event decoded;
    struct decoded_answer answer;
};

struct link_exchange *link_exchanges_of(const struct link_handler *end, size_t *ret_count);

/* NULL where there is none. */
struct link_exchange *link_exchange_find(const struct link_handler *end, uint64_t connection_id, uint32_t stream_id);
struct link_connection *link_connection_of(struct link_handler *end, uint64_t connection_id);

/* It is over; those behind it move up. */
void link_exchange_end(struct link_handler *end, const struct link_exchange *exchange);
void link_exchanges_forget(struct link_handler *end, uint64_t connection_id);

/* Where the messages for the fake are put. */
struct buffer *link_out_of(struct link_handler *end, const struct link_connection *connection);

/* Queues it. 0 or ERROR_NO_MEMORY. */
int link_tell(struct link_handler *end, const struct link_told *told);

#endif
