/* SPDX-License-Identifier: Apache-2.0 */
/* What lists and events tell of a task while the server is asked for it. */
#include "handler/core/verify.h"

#include "handler/core/actions.h"
#include "handler/core/park.h"
#include "handler/core/refine.h"
#include "handler/core/times.h"
#include "handler/core/whose.h"

/* Exits of two processes, and nobody knows which of them the init is. */
static bool may_be_either(const struct step *step, const struct task_event *old, const struct task_event *new)
{
    struct container_record record;
    return old->pid != 0 && new->pid != 0 &&
           old->pid != new->pid &&store_get(step->arena, &step->state->store, new->container_id, &record) == 0 &&
           record.pid == 0;
}

static bool is_told_again(const struct step *step, const struct container_record *record, const struct task_event *exit)
{
    return whose_is_told_again(step->state->policy, record, exit, step->event->wall_ns);
}

/* As far as its time says. What was found has begun before that. */
static bool is_from_before(const struct step *step, const struct container_record *record,
                           const struct task_event *exit, const struct task_event *other)
{
    bool is_later = record->found_after_ns != 0 && exit->published_at.present && other->published_at.present &&
                    times_published_ns(&exit->published_at, 0) > times_published_ns(&other->published_at, 0);
    return !is_later && whose_is_from_before(step->state->policy, record, exit);
}

/* The old one is the end of the life before told again, or one from before, and the new one is not. */
static bool is_newer(const struct step *step, const struct task_event *old, const struct task_event *new)
{
    struct container_record record;
    if (old->pid != new->pid || store_get(step->arena, &step->state->store, new->container_id, &record) != 0)
        return false;
    return (is_told_again(step, &record, old) || is_from_before(step, &record, old, new)) &&
           !is_told_again(step, &record, new) && !is_from_before(step, &record, new, old);
}

/* A list has told it without a pid, and with a code that says more than the event's, which has the pid. */
static bool is_found_better(const struct task_event *old, const struct task_event *new)
{
    return old->is_found && old->pid == 0 && new->pid != 0 &&
           refine_weight(old->exit_status) > refine_weight(new->exit_status);
}

static arena_ref keep_with_pid(struct step *step, const struct task_event *found, uint32_t pid)
{
    struct task_event exit = *found;
    exit.pid = pid;
    return task_keep(step->arena, &exit);
}

/* Of two doubtful exits the one that says more stays, or that came first; the other one may yet be the init's. */
void verify_keep_better(struct step *step, arena_ref ref, arena_ref kept)
{
    struct life *life = life_at(step->arena, ref);
    struct task_event old = life->task != 0 ? task_view(step->arena, life->task) : (struct task_event){.pid = 0};
    struct task_event new = task_view(step->arena, kept);
    bool is_better = life->task == 0 || (old.pid == 0 && new.pid != 0) || is_newer(step, &old, &new);
    arena_ref worse = kept;

    if (life->task != 0 && may_be_either(step, &old, &new) &&
        policy_has(step->state->policy, POLICY_PARK_EARLY_EXITS) && park_exit(step, kept))
        return;
    if (life->task != 0 && old.pid == new.pid && old.exit_status != new.exit_status)
        life->is_contradicted = true;
    if (life->task != 0 && is_found_better(&old, &new)) {
        task_queue_append(step->arena, &step->state->retired_tasks, life->task);
        life->task = keep_with_pid(step, &old, new.pid);
    } else if (is_better) {
        worse = life->task;
        life->task = kept;
    }
    if (worse == 0)
        return;
    note_task(step, NOTE_EXIT_UNDER_WAY, &new);
    task_queue_append(step->arena, &step->state->retired_tasks, worse);
}

void verify_keep_told(struct life *life, const struct process_state *process)
{
    life->told.is_known = process->tells_exit;
    life->told.exit_status = process->exit_status;
    life->told.exited_at = process->exited_at;
}

void verify_forget_told(struct life *life, const struct process_state *process)
{
    if (process->status == PROCESS_STOPPED && process->exit_status == life->told.exit_status &&
        process->exited_at.seconds == life->told.exited_at.seconds &&
        process->exited_at.nanoseconds == life->told.exited_at.nanoseconds)
        life->told.is_known = false;
}

static bool is_as_found(const struct step *step, const struct life *life, const struct process_state *listed)
{
    struct task_event found = task_view(step->arena, life->task);
    return found.is_found && found.pid != 0 && listed->pid == found.pid && listed->status == PROCESS_STOPPED &&
           listed->tells_exit && listed->exit_status == found.exit_status;
}

void verify_listed(struct step *step, arena_ref ref, const struct process_state *listed)
{
    struct life *life = life_at(step->arena, ref);
    life->absences = listed != NULL ? 0 : life->absences + (life->absences < VERIFY_ABSENCES_MIN);
    life->is_listed = listed != NULL && life->task != 0 && is_as_found(step, life, listed);
}

void verify_shown(struct step *step, arena_ref ref, const struct process_state *process)
{
    struct life *life = life_at(step->arena, ref);
    struct container_record record = {.pid = 0};
    (void)store_get(step->arena, &step->state->store, life_id(step->arena, ref), &record);
    if (process->status == PROCESS_STOPPED && process->tells_exit && record.pid != 0 && process->pid == record.pid)
        verify_keep_told(life, process);
}

bool verify_started(struct step *step, struct text id)
{
    arena_ref ref = life_find(step->arena, step->state, id);
    if (ref == 0 || !life_at(step->arena, ref)->is_unstarted)
        return false;
    life_at(step->arena, ref)->is_started_anew = true;
    return true;
}
