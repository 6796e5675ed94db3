/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_CLAIM_H
#define HANDLER_CORE_CLAIM_H

#include "base/time.h"
#include "handler/core/life.h"

/*
 * An event that claims that another life has the id than the record's: a creation or a start of a process that the
 * record does not know or knows as ended, or the deletion of a task whose pid two lives have had, or that may be the
 * record's of which nobody has told the pid. It may be the first word of the next life, or the last of one long ago,
 * held back in a shim; neither its pid nor any time in it tells which, for pids come again and clocks are set. So the
 * server is asked what task it has, and meanwhile nothing is deleted and whatever else is told of the container's lives
 * waits in its order. By the answer (whose.h)
 *
 *   the task is that of the life that the record is of: the event is dropped;
 *   it is another's: the record's life is over, and the event begins the next one. Where the task is of a third life
 *     that one follows, so all three are recorded, and nothing is deleted for the second;
 *   there is none: the record's life is over, and nobody can be asked any more whether the event's came before it or
 *     after. It is believed to have come after, in the order of hearing, where its end has been told as well or is told
 *     within MONITOR_PARK_NS: so a job that ran and was deleted by somebody else between two answers is recorded, as
 *     are two lives of which all that is told comes late, the older one last. Else it is dropped, because an end
 *     that nobody told must not take the place of one that was; and so is one with the pid of one of the last two
 * lives, which have been counted, and with the end that was told of it, or where none was.
 *
 * An event that is believed carries the number of the life that it is of, and counts only while the record is at the
 * one before; so nothing that was found out of one record is applied to a later one.
 *
 * A server that says nothing of the task is asked again, with the delays of the backoff. When it has done so for
 * CLAIM_MAX_NS the event is taken as if there were none, but a record that lives stays as it is; and the tasks are
 * listed. A question that is lost says nothing of the server either, and begins that time anew.
 */
#define CLAIM_MAX_NS (10 * TIME_SECOND)

/* The event, which it takes over, is in doubt; no other one of the container is. It has a record. */
void claim_begin(struct step *step, arena_ref task);

/* The call was answered, or lost. */
void claim_answered(struct step *step, arena_ref life, struct outcome outcome);

/* A list shows the container's task, which is of no life before the record's. True where that is another life's, which
 * answers the question. */
bool claim_shown(struct step *step, arena_ref life, const struct process_state *process);

/* The time has come to ask again. */
void claim_retry(struct step *step, arena_ref life);

#endif
