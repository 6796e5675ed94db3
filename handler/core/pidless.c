/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/pidless.h"

#include "handler/core/found.h"
#include "handler/core/words.h"

bool pidless_is(const struct step *step, const struct container_record *record)
{
    return record->pid == 0 && container_record_state(record) != CONTAINER_EXITED &&
           policy_has(step->state->policy, POLICY_INCARNATIONS);
}

/* The end that is in doubt; false where there is none. */
static bool get_end(const struct step *step, struct text id, struct task_event *ret_end)
{
    arena_ref ref = life_find(step->arena, step->state, id);
    if (ref == 0 || life_at(step->arena, ref)->stage != LIFE_VERIFYING || life_at(step->arena, ref)->task == 0)
        return false;
    *ret_end = task_view(step->arena, life_at(step->arena, ref)->task);
    return true;
}

/* The exit is that of an init of the container, by its name. What has yet to start hardly exits: of that an exit may be
 * told late which is an earlier life's. */
static bool is_of_init(const struct container_record *record, const struct task_event *end)
{
    return end->pid != 0 && end->process_id.length > 0 && !words_is_of_exec(end) && record->started_at_ns != 0;
}

bool pidless_is_told(const struct task_event *end, const struct process_state *process)
{
    return process->status == PROCESS_STOPPED && (!process->tells_exit || process->exit_status == end->exit_status);
}

enum whose pidless_task(const struct step *step, const struct container_record *record,
                        const struct process_state *process)
{
    struct task_event end;
    if (!get_end(step, record->id, &end))
        return WHOSE_THIS;
    if (process->pid == 0 || process->status == PROCESS_UNKNOWN)
        return WHOSE_UNKNOWN;
    if (end.pid != 0)
        return end.pid != process->pid && is_of_init(record, &end) ? WHOSE_NEXT : WHOSE_THIS;
    if (process->status != PROCESS_STOPPED)
        return WHOSE_UNKNOWN;
    /* What an event tells without a pid may be made up. */
    return end.is_found && !pidless_is_told(&end, process) ? WHOSE_NEXT : WHOSE_THIS;
}

bool pidless_is_in_doubt(const struct step *step, const struct container_record *record,
                         const struct task_event *beginning)
{
    struct task_event end;
    if (beginning->pid == 0 || !get_end(step, record->id, &end))
        return false;
    return end.pid == 0 || (end.pid != beginning->pid && is_of_init(record, &end));
}

bool pidless_learn(struct step *step, arena_ref ref, const struct container_record *record,
                   const struct process_state *process)
{
    const struct life *life = life_at(step->arena, ref);
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, record->id);
    if (!pidless_is(step, record) || process->pid == 0 || marks == NULL || marks->began > life->revision ||
        (life->task != 0 && task_view(step->arena, life->task).pid != process->pid))
        return false;
    return found_pid(step, record->id, process);
}
