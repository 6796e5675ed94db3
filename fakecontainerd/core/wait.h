/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_WAIT_H
#define FAKECONTAINERD_CORE_WAIT_H

#include "fakecontainerd/core/output.h"

/*
 * Requests that wait for the end of a process (Tasks.Wait). Each is answered once: when its process ends, or with an
 * error where its task vanishes before. What a fault does to the answer it does then: it is held or comes later, or the
 * connection is cut instead.
 */

/* What answering all of them costs at the most, for arena_reserve; and the bytes that their lists may take. */
uint64_t waiters_cost(const struct fake *fake);
size_t waiters_answer_size(const struct fake *fake);

/* What one more costs. There must be fewer than FAKE_WAITERS_MAX. */
uint64_t waiter_cost(void);

/* The process of the slot (exec_id empty: its init) has ended: all who wait for it hear how. */
void waiters_answer(struct fake *fake, arena_ref slot, struct text exec_id, const struct process *process);

/* The task of the slot vanishes: whoever waits for any of its processes hears that the shim is gone. */
void waiters_fail(struct fake *fake, arena_ref slot);

/* Whoever asked does not want the answer any more: on this stream, or on the whole connection where stream_id is 0. */
void waiters_drop(struct fake *fake, uint64_t connection_id, uint32_t stream_id);

#endif
