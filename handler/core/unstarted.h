/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_UNSTARTED_H
#define HANDLER_CORE_UNSTARTED_H

#include "handler/core/life.h"
#include "handler/core/state.h"

/*
 * A task that was made and whose record says EXITED without ever having started: its start has failed, or it was to be
 * removed before. A server may refuse to delete such a task until it has been killed.
 */

/* Kills it, where the policy does that and a call can be made; nothing where the record has started or is not there.
 * Nobody waits for the answer: the Delete that follows tells. */
void unstarted_kill(struct step *step, arena_ref life);

#endif
