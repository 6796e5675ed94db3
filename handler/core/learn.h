/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_LEARN_H
#define HANDLER_CORE_LEARN_H

#include "handler/core/state.h"
#include "handler/core/writes.h"

/*
 * Records from events: a create event makes a record or begins a new life of the one there is, of which then nothing is
 * left; only where that one has not finished and has the same pid does it merely fill in when it was created. The end
 * of an old life that was missed is not invented. A start event fills in when it started. The record changes at once;
 * the write only makes it last. Where it fails it is noted, and the record stays as learned. Where there is no room for
 * a new record, an old one is forgotten for it (forget.h).
 */

/* What learning one event may cost at the most, for arena_reserve. */
uint32_t learn_cost(void);

/* Each takes an event of its kind. */
void learn_create(struct step *step, const struct task_event *task);
void learn_start(struct step *step, const struct task_event *task);

#endif
