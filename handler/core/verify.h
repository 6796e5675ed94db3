/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_VERIFY_H
#define HANDLER_CORE_VERIFY_H

#include "handler/core/life.h"
#include "handler/core/state.h"

/*
 * Doubts about a container are settled by asking the server for its task: whether an exit event that may be of another
 * process or another life was its init's, and whether a task that a list lacks is really gone. Nothing is deleted and
 * nothing recorded on a doubt, and no doubtful exit is discarded unasked.
 *
 * An end that no event told is believed when two answers in a row say so: right after a restart a server may say
 * anything of a task whose shim it has not reached.
 *
 * Where the server knows nothing of a task that its list tells the end of, another list that tells the same will do.
 *
 * What has started is not about to start: where two answers in a row say so, or one and then an event that tells the
 * start, the next life has the id and the pid.
 *
 * The server may say RUNNING for a while after it told the exit; so it is asked again, with the delays of the backoff,
 * until the doubt is VERIFY_DOUBT_MAX_NS old. A question that is lost says nothing, and begins that anew.
 *
 * Who asks for a task whose shim has died hears that it is UNAVAILABLE, as one would of a server that is busy starting.
 * Where that is all that is heard for MONITOR_UNREACHED_MAX_NS, and VERIFY_ABSENCES_MIN lists in a row have lacked it,
 * it has ended; its task is asked to be deleted like any other. Any other answer, a lost connection, or a list that has
 * it begins that anew.
 */
enum { VERIFY_ABSENCES_MIN = 2 };
#define VERIFY_DOUBT_MAX_NS (10 * TIME_SECOND)

/* What going on with one doubt costs at the most, for arena_reserve; an answer to it costs what an ending costs, too.
 */
uint32_t verify_cost(void);

/* The exit event, which it takes over, is doubtful. The life is QUIET or VERIFYING. */
void verify_exit(struct step *step, arena_ref life, arena_ref task);

/* A list lacked the task of the record, or has shown it without a pid. The life is QUIET. */
void verify_absent(struct step *step, arena_ref life);

/* VERIFYING, and a list that the server has made has its task, as listed says; NULL: lacks it. */
void verify_listed(struct step *step, arena_ref life, const struct process_state *listed);

/* For the file of the answers: the exit event, which it takes over, or the one that is in doubt already, whichever says
 * more; of two that say as much the one that came first. */
void verify_keep_better(struct step *step, arena_ref life, arena_ref task);

/* For the file of the answers: an answer or a list has told how it ended. */
void verify_keep_told(struct life *life, const struct process_state *process);

/* That is the process of a later life: what was told without a pid, and fits, was its end. */
void verify_forget_told(struct life *life, const struct process_state *process);

/* VERIFYING, and a list shows the task of a later life: that answers the question. */
void verify_replaced(struct step *step, arena_ref life, const struct process_state *process);

/* VERIFYING, and a list shows how the process of the record has ended: so it has where nobody else tells any more. */
void verify_shown(struct step *step, arena_ref life, const struct process_state *process);

/* An event tells the start of what the record says has started. True where the server has said that it has yet to
 * start: then it is of the next life, which the next answer shows. */
bool verify_started(struct step *step, struct text id);

/* The task of a record that has not ended is gone: it ends as the doubtful exit says, else as nobody told, or nothing
 * becomes of it where the policy infers nothing. The life is QUIET or VERIFYING. */
void verify_vanished(struct step *step, arena_ref life);

/* The doubtful exit, where it is of another process than the record's, waits for its turn in the life that it is of. */
void verify_give_back(struct step *step, arena_ref life);

/* The call was answered, or lost. */
void verify_answered(struct step *step, arena_ref life, struct outcome outcome);

/* The time has come to ask again. */
void verify_retry(struct step *step, arena_ref life);

#endif
