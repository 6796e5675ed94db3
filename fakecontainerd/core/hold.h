/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_HOLD_H
#define FAKECONTAINERD_CORE_HOLD_H

#include "fakecontainerd/core/output.h"

/*
 * What rules keep back, in the order in which it came: answers, which their clients can stop waiting for, and events,
 * which nobody can. Room for it must have been reserved: an output each.
 */

/* The answer that waits in the outbox for this stream is held; where there is none yet, none is. */
void hold_answer(struct fake *fake, const struct rule *rule, uint64_t connection_id, uint32_t stream_id);

/* The event is held; one reference to it is taken over. */
void hold_event(struct fake *fake, const struct rule *rule, arena_ref published);

/* What hold_release costs at the most, for arena_reserve. */
uint64_t hold_release_cost(const struct fake *fake);

/* What is held under the name goes on, an event to whoever is subscribed now; rules of that name hold no more. */
void hold_release(struct fake *fake, struct text name);

#endif
