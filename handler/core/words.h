/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_WORDS_H
#define HANDLER_CORE_WORDS_H

#include "base/buffer.h"
#include "handler/core/values.h"

/*
 * The phrases that notes and traces share. Each appends to the buffer and never writes a line break, whatever a peer
 * sent.
 */

/* An id as it is where it consists of visible ASCII without quotes, else as a JSON string. */
void words_id(struct buffer *out, struct text id);

/* `UNAVAILABLE "transport is closing"`, `OK`, `not ours`. */
void words_outcome(struct buffer *out, struct outcome outcome);

/* "exit" for an event without a topic, else its topic. */
void words_topic(struct buffer *out, const struct task_event *task);

/* `; next try in 100ms`, nothing for 0. */
void words_next_try(struct buffer *out, int64_t delay_ns);

/* True where the event is about an exec, not about the container's init process. */
bool words_is_of_exec(const struct task_event *task);

#endif
