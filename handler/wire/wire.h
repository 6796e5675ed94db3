/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_WIRE_H
#define HANDLER_WIRE_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "handler/core/monitor.h"

/*
 * Between the monitor's values and containerd's bytes: one gRPC client session for each connection, all in memory. The
 * outer ring (or the harness) moves the bytes, makes the connections and passes the time in.
 *
 * It takes the actions OPEN_STREAM, CANCEL_STREAM, ABANDON_STREAM, CALL, PING and CLOSE; DIAL is the outer ring's,
 * which reports by handler_wire_connected or handler_wire_lost. Everything that happened is pulled with
 * handler_wire_next, in order, and fed to monitor_step one by one, its actions being performed before the next is
 * pulled: so what the core does not want any more never reaches it.
 */
struct handler_wire;

enum {
    /* Connections of which something is left to be told; those that are over are forgotten, oldest first. */
    HANDLER_WIRE_CONNECTIONS_MAX = 16
};

enum delete_option { DELETE_NONE, DELETE_OWNED, DELETE_ALL };

/* Which of containerd's APIs is spoken. */
enum handler_api {
    HANDLER_API_V1,       /* from containerd 1.0 to today */
    HANDLER_API_EXECUTION /* of May 2017: no namespaces, no labels */
};

struct handler_wire_options {
    struct text name_space;     /* sent with every call; the subscription is filtered by it. Not in EXECUTION */
    enum delete_option deletes; /* of Tasks.Delete only. NONE: it is answered with OUTCOME_NOT_OURS; OWNED: only where
                                   the container carries the label eventmonitor/delete=true (not in EXECUTION) */
    enum handler_api api;
    bool transport_of_2017; /* windows of 65,535 and 1,048,560 bytes, of which unread streams eat; ends told in the
                               codes and words of the gRPC library of that time. For policies without
                               POLICY_MODERN_TRANSPORT */
};

/* 0, ERROR_NO_MEMORY, or ERROR_INVALID for a namespace that containerd does not take, or DELETE_OWNED in an API without
 * labels. */
int handler_wire_new(struct handler_wire **ret_wire, const struct handler_wire_options *options);
void handler_wire_free(struct handler_wire *wire);

/* A dial succeeded: starts a session, queues MONITOR_CONNECTION_UP. 0, ERROR_NO_MEMORY, or ERROR_LIMIT where
 * HANDLER_WIRE_CONNECTIONS_MAX are open: the connection must be closed and handler_wire_lost called. */
int handler_wire_connected(struct handler_wire *wire, uint64_t connection_id, int64_t now_ns);

/* A dial failed or the connection ended: queues MONITOR_CONNECTION_LOST with the outcome (status UNAVAILABLE, the given
 * text; in the transport of 2017 its own), once, after what the peer did before it. What is open on it gets no event of
 * its own, as the monitor's contract says. After the action CLOSE nothing is queued. */
void handler_wire_lost(struct handler_wire *wire, uint64_t connection_id, struct text text, int64_t now_ns);

/* Bytes from the peer. 0, or an error: the connection must be closed; MONITOR_CONNECTION_LOST is queued already (or is
 * not wanted any more: after CLOSE). */
int handler_wire_receive(struct handler_wire *wire, uint64_t connection_id, const void *bytes, size_t length,
                         int64_t now_ns);

/* Appends the bytes that are ready for the peer; after CLOSE its last ones, among them the end of a cancelled stream.
 * 0 or an error as above. */
int handler_wire_send(struct handler_wire *wire, uint64_t connection_id, struct buffer *out, int64_t now_ns);

/* Performs one of the actions above; others are ignored. 0; ERROR_NO_MEMORY, or ERROR_LIMIT where more events
 * than a monitor can be waiting for are queued: nothing was done. What fails at once is answered by an event. */
int handler_wire_perform(struct handler_wire *wire, const struct monitor_action *action, int64_t now_ns);

/* The next event, with kind, ids and payload filled in (now_ns and wall_ns are the caller's to fill in). Borrowed until
 * the next call on the wire other than handler_wire_perform. */
bool handler_wire_next(struct handler_wire *wire, struct monitor_event *event);

int64_t handler_wire_deadline_ns(const struct handler_wire *wire);
void handler_wire_time(struct handler_wire *wire, int64_t now_ns);

#endif
