/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_LINK_HANDLER_END_H
#define HARNESS_LINK_HANDLER_END_H

#include <stdbool.h>

#include "base/hash.h"
#include "handler/wire/wire.h"

/*
 * Plays handler/wire on the value level, as fake_end.h plays the other wire. Its contract is that of handler_wire.h
 * with DELETE_ALL; the words in which ends are told are the transport's own.
 */
struct link_handler;

int link_handler_new(struct link_handler **ret_end, const struct handler_wire_options *options);
void link_handler_free(struct link_handler *end);

/* Appends the request by which it subscribes, in the bytes of its dialect. 0 or ERROR_NO_MEMORY. */
int link_handler_subscription(const struct link_handler *end, struct text name_space, struct buffer *out);

/* *to becomes what from is; both at rest. 0 or ERROR_NO_MEMORY (*to may then be half-made). */
int link_handler_copy(struct link_handler *to, const struct link_handler *from);
void link_handler_hash(const struct link_handler *end, int64_t now_ns, uint64_t newest_connection, struct hash *hash);

int link_handler_connected(struct link_handler *end, uint64_t connection_id);
void link_handler_lost(struct link_handler *end, uint64_t connection_id, struct text text);
int link_handler_receive(struct link_handler *end, uint64_t connection_id, const void *bytes, size_t length);
int link_handler_send(struct link_handler *end, uint64_t connection_id, struct buffer *out);
int link_handler_perform(struct link_handler *end, const struct monitor_action *action, int64_t now_ns);
bool link_handler_next(struct link_handler *end, struct monitor_event *event);

/* False where link_handler_next has nothing to tell, and will have nothing before something is done with this end. */
bool link_handler_may_tell(const struct link_handler *end);
int64_t link_handler_deadline_ns(const struct link_handler *end);
void link_handler_time(struct link_handler *end, int64_t now_ns);

#endif
