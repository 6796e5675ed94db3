/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_IO_LINKS_H
#define HANDLER_IO_LINKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "grpc/io/loop.h"
#include "handler/wire/wire.h"

/*
 * The monitor's connections in the world: each DIAL makes a link, which is a dial and then a socket joined to the
 * session of the same id in handler/wire. Whatever happens on a link is told to the wire, and then `changed` is called
 * so that the wire's events are pulled, later and by the loop. A link that is closed still writes its last bytes.
 */
struct links {
    struct grpc_loop *loop;
    struct handler_wire *wire;
    struct text address; /* borrowed */
    void (*changed)(void *context);
    void *context;
    struct link *first;
};

/* Begins to dial. What fails, lack of memory included, is told to the wire as the loss of the connection. */
void links_dial(struct links *links, uint64_t connection_id);

/* A dial is given up; a connection is closed when its session's last bytes are written. The wire must have been told of
 * CLOSE. Unknown ones are ignored. */
void links_close(struct links *links, uint64_t connection_id);

/* The sessions may have something to send. */
void links_wake(struct links *links);

/* Cuts everything off, without a call of `changed`. */
void links_release(struct links *links);

#endif
