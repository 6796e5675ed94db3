/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_UNSTARTED_H
#define HANDLER_CORE_UNSTARTED_H

#include "handler/core/life.h"
#include "handler/core/state.h"

/*
 * A task that was made and whose record says EXITED without ever having started: its start has failed, or it was to be
 * removed before. A server may refuse to delete such a task until it has been killed. So its Delete waits for the
 * answer to a Kill, and where that does not come the Kill is asked for again, with the delays of the backoff; after
 * MONITOR_KILLS_MAX of them the Delete has to show it.
 */

/* How such a task has ended, where its record says no end, is asked for before its Delete: the end is to be in the
 * store before nobody can tell it any more. DELETING: that is to be asked for, so often at the most, where the policy
 * keeps a journal. */
void unstarted_mark_untold(struct step *step, arena_ref life, uint32_t looks);

/* The record has a task, and says neither that it has started nor that it has ended. */
bool unstarted_has_no_end(const struct step *step, arena_ref life, struct container_record *ret_record);

/* DELETING, with looks left, and a call can be made. */
void unstarted_look(struct step *step, arena_ref life);

/* What comes of the answer. */
enum unstarted_look {
    UNSTARTED_ENDED,   /* it tells the end */
    UNSTARTED_LATER,   /* it is asked for again: the life's next call is due later */
    UNSTARTED_UNKNOWN, /* nobody tells it before the Delete */
    UNSTARTED_ANOTHER  /* another task has the id */
};
enum unstarted_look unstarted_looked(struct step *step, arena_ref life, struct outcome outcome);

/* DELETING: it is killed before its next Delete, where the policy does that; nothing where the record has started or is
 * not there. */
void unstarted_mark(struct step *step, arena_ref life);

/* DELETING, marked, and a call can be made. */
void unstarted_kill(struct step *step, arena_ref life);

/* The Kill was answered, or lost. True where the Delete need not wait any more; else the life's next call is due later.
 */
bool unstarted_is_killed(struct step *step, arena_ref life, struct outcome outcome);

#endif
