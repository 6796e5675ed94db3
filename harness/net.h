/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_NET_H
#define HARNESS_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/hash.h"

/*
 * The network between the two sides: connections as pairs of byte queues in memory, and a listening socket that is
 * there or not. Nothing is lost or reordered within a direction; the end of a direction arrives after its bytes.
 */
enum { NET_CONNECTIONS_MAX = 64 };

enum net_side { NET_HANDLER, NET_FAKE };

/* Connections from this id on are the scripted client's; it takes the handler's side of them. */
#define NET_CLIENT_FIRST (UINT64_C(1) << 32)

struct net_direction {
    struct buffer bytes;
    bool ended;        /* the sender is gone: after the bytes comes the end */
    bool told;         /* the receiver has been told of the end, or does not want to hear any more */
    uint64_t sequence; /* since when something has been pending */
    int64_t time_ns;
};

struct net_connection {
    uint64_t id; /* 0: free */
    bool dialing;
    bool waits; /* at a socket that never accepts: only the handler knows of it */
    uint64_t dial_sequence;
    int64_t dial_time_ns;
    struct net_direction to[2]; /* by the receiving side */
};

enum net_socket { NET_SERVES, NET_MISSING, NET_REFUSES, NET_NEVER_ACCEPTS };

struct net {
    struct net_connection *connections; /* by place, which a dial may move */
    size_t slots;                       /* places that have ever been used: some may be free */
    size_t capacity;
    enum net_socket socket;
    uint64_t newest;   /* the connection that was dialed last */
    uint64_t sequence; /* counts everything that became pending */
};

void net_init(struct net *net);
void net_release(struct net *net);

/* *to, which was initialized, becomes what *from is. 0 or ERROR_NO_MEMORY (*to may then be half-made). */
int net_copy(struct net *to, const struct net *from);

/* Adds what is under way, in the order of the places, whoever became pending first. */
void net_hash(const struct net *net, struct hash *hash);

/* Adds how long what is under way has been so, for worlds in which that counts. */
void net_hash_lateness(const struct net *net, int64_t now_ns, struct hash *hash);

/* A dial begins; its result is pending. 0, ERROR_LIMIT or ERROR_NO_MEMORY. */
int net_dial(struct net *net, uint64_t connection_id, int64_t now_ns);

/* NULL where there is none. */
struct net_connection *net_find(struct net *net, uint64_t connection_id);

/* The queue that a side writes bytes for the other to; the caller appends and then calls net_written. */
struct buffer *net_outbox(struct net_connection *connection, enum net_side sender);
void net_written(struct net *net, struct net_connection *connection, enum net_side sender, int64_t now_ns);

/* A side closes: what it sent before still arrives, then the other learns of the end. It hears nothing more itself. */
void net_close(struct net *net, struct net_connection *connection, enum net_side closer, int64_t now_ns);

/* A side reads nothing any more, neither bytes nor the end of them. */
void net_stall(struct net_connection *connection, enum net_side side);

/* The path shows something else now: whoever waits at it is cut off. */
void net_show(struct net *net, enum net_socket socket, int64_t now_ns);

/* True where bytes or the news of the end wait for that side. */
bool net_pending(const struct net_connection *connection, enum net_side receiver);

/* Frees the connection's place once neither side expects anything. */
void net_settle(struct net_connection *connection);

#endif
