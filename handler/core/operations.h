/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_OPERATIONS_H
#define HANDLER_CORE_OPERATIONS_H

#include "handler/core/calls.h"
#include "handler/core/state.h"

/*
 * The owner's operations: taken in, held while the monitor has not caught up with the server, done one after another
 * for each container, and answered. How each kind is done is told in operation.h.
 *
 * Whatever an operation waits for is the record: it learns of a start, an exit or an end of a Delete as everybody does,
 * by what this step puts or tells, whoever brought it about.
 */

/* What the step may allocate for them at the most, for arena_reserve. */
uint64_t operations_cost(const struct state *state, const struct monitor_event *event);

/* The event asks for one, or says that its owner waits no more. */
void operations_ask(struct step *step);
void operations_abandon(struct step *step);

/* A call of CALL_OF_ERRAND was answered, or lost. */
void operations_answered(struct step *step, const struct call *call, struct outcome outcome);

/* Goes on with those whose time has come or whose record has changed; after all else in a step. */
void operations_do(struct step *step);

/* When operations_do is wanted, TIME_NEVER where nothing waits. */
int64_t operations_deadline_ns(const struct arena *arena, const struct state *state);

/* Drops them all unanswered, for a stop. */
void operations_stop(struct step *step);

#endif
