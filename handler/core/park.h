/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_PARK_H
#define HANDLER_CORE_PARK_H

#include "handler/core/state.h"

/*
 * Exits that come before what they end: before there is a record, or while a Start is under way whose answer makes it
 * RUNNING. They are kept for MONITOR_PARK_NS or, where there is no record, MONITOR_PARK_UNKNOWN_NS, MONITOR_PARKED_MAX
 * of one container, and take their turn when the record or the answer comes. So are creations and starts that are not
 * believed without an end of their process (claim.h), which take their turn when that comes.
 *
 * Behind such an exit the deletion of its task is kept as well, while a list is under way: the list may be older than
 * both and show that very task, or it shows the next life's, which has its pid (reconcile.h).
 */

/* Keeps the exit, which it takes over; false where there is no room for it. */
bool park_exit(struct step *step, arena_ref task);

/* True where the life has room for one more. */
bool park_has_room(const struct step *step, arena_ref life);

/* Keeps the creation or start, which it takes over; there is room. */
void park_beginning(struct step *step, arena_ref life, arena_ref task);

/* True where one of the process of that pid is kept. */
bool park_has_beginning(const struct step *step, struct text id, uint32_t pid);

/* Keeps the deletion, which it takes over; false where no exit of that process is kept, or there is no room. */
bool park_deletion(struct step *step, arena_ref task);

/* True where that of the task of that pid is kept. */
bool park_has_deletion(const struct step *step, struct text id, uint32_t pid);

/* Takes out the exit of the process of that pid, which is the caller's then; 0 where none is kept. */
arena_ref park_take_exit(struct step *step, arena_ref life, uint32_t pid);

/* None of them is of a list that is asked for from now on. */
void park_forget_deletions(struct step *step);

/* What was parked for the container takes its turn; a deletion of its task is dropped. */
void park_release(struct step *step, struct text id);

/* So does all of it, with the deletion. */
void park_release_all(struct step *step, struct text id);

/* The time has come: what is parked of a life is given up, unless its Start is still under way or it is being found out
 * whose an event is. */
void park_expire(struct step *step, arena_ref life);

#endif
