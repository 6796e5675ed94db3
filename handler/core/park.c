/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/park.h"

#include "handler/core/actions.h"
#include "handler/core/life.h"

static bool is_starting(const struct step *step, struct text id)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    return marks != NULL && marks->is_starting;
}

static void set_time(struct step *step, arena_ref ref)
{
    bool is_known = store_marks(step->arena, &step->state->store, life_id(step->arena, ref)) != NULL;
    int64_t for_ns = is_known ? MONITOR_PARK_NS : MONITOR_PARK_UNKNOWN_NS;
    life_at(step->arena, ref)->parked_until_ns = time_add(step->state->now_ns, for_ns);
    life_schedule(step, ref);
}

bool park_has_room(const struct step *step, arena_ref ref)
{
    return step->state->parked_count < MONITOR_PARKED_ALL_MAX &&
           life_at(step->arena, ref)->parked.count < MONITOR_PARKED_MAX;
}

static void park(struct step *step, arena_ref ref, arena_ref kept)
{
    task_queue_append(step->arena, &life_at(step->arena, ref)->parked, kept);
    step->state->parked_count++;
    set_time(step, ref);
}

bool park_exit(struct step *step, arena_ref kept)
{
    struct task_event task = task_view(step->arena, kept);
    arena_ref ref;

    if (task.container_id.length == 0 || step->state->parked_count >= MONITOR_PARKED_ALL_MAX)
        return false;
    ref = life_get(step, task.container_id);
    if (!park_has_room(step, ref))
        return false;
    note_task(step, NOTE_EXIT_PARKED, &task);
    park(step, ref, kept);
    return true;
}

void park_beginning(struct step *step, arena_ref ref, arena_ref kept)
{
    park(step, ref, kept);
}

bool park_has_beginning(const struct step *step, struct text id, uint32_t pid)
{
    arena_ref ref = life_find(step->arena, step->state, id);
    arena_ref kept = ref != 0 ? life_at(step->arena, ref)->parked.first : 0;
    for (; kept != 0; kept = task_queue_after(step->arena, kept)) {
        struct task_event task = task_view(step->arena, kept);
        if (task.kind != TASK_EVENT_EXIT && task.pid == pid)
            return true;
    }
    return false;
}

void park_release(struct step *step, struct text id)
{
    arena_ref ref = life_find(step->arena, step->state, id);
    struct life *life;
    if (ref == 0 || life_at(step->arena, ref)->parked.count == 0)
        return;
    life = life_at(step->arena, ref);
    step->state->parked_count -= life->parked.count;
    task_queue_move(step->arena, &step->state->waiting, &life->parked);
    life->parked_until_ns = TIME_NEVER;
    life_schedule(step, ref);
    if (life->stage == LIFE_QUIET)
        life_rest(step, ref);
}

void park_expire(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    if (is_starting(step, life_id(step->arena, ref))) {
        set_time(step, ref);
        return;
    }
    step->state->parked_count -= life->parked.count;
    while (life->parked.first != 0) {
        arena_ref kept = life->parked.first;
        struct task_event task = task_view(step->arena, kept);
        task_queue_remove(step->arena, &life->parked, 0, kept);
        note_task(step, task.kind == TASK_EVENT_EXIT ? NOTE_CONTAINER_UNKNOWN : NOTE_EVENT_OUTDATED, &task);
        task_queue_append(step->arena, &step->state->retired_tasks, kept);
    }
    life->parked_until_ns = TIME_NEVER;
    life_schedule(step, ref);
    if (life->stage == LIFE_QUIET)
        life_rest(step, ref);
}
