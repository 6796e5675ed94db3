/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_PARK_H
#define HANDLER_CORE_PARK_H

#include "handler/core/state.h"

/*
 * Exits that come before what they end: before there is a record, or while a Start is under way whose answer makes it
 * RUNNING. They are kept for MONITOR_PARK_NS or, where there is no record, MONITOR_PARK_UNKNOWN_NS, MONITOR_PARKED_MAX
 * of one container, and take their turn when the record or the answer comes. So are creations and starts that are not
 * believed without an end of their process (claim.h), which take their turn when that comes.
 */

/* Keeps the exit, which it takes over; false where there is no room for it. */
bool park_exit(struct step *step, arena_ref task);

/* True where the life has room for one more. */
bool park_has_room(const struct step *step, arena_ref life);

/* Keeps the creation or start, which it takes over; there is room. */
void park_beginning(struct step *step, arena_ref life, arena_ref task);

/* True where one of the process of that pid is kept. */
bool park_has_beginning(const struct step *step, struct text id, uint32_t pid);

/* What was parked for the container takes its turn. */
void park_release(struct step *step, struct text id);

/* The time has come: what is parked of a life is given up, unless its Start is still under way. */
void park_expire(struct step *step, arena_ref life);

#endif
