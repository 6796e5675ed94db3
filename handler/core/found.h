/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_FOUND_H
#define HANDLER_CORE_FOUND_H

#include "handler/core/state.h"

/*
 * What asking the server has shown becomes the events that should have told it, each marked as found, and waits for its
 * turn as they would have. So there is one way into a record, and what happens to one container happens in order.
 */
enum { FOUND_EVENTS_MAX = 3 }; /* that one answer can become */

/* What the events of one answer cost at the most, for arena_reserve. */
uint32_t found_cost(void);

/* The task is one that the record does not know: its creation, its start, its end, as far as it got; of one without a
 * pid and of which there is no record the start tells the creation. False where there is no room for more events; then
 * nothing is changed, but the tasks are listed anew soon. */
bool found_life(struct step *step, struct text id, const struct process_state *process);

/* The same of the life of that number, before which others that wait for their turn are to begin. */
bool found_later_life(struct step *step, struct text id, const struct process_state *process, uint64_t incarnation);

/* The end alone, of the life of that number. Likewise. */
bool found_later_end(struct step *step, struct text id, const struct process_state *process, uint64_t incarnation);

/* The record knows the task but not that it runs, or not that it has ended. Likewise. */
bool found_started(struct step *step, struct text id, const struct process_state *process);

/* The task is the record's, which so gets the pid that nobody has told; and has started, where the record does not say
 * so. Likewise. */
bool found_pid(struct step *step, struct text id, const struct process_state *process);

/* The task may be of another life than the record's, of one before it or of one after it: a creation or a start of
 * which nobody knows yet whose it is (claim.h). Likewise. */
bool found_doubtful(struct step *step, struct text id, const struct process_state *process);
bool found_ended(struct step *step, struct text id, const struct process_state *process);

#endif
