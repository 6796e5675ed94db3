/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_REFINE_H
#define HANDLER_CORE_REFINE_H

#include "handler/core/state.h"

/*
 * An exit that was inferred gives way to a real one, once: its code and its time are then what was told, and stay. The
 * record changes at once; the write makes it last.
 */

/* True for what is told of a process of which nobody knows how it ended: that it was killed, or nothing. */
bool refine_may_be_made_up(uint32_t exit_status);

/* How much a code says: one that nobody knows, one that may be made up of what was killed, one that is real. */
int refine_weight(uint32_t exit_status);

/* True where the event, an exit of the container's init process, can take the place of what the record says. */
bool refine_can(const struct step *step, const struct container_record *record, const struct task_event *task);

/* Does so. */
void refine_by_event(struct step *step, const struct task_event *task);

/* The task was deleted, and the server told how it had ended. Nothing where that is known already, otherwise than as
 * what may be made up. */
void refine_by_answer(struct step *step, struct text id, const struct process_state *process);

/* The task of the life was gone when it was to be deleted, or is before that. A process that was killed, and whose task
 * is gone without us, may be the remains of a shim that died, which are cleaned up as if it had been killed; so the
 * exit counts as inferred. */
void refine_suspect(struct step *step, arena_ref life);

#endif
