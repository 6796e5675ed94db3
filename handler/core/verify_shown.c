/* SPDX-License-Identifier: Apache-2.0 */
/* What lists and events tell of a task while the server is asked for it. */
#include "handler/core/verify.h"

void verify_keep_told(struct life *life, const struct process_state *process)
{
    life->told.is_known = process->tells_exit;
    life->told.exit_status = process->exit_status;
    life->told.exited_at = process->exited_at;
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
