/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_LINK_FAKE_END_H
#define HARNESS_LINK_FAKE_END_H

#include <stdbool.h>

#include "base/hash.h"
#include "fakecontainerd/wire/wire.h"

/*
 * Plays fakecontainerd/wire on the value level: the same calls, the same events for the fake's core, but what goes
 * through the pipe are values (link/message.h). Its contract is that of fake_wire.h, but for what only bytes can do:
 * windows, limits of memory, requests that nobody can read.
 *
 * At rest (nothing left to pull, everything sent) its state is plain and small: it can be copied and hashed.
 */
struct link_fake;

/* subscription is the request by which every client subscribes, in the bytes of the dialect. 0, ERROR_INVALID where
 * they are none, or ERROR_NO_MEMORY. */
int link_fake_new(struct link_fake **ret_end, const struct fake_wire_options *options, struct text subscription);
void link_fake_free(struct link_fake *end);

/* One more that is what the other is. 0 or ERROR_NO_MEMORY (to be freed all the same, where it is not NULL). */
int link_fake_clone(struct link_fake **ret_clone, const struct link_fake *end);

/* *to becomes what from is; both at rest. 0 or ERROR_NO_MEMORY (*to may then be half-made). */
int link_fake_copy(struct link_fake *to, const struct link_fake *from);
void link_fake_hash(const struct link_fake *end, int64_t now_ns, uint64_t newest_connection, struct hash *hash);

int link_fake_connected(struct link_fake *end, uint64_t connection_id);
void link_fake_lost(struct link_fake *end, uint64_t connection_id);
int link_fake_receive(struct link_fake *end, uint64_t connection_id, const void *bytes, size_t length, int64_t now_ns);
int link_fake_send(struct link_fake *end, uint64_t connection_id, struct buffer *out);
int link_fake_perform(struct link_fake *end, const struct fake_action *action);
bool link_fake_next(struct link_fake *end, struct fake_event *event);

/* False where link_fake_next has nothing to tell, and will have nothing before something is done with this end. */
bool link_fake_may_tell(const struct link_fake *end);
int64_t link_fake_deadline_ns(const struct link_fake *end);
void link_fake_time(struct link_fake *end, int64_t now_ns);

#endif
