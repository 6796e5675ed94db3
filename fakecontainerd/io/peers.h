/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_IO_PEERS_H
#define FAKECONTAINERD_IO_PEERS_H

#include <stddef.h>
#include <stdint.h>

#include "fakecontainerd/wire/wire.h"
#include "grpc/io/loop.h"

/*
 * The fake's clients in the world: each accepted socket is joined to the session of its number in fakecontainerd/wire.
 * What happens on one is told to the wire, and then `changed` is called so that the wire's events are pulled, later
 * and by the loop; so it is when bytes of the wire have been taken.
 */
enum { PEERS_MAX = 1024 };

struct peers {
    struct grpc_loop *loop;
    struct fake_wire *wire;
    void (*changed)(void *context);
    void *context;
    struct peer *first;
    size_t count;
    uint64_t last_id;
};

/* Takes over an accepted descriptor. 0; or it is closed at once: ERROR_LIMIT beyond PEERS_MAX, ERROR_NO_MEMORY or
 * ERROR_IO. */
int peers_accept(struct peers *peers, int fd);

/* Closes a connection at once, with nothing said. Unknown ones are ignored. */
void peers_close(struct peers *peers, uint64_t connection_id);

/* Closes a connection when the client has been given all that was to be sent to it. Unknown ones are ignored. */
void peers_finish(struct peers *peers, uint64_t connection_id);

/* Reads nothing more from a connection. Unknown ones are ignored. */
void peers_stall(struct peers *peers, uint64_t connection_id);

/* Some sessions may have something to send: only they are asked, for there may be many. */
void peers_wake(struct peers *peers);

/* Closes all. */
void peers_release(struct peers *peers);

#endif
