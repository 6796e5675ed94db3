/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/refine.h"

#include "handler/core/life.h"
#include "handler/core/oom.h"
#include "handler/core/times.h"
#include "handler/core/whose.h"
#include "handler/core/words.h"
#include "handler/core/writes.h"

static int take_real(struct container_record *record, void *context)
{
    const struct container_record *real = context;
    record->exit_code = real->exit_code;
    record->finished_at_ns = real->finished_at_ns;
    record->reason = real->reason;
    record->inferred = false;
    return 0;
}

static void refine(struct step *step, const struct task_event *task)
{
    struct store *store = &step->state->store;
    struct container_record record;

    if (store_get(step->arena, store, task->container_id, &record) != 0)
        return;
    record.exit_code = (int32_t)task->exit_status;
    record.reason = oom_reason(step, record.id, record.exit_code, false, false);
    record.finished_at_ns =
        times_finished_ns(step->state->policy, &task->exited_at, &task->published_at, &record, record.finished_at_ns);
    if (store_update(step->arena, store, record.id, take_real, &record) == 0 &&
        store_get(step->arena, store, task->container_id, &record) == 0)
        writes_put(step, &record, RECORD_EXITED, true);
}

bool refine_may_be_made_up(uint32_t exit_status)
{
    return exit_status == TASK_STATUS_KILLED || exit_status == TASK_STATUS_UNKNOWN;
}

int refine_weight(uint32_t exit_status)
{
    if (exit_status == TASK_STATUS_UNKNOWN)
        return 0;
    return refine_may_be_made_up(exit_status) ? 1 : 2;
}

/* The server has told it when it was asked. */
static bool is_shown(const struct step *step, struct text id)
{
    arena_ref ref = life_find(step->arena, step->state, id);
    return ref != 0 && life_at(step->arena, ref)->stage == LIFE_DELETING && life_at(step->arena, ref)->ending.is_shown;
}

/* A process ends once: of two ends that are told of the init by its name, while its task is there, one that may be
 * made up is; unless the other one was told before the life began, and is of an earlier one with that pid. */
static bool was_made_up(const struct step *step, const struct container_record *record, const struct task_event *task)
{
    return record->delete_pending && !is_shown(step, record->id) &&
           refine_may_be_made_up((uint32_t)record->exit_code) && !refine_may_be_made_up(task->exit_status) &&
           task->pid == record->last_pid && task->process_id.length > 0 && !words_is_of_exec(task) &&
           !oom_is_recorded(record) && !whose_is_from_before(step->state->policy, record, task);
}

bool refine_can(const struct step *step, const struct container_record *record, const struct task_event *task)
{
    bool is_of_this_life = record->last_pid == 0 || task->pid == record->last_pid;
    /* One made-up exit does not take the place of another. */
    bool are_both_made_up =
        record->exit_code == (int32_t)TASK_STATUS_KILLED && refine_may_be_made_up(task->exit_status);
    if (!policy_has(step->state->policy, POLICY_REFINE_INFERRED) || task->pid == 0)
        return false;
    return record->inferred ? is_of_this_life && !are_both_made_up : was_made_up(step, record, task);
}

void refine_by_event(struct step *step, const struct task_event *task)
{
    refine(step, task);
}

void refine_by_answer(struct step *step, struct text id, const struct process_state *process)
{
    struct container_record record;
    struct task_event task = {.container_id = id,
                              .process_id = id,
                              .pid = process->pid,
                              .exit_status = process->exit_status,
                              .exited_at = process->exited_at};
    if (!process->tells_exit || store_get(step->arena, &step->state->store, id, &record) != 0)
        return;
    /* The API of 2017 does not say whose end it tells, but only one task was deleted. */
    if (task.pid == 0)
        task.pid = record.last_pid != 0 ? record.last_pid : 1;
    if (refine_can(step, &record, &task))
        refine(step, &task);
}

static int mark_inferred(struct container_record *record, void *context)
{
    (void)context;
    record->inferred = container_record_state(record) == CONTAINER_EXITED;
    return 0;
}

void refine_suspect(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    if (!policy_has(step->state->policy, POLICY_REFINE_INFERRED) || life->deletes > 1 || life->task == 0 ||
        life->ending.exit_code != (int32_t)TASK_STATUS_KILLED)
        return;
    life->ending.inferred = true;
    if (policy_has(step->state->policy, POLICY_JOURNAL))
        (void)store_update(step->arena, &step->state->store, life_id(step->arena, ref), mark_inferred, NULL);
}
