/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/actions.h"

#include <string.h>

#include "base/contract.h"

struct monitor_action *action_add(struct step *step, enum monitor_action_kind kind)
{
    struct monitor_action *action;
    CONTRACT(step->actions->count < MONITOR_ACTIONS_MAX);
    action = &step->actions->items[step->actions->count++];
    memset(action, 0, sizeof *action);
    action->kind = kind;
    return action;
}

void note_outcome(struct step *step, enum note_kind kind, struct outcome outcome, int64_t delay_ns)
{
    struct note *note = &action_add(step, MONITOR_NOTE)->note;
    note->kind = kind;
    note->outcome = outcome;
    note->delay_ns = delay_ns;
}

void note_task(struct step *step, enum note_kind kind, const struct task_event *task)
{
    struct outcome none = {0, {NULL, 0}};
    note_task_outcome(step, kind, task, none);
}

void note_task_outcome(struct step *step, enum note_kind kind, const struct task_event *task, struct outcome outcome)
{
    struct note *note;
    if (tally_counts(step, kind))
        return;
    note = &action_add(step, MONITOR_NOTE)->note;
    note->kind = kind;
    note->container_id = task->container_id;
    note->task = *task;
    note->outcome = outcome;
}
