/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_PARK_H
#define HANDLER_CORE_PARK_H

#include "handler/core/state.h"

/*
 * Exits that come before what they end: before there is a record, or while a Start is under way whose answer makes it
 * RUNNING. They are kept for MONITOR_PARK_NS, MONITOR_PARKED_MAX of one container, and take their turn when the record
 * or the answer comes.
 */

/* Keeps the exit, which it takes over; false where there is no room for it. */
bool park_exit(struct step *step, arena_ref task);

/* What was parked for the container takes its turn. */
void park_release(struct step *step, struct text id);

/* The time has come: what is parked of a life is given up, unless its Start is still under way. */
void park_expire(struct step *step, arena_ref life);

#endif
