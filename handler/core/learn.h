/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_LEARN_H
#define HANDLER_CORE_LEARN_H

#include "handler/core/forget.h"
#include "handler/core/state.h"
#include "handler/core/writes.h"

/*
 * Records from events: a create event makes a record or begins a new life of the one there is; only where that one has
 * not finished and has the same pid does it merely fill in when it was created. A start event fills in when it started.
 *
 * Where the policy counts incarnations, each new life has the next number, and begins with an event that is known to be
 * of that number: one is that in doubt until the server was asked. The end of the life before it, where that was
 * missed, is recorded first: as a doubtful exit told it, or inferred. A Delete that is still to come is given up: it
 * would be the new life's. Else of the old life nothing is left.
 *
 * The record changes at once; the write only makes it last. Where there is no room for a new record, an old one is
 * forgotten for it (forget.h).
 */

/* What learning one event may cost at the most, for arena_reserve. */
static inline uint32_t learn_cost(void)
{
    return store_cost_max() + record_cost_max() + writes_put_cost() + forget_cost();
}

enum learn_result {
    LEARN_DONE,
    LEARN_LATER,    /* the event has to wait, because the end of the life before it is to be recorded first */
    LEARN_IN_DOUBT, /* it may be of another life than the record's, before it or after: claim.h; nothing is changed */
};

/* Each takes an event of its kind. */
enum learn_result learn_create(struct step *step, const struct task_event *task);
enum learn_result learn_start(struct step *step, const struct task_event *task);

/* What has started seems to start again: it is told so late, or the next life has the id and the pid. When the life
 * ends a list has to tell whose task is left before that is deleted. False where the policy does not tell lives apart
 * by lists.
 */
bool learn_made_anew(struct step *step, struct text id);

#endif
