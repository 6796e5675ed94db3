/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/actions.h"

#include <string.h>

#include "base/clear.h"
#include "base/contract.h"
#include "handler/core/tally.h"

struct monitor_action *action_add(struct step *step, enum monitor_action_kind kind)
{
    struct monitor_action *action;
    CONTRACT(step->actions->count < MONITOR_ACTIONS_MAX);
    action = &step->actions->items[step->actions->count++];
    clear_128(action);
    memset((unsigned char *)action + 128, 0, offsetof(struct monitor_action, record) - 128);
    if (kind == MONITOR_NOTE)
        clear_bytes(&action->note, sizeof action->note);
    else if (kind == MONITOR_ANSWER)
        clear_bytes(&action->record, sizeof action->record);
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
    note_task_retry(step, kind, task, outcome, 0);
}

void note_task_retry(struct step *step, enum note_kind kind, const struct task_event *task, struct outcome outcome,
                     int64_t delay_ns)
{
    struct note *note;
    if (tally_counts(step, kind))
        return;
    note = &action_add(step, MONITOR_NOTE)->note;
    note->kind = kind;
    note->container_id = task->container_id;
    note->task = *task;
    note->outcome = outcome;
    note->delay_ns = delay_ns;
}

size_t actions_room(const struct step *step)
{
    return MONITOR_ACTIONS_MAX - step->actions->count;
}
