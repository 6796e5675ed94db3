/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_WORK_H
#define HANDLER_CORE_WORK_H

#include "handler/core/state.h"

/*
 * What goes on by itself at the end of a step: calls that a lost connection took along fail, and lives whose time has
 * come go on. As much as fits in a step is done, and the rest makes the deadline "now".
 */
enum {
    WORK_PORTION_MAX = 16, /* pieces of each kind in a step */
    WORK_ROOM = 12         /* actions that must be left for a piece to be begun */
};

/* What the step may allocate for it at the most, for arena_reserve; listed: the list_cost of its event. */
uint64_t work_cost(const struct state *state, uint64_t listed);

void work_do(struct step *step);

/* A call was answered by the event. */
void work_reply(struct step *step);

/* When work_do is wanted, TIME_NEVER where nothing waits. */
int64_t work_deadline_ns(const struct arena *arena, const struct state *state);

/* The same without what only comes round. */
int64_t work_unrest_ns(const struct arena *arena, const struct state *state);

#endif
