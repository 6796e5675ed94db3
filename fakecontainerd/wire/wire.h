/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_WIRE_WIRE_H
#define FAKECONTAINERD_WIRE_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "fakecontainerd/core/fake.h"

/*
 * Between the fake's values and gRPC bytes: one server session for each connection, all in memory. Methods that the
 * fake does not have are answered here with UNIMPLEMENTED and containerd's words; so are requests that cannot be
 * decoded.
 *
 * It takes the actions REPLY, SEND_EVENT, END_STREAM, GOAWAY, SILENCE (where the connection does nothing any more the
 * outer ring stops reading it as well) and CLOSE_CONNECTION (the outer ring closes the connection as well); LISTEN and
 * UNLISTEN are the outer ring's. Events are pulled with fake_wire_next and fed to fake_step one by one, its actions
 * being performed before the next is pulled.
 */
struct fake_wire;

/* Which of containerd's APIs is served; the others are UNIMPLEMENTED. */
enum fake_api {
    FAKE_API_V1,       /* of containerd 1.6 */
    FAKE_API_EXECUTION /* containerd.v1.services.ContainerService, of May 2017 */
};

struct fake_wire_options {
    enum fake_api api;
    struct text name_space; /* EXECUTION, which knows none: where all that it speaks of is; empty: "default". Copied. */
};

/* options may be NULL: v1. 0, ERROR_LIMIT for a name space over FAKE_ID_MAX, or ERROR_NO_MEMORY. */
int fake_wire_new(struct fake_wire **ret_wire, const struct fake_wire_options *options);
void fake_wire_free(struct fake_wire *wire);

/* A client has connected: starts a session, queues FAKE_CONNECTED. */
int fake_wire_connected(struct fake_wire *wire, uint64_t connection_id, int64_t now_ns);

/* The client is gone: queues FAKE_DISCONNECTED, once. */
void fake_wire_lost(struct fake_wire *wire, uint64_t connection_id, int64_t now_ns);

/* Bytes from the client. 0, or an error: the connection must be closed; FAKE_DISCONNECTED is queued already. */
int fake_wire_receive(struct fake_wire *wire, uint64_t connection_id, const void *bytes, size_t length, int64_t now_ns);

/* Appends the bytes that are ready for the client. 0 or an error as above. */
int fake_wire_send(struct fake_wire *wire, uint64_t connection_id, struct buffer *out, int64_t now_ns);

/* Of the connections that came behind `after` (0: of all) the first for which something may be ready to be sent, or 0.
 * No id of a connection is 0. */
uint64_t fake_wire_unsent(const struct fake_wire *wire, uint64_t after);

int fake_wire_perform(struct fake_wire *wire, const struct fake_action *action, int64_t now_ns);

/* The next event (now_ns and wall_ns are the caller's to fill in). Borrowed until the next call on the wire other than
 * fake_wire_perform. */
bool fake_wire_next(struct fake_wire *wire, struct fake_event *event);

int64_t fake_wire_deadline_ns(const struct fake_wire *wire);
void fake_wire_time(struct fake_wire *wire, int64_t now_ns);

#endif
