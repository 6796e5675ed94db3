/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_ENDING_PRIVATE_H
#define HANDLER_CORE_ENDING_PRIVATE_H

#include "handler/core/ending.h"

/*
 * What the two halves of an ending, the record and the Delete, know of each other.
 */

/* The event that told the exit, or what is known where none did. */
struct task_event ending_told_by(const struct step *step, arena_ref life);

/* The record is to say that the life has ended. */
void ending_put(struct step *step, arena_ref life);

/* DELETING: asks for the Delete, unless it has to wait. */
void ending_delete(struct step *step, arena_ref life);

/* DELETING, and no task is left. */
void ending_finish(struct step *step, arena_ref life);

#endif
