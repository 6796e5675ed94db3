/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_WIRES_H
#define HARNESS_WIRES_H

#include "base/hash.h"
#include "fakecontainerd/wire/wire.h"
#include "handler/wire/wire.h"
#include "scenarios/language/scenario.h"

/*
 * What lies between the two cores and the pipes of the world: both wires as they are, or on the value level what plays
 * them (harness/link/). The functions are those of handler_wire.h and fake_wire.h, with the connections' numbers
 * in the network; actions and events of the handler have its own numbers.
 */
enum world_level {
    WORLD_BYTES, /* protobuf, gRPC, HTTP/2: as in the programs */
    WORLD_VALUES /* values through the same pipes; can be copied and hashed */
};

struct wires {
    enum world_level level;
    struct handler_wire *handler_wire; /* on the level of bytes */
    struct fake_wire *fake_wire;
    struct link_handler *link_handler; /* on the level of values */
    struct link_fake *link_fake;
    uint64_t handler_base; /* the handler's connection n is the network's handler_base + n; those up to it are of
                              processes that are gone */
    /* Of values: something was done with that end since it was last asked for all that it has to tell and to send. */
    bool handler_stirs;
    bool fake_stirs;
};

/* 0, ERROR_INVALID or ERROR_NO_MEMORY; to be released in any case. */
int wires_init(struct wires *wires, enum world_level level, const struct scenario *scenario, bool transport_of_2017);
void wires_release(struct wires *wires);

/* A new process of the handler, which knows nothing of the connections up to base. 0 or ERROR_NO_MEMORY. */
int wires_new_handler(struct wires *wires, const struct scenario *scenario, bool transport_of_2017, uint64_t base);

/* For values alone: the wires once more. 0 or ERROR_NO_MEMORY; to be released in any case. */
int wires_clone(struct wires *clone, const struct wires *wires, const struct scenario *scenario,
                bool transport_of_2017);

/* For values alone: *to, which was initialized for the same scenario and transport, becomes what *from is. */
int wires_copy(struct wires *to, const struct wires *from);
void wires_hash(const struct wires *wires, int64_t now_ns, uint64_t newest_connection, struct hash *hash);

int wires_connected(struct wires *wires, uint64_t connection_id, int64_t now_ns);

/* At a socket where nobody accepts: the handler alone believes that it is connected. */
int wires_handler_connected(struct wires *wires, uint64_t connection_id, int64_t now_ns);

/* For bytes alone: a client that is not the handler is connected. */
int wires_fake_connected(struct wires *wires, uint64_t connection_id, int64_t now_ns);

int wires_handler_receive(struct wires *wires, uint64_t connection_id, const struct buffer *in, int64_t now_ns);
void wires_handler_lost(struct wires *wires, uint64_t connection_id, struct text text, int64_t now_ns);
int wires_handler_send(struct wires *wires, uint64_t connection_id, struct buffer *out, int64_t now_ns);
int wires_handler_perform(struct wires *wires, const struct monitor_action *action, int64_t now_ns);
bool wires_handler_next(struct wires *wires, struct monitor_event *event);
int64_t wires_handler_deadline_ns(const struct wires *wires);
void wires_handler_time(struct wires *wires, int64_t now_ns);

/* True where asking the handler's end for what it has to tell and to send would bring nothing; and that this has just
 * been done, to the last. */
bool wires_handler_rests(const struct wires *wires);
void wires_handler_drained(struct wires *wires);

int wires_fake_receive(struct wires *wires, uint64_t connection_id, const struct buffer *in, int64_t now_ns);
void wires_fake_lost(struct wires *wires, uint64_t connection_id, int64_t now_ns);
int wires_fake_send(struct wires *wires, uint64_t connection_id, struct buffer *out, int64_t now_ns);
int wires_fake_perform(struct wires *wires, const struct fake_action *action, int64_t now_ns);
bool wires_fake_next(struct wires *wires, struct fake_event *event);
int64_t wires_fake_deadline_ns(const struct wires *wires);
void wires_fake_time(struct wires *wires, int64_t now_ns);
bool wires_fake_rests(const struct wires *wires);
void wires_fake_drained(struct wires *wires);

#endif
