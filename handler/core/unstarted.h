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

/* DELETING: it is killed before its next Delete, where the policy does that; nothing where the record has started or is
 * not there. */
void unstarted_mark(struct step *step, arena_ref life);

/* DELETING, marked, and a call can be made. */
void unstarted_kill(struct step *step, arena_ref life);

/* The Kill was answered, or lost. True where the Delete need not wait any more; else the life's next call is due later.
 */
bool unstarted_is_killed(struct step *step, arena_ref life, struct outcome outcome);

#endif
