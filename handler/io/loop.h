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
 * monitor says so.
 */
struct handler_loop;

struct handler_loop_options {
    struct text address; /* the path of a unix socket */
    struct text name_space;
    enum delete_option deletes;
    enum handler_api api;
    policy_switches policy;
};

/* What the program hears; each is called from the loop, borrows its arguments for the call, and may call
 * handler_loop_stop. */
struct handler_loop_calls {
    /* A change is in the store. */
    void (*tell)(void *context, enum record_change change, const struct container_record *record, int64_t wall_ns);
    void (*note)(void *context, const struct note *note);
};

/* The options are copied; grpc, calls and context must outlive it. 0, ERROR_NO_MEMORY, or ERROR_INVALID as
 * handler_wire_new. */
int handler_loop_new(struct handler_loop **ret_loop, struct grpc_loop *grpc, const struct handler_loop_options *options,
                     const struct handler_loop_calls *calls, void *context);

/* Cuts off what is open. */
void handler_loop_free(struct handler_loop *loop);

/* Runs the grpc loop until handler_loop_stop has done its work. 0; ERROR_NO_MEMORY or ERROR_LIMIT when the monitor
 * cannot go on; ERROR_IO. */
int handler_loop_run(struct handler_loop *loop);

/* The subscription is cancelled, connections are closed when their last bytes are written (or a second later at the
 * most), and handler_loop_run returns. Never blocks; idempotent; before handler_loop_run it makes that return at once.
 */
void handler_loop_stop(struct handler_loop *loop);

#endif
