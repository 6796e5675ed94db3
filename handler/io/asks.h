/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_IO_ASKS_H
#define HANDLER_IO_ASKS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "handler/core/monitor.h"

/*
 * What the owner has asked of the handler and the monitor has not been told yet, in the order of asking. The monitor
 * hears it between two of its steps, so that the owner may ask at any time, also while it is being told something.
 */
struct ask {
    enum monitor_event_kind kind; /* OPERATION or ABANDONED */
    struct operation operation;   /* its text is in container_id below */
    struct buffer container_id;
};

/* The zero value is empty. */
struct asks {
    struct ask *items;
    size_t first;
    size_t count;
    size_t capacity;
    struct ask told; /* what the event that was taken last borrows from */
};

void asks_release(struct asks *asks);

/* 0; ERROR_LIMIT where 2 * MONITOR_OPERATIONS_MAX wait; ERROR_NO_MEMORY. Copies the text. */
int asks_add(struct asks *asks, enum monitor_event_kind kind, const struct operation *operation);

/* Takes the first out as an event, which borrows until the next call; false where there is none. */
bool asks_next(struct asks *asks, struct monitor_event *event);

#endif
