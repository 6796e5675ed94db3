/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_LINK_EVENTS_H
#define HARNESS_LINK_EVENTS_H

#include "harness/link/message.h"

/*
 * An event of the fake's log as the handler gets it where the API is that of today: which of its fields each topic's
 * message has.
 */

/* True where values can say it: it was not forged in a way that only bytes can. */
bool link_event_plain(const struct fake_published *published);

/* Appends a plain event for that stream; failure shows in out->failed. */
void link_event_put(struct buffer *out, uint32_t stream_id, const struct fake_published *published);

/* A wall-clock time as both wires pass it on: 0 has not happened, which is Go's zero time. */
struct timestamp link_timestamp(int64_t wall_ns);

#endif
