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

/* The event is held, or where the rule delays it until it is due; one reference to it is taken over. */
void hold_event(struct fake *fake, const struct rule *rule, arena_ref published);

/* What it costs at the most when all that is held goes on, for arena_reserve; and when all does that no release is
 * needed for. */
uint64_t hold_release_cost(const struct fake *fake);
uint64_t hold_cost(const struct fake *fake);

/* What is due, or of a rule that holds no more, goes on: an event to whoever is subscribed now. */
void hold_go_on(struct fake *fake);

static inline void hold_ripen(struct fake *fake)
{
    if (state_of(fake)->held.count > 0)
        hold_go_on(fake);
}

/* When the next delayed event is due, TIME_NEVER for none. */
int64_t hold_deadline_ns(const struct fake *fake);

/* What is held under the name goes on; rules of that name hold no more. */
void hold_release(struct fake *fake, struct text name);

/* All that is held goes on, and no rule strikes any more. */
void hold_release_all(struct fake *fake);

/* That has happened: rules that wait for it hold no more. What they held goes on with the next hold_ripen. */
void hold_pass_rules(struct fake *fake, const struct fake_barrier *passed);

static inline void hold_pass(struct fake *fake, const struct fake_barrier *passed)
{
    if (state_of(fake)->rules.count > 0)
        hold_pass_rules(fake, passed);
}

#endif
