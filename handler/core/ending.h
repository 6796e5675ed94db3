/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_ENDING_H
#define HANDLER_CORE_ENDING_H

#include "handler/core/calls.h"
#include "handler/core/life.h"
#include "handler/core/state.h"
#include "handler/core/writes.h"

/*
 * What is done when a container's life has ended. With a journal its record is put as EXITED with delete_pending, then,
 * once that is written, changed and told; only then its task is deleted, and the mark taken away. Without one the task
 * is deleted first, as in 2017, so that a crash or a failing write in between loses the exit.
 *
 * What fails is noted. Where the policy retries it is tried again until it is done; else the exit is dropped, and what
 * is recorded stays as it was.
 */

/* How long a Delete may take where the monitor does not wait for ever. */
#define ENDING_DELETE_TIMEOUT_NS (10 * TIME_SECOND)

/* What going on with one life may cost at the most, for arena_reserve. */
static inline uint32_t ending_cost(void)
{
    return 2 * calls_cost() + 3 * writes_put_cost() + 2 * store_cost_max();
}

/* The life has ended as the kept event says, which it takes over. It may be QUIET or VERIFYING. */
void ending_begin_told(struct step *step, arena_ref life, arena_ref task);

/* The same, and its task is gone. */
void ending_begin_deleted(struct step *step, arena_ref life, arena_ref task);

/* The life has ended as the event says that it has, and where it has none, as an answer or a list has told meanwhile,
 * or in a way that nobody told: with TASK_STATUS_UNKNOWN, inferred. is_gone: no task is left to be deleted. It is QUIET
 * or VERIFYING, as for the next. */
void ending_begin(struct step *step, arena_ref life, bool is_gone);

/* The life has ended as the server said when it was asked. is_gone: as above. */
void ending_begin_asked(struct step *step, arena_ref life, const struct process_state *process, bool is_gone);

/* The task of a record that is EXITED is still to be deleted. */
void ending_resume(struct step *step, arena_ref life);

/* The same of a task that was made and has not ended: where it never started it is killed first. */
void ending_resume_alive(struct step *step, arena_ref life);

/* COUNTING or later, and the event tells that its task was deleted. */
void ending_gone(struct step *step, arena_ref life, const struct task_event *deletion);

/* The server has said that no task has the id. COUNTING or later. */
void ending_found_gone(struct step *step, arena_ref life);

/* What a Delete may have waited for has ended: a write of the record, or a doubt about the container. */
void ending_go_on(struct step *step, struct text container_id);

/* Says in the record, which is EXITED, whether its task is still to be deleted and whether it is known to be gone. */
void ending_mark(struct step *step, struct text id, bool is_pending, bool is_gone);

/* DELETING, and the task is another life's by now: it is not to be deleted any more. */
void ending_moot(struct step *step, arena_ref life);

/* The call that the life awaited was answered, or lost. */
void ending_answered(struct step *step, arena_ref life, struct outcome outcome);

/* DELETING: the Kill of a task that never started was answered, or lost. */
void ending_killed(struct step *step, arena_ref life, struct outcome outcome);

/* DELETING: the server was asked how it has ended, and has answered, or the answer was lost. */
void ending_looked(struct step *step, arena_ref life, struct outcome outcome);

/* An event or a list tells how the process has ended. True where its task is being deleted, and the record says no end
 * yet: so it ends before the Delete, or when that fails. */
bool ending_shown(struct step *step, arena_ref life, const struct process_state *process);

/* COUNTING: the counters were read, or could not be. */
void ending_counted(struct step *step, arena_ref life, struct outcome outcome);

/* The time has come to try again. */
void ending_retry(struct step *step, arena_ref life);

/* The write of the exit was given up for a later one. */
void ending_record_anew(struct step *step, arena_ref life);

/* The write of the exit was made. */
void ending_written(struct step *step, const struct write *write);

/* The container's record is not locked any more. */
void ending_unlocked(struct step *step, struct text container_id);

/* The container's record is there no more, by its owner's will. */
void ending_record_removed(struct step *step, struct text container_id);

/* True where the policy leaves a record alone while it is locked, and this one is. */
bool ending_locked_out(const struct arena *arena, const struct state *state, struct text container_id);

#endif
