/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_IO_CONNECTION_H
#define GRPC_IO_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"
#include "grpc/io/loop.h"

/*
 * A connected socket joined to a session in memory, of whichever end: bytes read go to the session, what the session
 * has ready is written, its deadline is kept. Writes are coalesced; no SIGPIPE. The session is reached through these
 * calls, so an owner may put its own work in between: a receive that pulls all events and reacts to them.
 *
 * Back-pressure: when GRPC_CONNECTION_OUTPUT_MAX bytes (and the rest of a frame) were taken from the session ahead of
 * the socket, nothing more is until all of them are written. What the session keeps meanwhile has the session's limits;
 * it is still asked, so that one that has ended at a limit ends the connection, though the peer never reads.
 * Reading goes on all the time: two ends that stopped reading while they cannot write would wait for each other.
 */
enum {
    GRPC_CONNECTION_READ_MAX = 256 * 1024,
    GRPC_CONNECTION_OUTPUT_MAX = 256 * 1024,
    GRPC_CONNECTION_LINGER_MS = 1000 /* how long a finished connection waits for its last bytes to be taken */
};

struct grpc_connection_calls {
    /* Bytes of the peer. Not 0: the connection is finished after what the session still sends. */
    int (*receive)(void *context, const void *bytes, size_t length, int64_t now_ns);
    /* As grpc_client_send and grpc_server_send. */
    int (*send)(void *context, struct buffer *out, size_t bytes_max);
    /* TIME_NEVER, or when tick is to be called. NULL, and tick too, where the owner keeps the deadline itself. */
    int64_t (*deadline_ns)(void *context);
    /* Not 0: as for receive. */
    int (*tick)(void *context, int64_t now_ns);
    /* True: finish. Asked after everything that was sent. NULL: never. */
    bool (*done)(void *context);
    /* The socket is closed; called once, unless grpc_connection_close was. code is 0 when it was finished from this
     * side, ERROR_CLOSED when the peer closed it, ERROR_IO, or what receive, send or tick returned; sentence says it
     * for a human. The connection is freed after this returns. */
    void (*closed)(void *context, int code, struct text sentence);
};

struct grpc_connection;

/* Takes over the descriptor (closed on failure too) and makes it non-blocking. The first bytes are written when the
 * loop runs. calls and context must outlive it. 0, ERROR_NO_MEMORY or ERROR_IO. */
int grpc_connection_new(struct grpc_loop *loop, int fd, const struct grpc_connection_calls *calls, void *context,
                        struct grpc_connection **ret_connection);

/* The session has something to say or a new deadline: it is asked for both before the loop waits again. Needed after
 * commands given outside the calls above; cheap to repeat. */
void grpc_connection_wake(struct grpc_connection *connection);

/* Reads nothing more, writes what the session has ready, then closes and calls closed with code 0. A peer that does not
 * take the bytes within GRPC_CONNECTION_LINGER_MS is cut off. */
void grpc_connection_finish(struct grpc_connection *connection);

/* Reads nothing any more: bytes of the peer stay where they are, and that it goes is not seen. */
void grpc_connection_stall(struct grpc_connection *connection);

/* Closes at once, without a call. Safe inside any of the calls. NULL is ignored. */
void grpc_connection_close(struct grpc_connection *connection);

#endif
