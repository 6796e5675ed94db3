/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/exits.h"

#include "handler/core/actions.h"
#include "handler/core/ending.h"
#include "handler/core/life.h"

uint32_t exits_cost(void)
{
    return life_cost() + ending_cost();
}

/* Notes why the event is ignored. It stays until the next step: the note speaks of it. */
static void ignore(struct step *step, enum note_kind why, arena_ref kept)
{
    struct task_event task = task_view(step->arena, kept);
    note_task(step, why, &task);
    task_queue_append(step->arena, &step->state->retired_tasks, kept);
}

void exits_begin(struct step *step, arena_ref kept)
{
    struct task_event task = task_view(step->arena, kept);
    struct container_record record;

    if (store_get(step->arena, &step->state->store, task.container_id, &record) != 0) {
        ignore(step, NOTE_CONTAINER_UNKNOWN, kept);
        return;
    }
    if (task.pid != record.pid) {
        ignore(step, NOTE_NOT_THE_INIT_PROCESS, kept);
        return;
    }
    if (!life_idle(step->arena, step->state, task.container_id)) {
        ignore(step, NOTE_EXIT_UNDER_WAY, kept);
        return;
    }
    ending_begin_told(step, life_get(step, task.container_id), kept);
}
