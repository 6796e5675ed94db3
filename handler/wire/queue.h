/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_QUEUE_H
#define HANDLER_WIRE_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "handler/core/monitor.h"

/*
 * Events that arise on this side, without a word from the peer, in the order in which they arose. What comes from the
 * peer is not queued here: it stays in its session until it is pulled, so that flow control bounds it.
 */
struct queued_event {
    enum monitor_event_kind kind;
    uint64_t connection_id; /* of the connection that it belongs to, whatever the kind */
    uint64_t stream_id;
    uint64_t call_id;
    int status;
    const char *text; /* static */
};

enum {
    /* The monitor has at most one call open for each record, and a few streams and connections. */
    QUEUE_EVENTS_MAX = 2 * MONITOR_CONTAINERS_MAX
};

/* The zero value is an empty queue. */
struct queue {
    struct queued_event *items;
    size_t first;
    size_t count;
    size_t capacity;
};

void queue_release(struct queue *queue);

/* Makes room for one more: 0, ERROR_LIMIT where QUEUE_EVENTS_MAX wait, or ERROR_NO_MEMORY. */
int queue_reserve(struct queue *queue);

/* Adds one, within what was reserved. */
void queue_add(struct queue *queue, const struct queued_event *event);

/* Takes the first out; false where there is none. */
bool queue_take(struct queue *queue, struct queued_event *ret_event);

void queue_drop_connection(struct queue *queue, uint64_t connection_id);
void queue_drop_stream(struct queue *queue, uint64_t stream_id);

#endif
