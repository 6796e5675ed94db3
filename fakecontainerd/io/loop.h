/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_IO_LOOP_H
#define FAKECONTAINERD_IO_LOOP_H

#include "fakecontainerd/core/fake.h"
#include "fakecontainerd/wire/names.h"
#include "fakecontainerd/wire/wire.h"
#include "grpc/io/loop.h"

/*
 * The fake in the world: its core, its wire, its socket, its clients and the script in real time, on one libevent loop.
 *
 * The script's clock stands still until the first client subscribes to events, so that a client that takes its time to
 * start misses nothing; where the scenario has no socket to connect to at the beginning, or one that refuses, it starts
 * at once. Where containers that it gives are to be made by clients, it waits for these as well, and
 * where one is to run for a second more.
 */
struct fake_loop;
struct scenario;

struct fake_loop_options {
    struct text address;             /* the path of a unix socket */
    const struct scenario *scenario; /* borrowed; NULL: an empty containerd */
    struct fake_wire_options wire;
    struct names *names; /* of the containers that clients make; borrowed, and changed; NULL: all keep their ids */
};

/* What the program hears; each is called from the loop and borrows its arguments for the call. */
struct fake_loop_calls {
    /* The path serves now. */
    void (*listening)(void *context);
    /* An event of the core and then its actions; line is the script's, 0 where it is not a step. */
    void (*event)(void *context, const struct fake_event *event, size_t line);
    void (*action)(void *context, const struct fake_action *action);
    void (*script_done)(void *context);
    /* For the first time a client came beyond PEERS_MAX and its connection was closed; later ones are not told. */
    void (*refused)(void *context);
    /* A client makes something that goes by a name from now on. NULL where there are no names. */
    void (*named)(void *context, const struct names_news *news);
};

/* Serves the socket before it returns, unless the scenario has taken it away or lets it refuse. The options are copied;
 * grpc, calls and context must outlive it. 0; ERROR_IN_USE, ERROR_EXISTS, ERROR_INVALID, ERROR_IO or ERROR_NO_MEMORY
 * with a sentence.
 */
int fake_loop_new(struct fake_loop **ret_loop, struct grpc_loop *grpc, const struct fake_loop_options *options,
                  const struct fake_loop_calls *calls, void *context, struct error *error);

/* Closes every connection and removes the socket. */
void fake_loop_free(struct fake_loop *loop);

/* Runs the grpc loop until fake_loop_stop. 0; or an error with a sentence when the fake cannot go on. */
int fake_loop_run(struct fake_loop *loop, struct error *error);

/* Makes fake_loop_run return. Idempotent. */
void fake_loop_stop(struct fake_loop *loop);

#endif
