/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_LOOK_H
#define HANDLER_CORE_LOOK_H

#include "handler/core/life.h"
#include "handler/core/state.h"

/*
 * A Delete names the container alone and takes whatever task has the id by then. Where something has shown that this
 * may be the next life's, the server is asked before, and the Delete waits for an answer that shows the process which
 * the record says has ended, or says nothing of the task at all. A question that is lost is asked again, with the
 * delays of the backoff.
 */

/* COUNTING or later: before its next Delete the server is asked. Nothing where the policy does not tell lives apart. */
void look_mark(struct step *step, arena_ref life);

/* DELETING, marked, and a call can be made. */
void look_ask(struct step *step, arena_ref life);

/* What comes of the answer, or of its loss (calls.h). */
enum look {
    LOOK_GO_ON,   /* the Delete need not wait */
    LOOK_GONE,    /* there is no task */
    LOOK_LATER,   /* the server is asked again: the life's next call is due later */
    LOOK_ANOTHER, /* the task is the next life's, which is found */
};
enum look look_answered(struct step *step, arena_ref life, struct outcome outcome, bool is_lost);

#endif
