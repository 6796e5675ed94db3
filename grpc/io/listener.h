/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_IO_LISTENER_H
#define GRPC_IO_LISTENER_H

#include "base/error.h"
#include "base/text.h"
#include "grpc/io/loop.h"

/*
 * A listening unix socket. It never takes a socket away from a living program: where the path exists it is tried first.
 * A socket nobody answers on (connection refused) is stale and replaced. Programs that start at the same moment do so
 * one after the other, by a lock on the folder, so that no two replace the same stale socket; a folder that somebody
 * keeps locked for other reasons costs GRPC_LISTENER_WAIT_MS_MAX and no more.
 */
struct grpc_listener;

enum {
    GRPC_LISTENER_BACKLOG = 128,
    GRPC_LISTENER_WAIT_MS_MAX = 200 /* for programs that start in the same folder at the same moment */
};

/* A connection was accepted; the callee owns the descriptor (non-blocking, close-on-exec). */
typedef void (*grpc_accepted)(void *context, int fd);

/* path may start with "unix://". With accepted NULL the path is taken and refuses whoever connects, as after
 * grpc_listener_refuse. 0; ERROR_IN_USE when somebody answers at the path; ERROR_EXISTS when it is no socket;
 * ERROR_INVALID when it is empty or too long for a socket; ERROR_IO, ERROR_NO_MEMORY. Each error has its sentence. */
int grpc_listener_new(struct grpc_loop *loop, struct text path, grpc_accepted accepted, void *context,
                      struct grpc_listener **ret_listener, struct error *error);

/* Listens no more but leaves the path: whoever connects is refused, as after the death of a program. It stays this
 * listener's to remove with grpc_listener_free. */
void grpc_listener_refuse(struct grpc_listener *listener);

/* Accepts no more: whoever connects waits, until the queue of GRPC_LISTENER_BACKLOG is full or the listener is freed,
 * or refuses. Only for one that accepts. */
void grpc_listener_hold(struct grpc_listener *listener);

/* Closes, and unlinks the path if it is still the socket made here. NULL is ignored. */
void grpc_listener_free(struct grpc_listener *listener);

#endif
