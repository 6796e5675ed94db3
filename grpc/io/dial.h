/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_IO_DIAL_H
#define GRPC_IO_DIAL_H

#include "base/text.h"
#include "grpc/io/loop.h"

/*
 * One attempt to connect to a unix socket. The result always comes from the loop, never from inside grpc_dial_new.
 */
struct grpc_dial;

enum { GRPC_DIAL_TIMEOUT_MS = 20000 /* for a listener whose backlog stays full */ };

/* The result, once. code 0: fd is connected, non-blocking, close-on-exec, and the callee's. Else fd is -1 and code is
 * ERROR_MISSING (no such socket), ERROR_REFUSED (nobody listens), ERROR_INVALID (no path for a socket) or ERROR_IO
 * (anything else); sentence says it for a human. The dial is freed after this returns; cancelling it here does nothing.
 */
typedef void (*grpc_dialled)(void *context, int fd, int code, struct text sentence);

/* path may start with "unix://". 0 or ERROR_NO_MEMORY: everything else comes with the result. */
int grpc_dial_new(struct grpc_loop *loop, struct text path, grpc_dialled dialled, void *context,
                  struct grpc_dial **ret_dial);

/* Gives the attempt up; no result comes. NULL is ignored. */
void grpc_dial_cancel(struct grpc_dial *dial);

#endif
