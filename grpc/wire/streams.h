/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_STREAMS_H
#define GRPC_WIRE_STREAMS_H

#include <stddef.h>
#include <stdint.h>

/*
 * The streams of one session: found by id, walked in the order of their opening, with the earliest deadline at hand. A
 * node is the first member of what a session keeps for a stream, which stays the session's own memory. Finding costs
 * O(1); setting a deadline costs as many steps as there are later ones, so none when all calls have the same timeout.
 */
struct grpc_stream_node {
    int32_t id;
    int64_t deadline_ns;
    struct grpc_stream_node *previous, *next;                  /* by opening */
    struct grpc_stream_node *deadline_before, *deadline_after; /* by deadline; only where it is not TIME_NEVER */
};

struct grpc_streams {
    struct grpc_stream_node **slots; /* open addressing, a power of two */
    size_t slot_count;
    size_t count;
    struct grpc_stream_node *first, *last;
    struct grpc_stream_node *due_first, *due_last;
};

void grpc_streams_init(struct grpc_streams *streams);

/* Forgets all nodes; they are not freed. */
void grpc_streams_release(struct grpc_streams *streams);

/* Adds a node at the end, without a deadline. Its id must be new and above 0. 0 or ERROR_NO_MEMORY. */
int grpc_streams_add(struct grpc_streams *streams, struct grpc_stream_node *node, int32_t id);
void grpc_streams_remove(struct grpc_streams *streams, struct grpc_stream_node *node);

/* NULL where there is none. */
struct grpc_stream_node *grpc_streams_find(const struct grpc_streams *streams, int32_t id);

/* TIME_NEVER takes the deadline away. Equal deadlines keep the order in which they were set. */
void grpc_streams_set_deadline(struct grpc_streams *streams, struct grpc_stream_node *node, int64_t deadline_ns);

/* The first node whose deadline is now_ns or earlier, or NULL. */
struct grpc_stream_node *grpc_streams_due(const struct grpc_streams *streams, int64_t now_ns);

/* TIME_NEVER where there is none. */
int64_t grpc_streams_deadline_ns(const struct grpc_streams *streams);

#endif
