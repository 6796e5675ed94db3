/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_IO_LOOP_H
#define HANDLER_IO_LOOP_H

#include <stdint.h>

#include "grpc/io/loop.h"
#include "handler/core/monitor.h"
#include "handler/wire/wire.h"

/*
 * The handler in the world: the monitor, its wire, its sockets, its store in memory and its clocks, on one libevent
 * loop. Nothing of the world ends it: a socket that is missing, refused, lost or nonsense is dialled again when the
 * monitor says so. docs/embedding.md has a whole program that owns a container by it.
 */
struct handler_loop;

struct handler_loop_options {
    struct text address;        /* the path of a unix socket, as of grpc_address_parse */
    struct text name_space;     /* as in handler_wire_options, and so are the next two */
    enum delete_option deletes; /* DELETE_ALL for an owner: with any other its REMOVE leaves tasks behind */
    enum handler_api api;
    policy_switches policy; /* POLICY_RELIABLE; none is the monitor of 2017 with its faults */
};

/* What the program hears; each is called from the loop, borrows its arguments for the call, and may call
 * handler_loop_stop. */
struct handler_loop_calls {
    /* A change is in the store. */
    void (*tell)(void *context, enum record_change change, const struct container_record *record, int64_t wall_ns);
    void (*note)(void *context, const struct note *note);
    /* What handler_loop_ask asked for is done, or is not; the record is empty where there is none. May be NULL. */
    void (*answer)(void *context, const struct operation *operation, struct outcome outcome,
                   const struct container_record *record);
};

/* The options are copied; grpc, calls and context must outlive it. 0, ERROR_NO_MEMORY, or ERROR_INVALID as
 * handler_wire_new and for an address that no socket can have. */
int handler_loop_new(struct handler_loop **ret_loop, struct grpc_loop *grpc, const struct handler_loop_options *options,
                     const struct handler_loop_calls *calls, void *context);

/* Cuts off what is open. */
void handler_loop_free(struct handler_loop *loop);

/* Runs the grpc loop until handler_loop_stop has done its work. 0; ERROR_NO_MEMORY or ERROR_LIMIT when the monitor
 * cannot go on; ERROR_IO. */
int handler_loop_run(struct handler_loop *loop);

/* The owner asks for an operation, whose answer comes by calls.answer, once, unless it is abandoned or the loop is
 * stopped before; or does not wait for one any more. Both may be called at any time from the loop's thread; the
 * operation is copied. 0; ERROR_LIMIT where too many wait to be heard; ERROR_NO_MEMORY. */
int handler_loop_ask(struct handler_loop *loop, const struct operation *operation);
int handler_loop_abandon(struct handler_loop *loop, uint64_t operation_id);

/* The subscription is cancelled, connections are closed when their last bytes are written (or a second later at the
 * most), and handler_loop_run returns. Never blocks; idempotent; before handler_loop_run it makes that return at once.
 */
void handler_loop_stop(struct handler_loop *loop);

#endif
