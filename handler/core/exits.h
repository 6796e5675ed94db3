/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_EXITS_H
#define HANDLER_CORE_EXITS_H

#include "handler/core/state.h"

/*
 * Whether an exit event is the end of a container's life: it is compared with the record, and either handled (ending.h)
 * or ignored with a note that says why.
 */

/* What handling one event may cost at the most, for arena_reserve. */
uint32_t exits_cost(void);

/* Handles an exit event. Takes the kept event, of which task is the view, over. */
void exits_begin(struct step *step, const struct task_event *task, arena_ref kept);

/* Handles the event that a task was deleted, by whom ever: its container has ended, and nothing of it is left. Takes
 * the event over. */
void exits_deleted(struct step *step, const struct task_event *task, arena_ref kept);

/* True where the exit tells how the init of a life has ended of which the record has not heard (whose.h). */
bool exits_end_unheard(const struct step *step, const struct container_record *record, const struct task_event *exit);

/* The event, which it takes over, has told that the task of the life that the record is of was deleted. The life is
 * QUIET or VERIFYING: it ends as an exit of that process has told, and where none has as this event does; so it does
 * where exits have told two ends, or is_in_doubt: which life an exit is of was, and this is of the record's. */
void exits_end_deleted(struct step *step, arena_ref life, arena_ref kept, bool is_in_doubt);

#endif
