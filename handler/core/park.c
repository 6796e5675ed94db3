/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/park.h"

#include "handler/core/actions.h"
#include "handler/core/life.h"
#include "handler/core/words.h"

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
    if (store_marks(step->arena, &step->state->store, task.container_id) == NULL)
        task_set_early(step->arena, kept);
    park(step, ref, kept);
    return true;
}

void park_beginning(struct step *step, arena_ref ref, arena_ref kept)
{
    park(step, ref, kept);
}

static bool has(const struct step *step, struct text id, enum task_event_kind kind, uint32_t pid)
{
    arena_ref ref = life_find(step->arena, step->state, id);
    arena_ref kept = ref != 0 ? life_at(step->arena, ref)->parked.first : 0;
    for (; kept != 0; kept = task_queue_after(step->arena, kept)) {
        struct task_event task = task_view(step->arena, kept);
        if (task.kind == kind && task.pid == pid)
            return true;
    }
    return false;
}

bool park_has_beginning(const struct step *step, struct text id, uint32_t pid)
{
    return has(step, id, TASK_EVENT_CREATE, pid) || has(step, id, TASK_EVENT_START, pid);
}

bool park_deletion(struct step *step, arena_ref kept)
{
    struct task_event task = task_view(step->arena, kept);
    if (!has(step, task.container_id, TASK_EVENT_EXIT, task.pid) ||
        !park_has_room(step, life_get(step, task.container_id)))
        return false;
    park(step, life_get(step, task.container_id), kept);
    return true;
}

bool park_has_deletion(const struct step *step, struct text id, uint32_t pid)
{
    return has(step, id, TASK_EVENT_DELETE, pid);
}

/* Nothing is parked any more. */
static void is_over(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    life->parked_until_ns = TIME_NEVER;
    life_schedule(step, ref);
    if (life->stage == LIFE_QUIET)
        life_rest(step, ref);
}

static void forget_deletions(struct step *step, arena_ref ref)
{
    struct task_queue *parked = &life_at(step->arena, ref)->parked;
    arena_ref before = 0;
    arena_ref next;
    for (arena_ref kept = parked->first; kept != 0; kept = next) {
        next = task_queue_after(step->arena, kept);
        if (task_view(step->arena, kept).kind != TASK_EVENT_DELETE) {
            before = kept;
            continue;
        }
        task_queue_remove(step->arena, parked, before, kept);
        task_queue_append(step->arena, &step->state->retired_tasks, kept);
        step->state->parked_count--;
    }
    if (parked->count == 0 && life_at(step->arena, ref)->parked_until_ns != TIME_NEVER)
        is_over(step, ref);
}

void park_forget_deletions(struct step *step)
{
    struct text id = {NULL, 0};
    arena_ref ref;
    while ((ref = map_next(step->arena, &step->state->lives, id, NULL)) != 0) {
        id = life_id(step->arena, ref); /* it stays where the life goes */
        forget_deletions(step, ref);
    }
}

void park_release_all(struct step *step, struct text id)
{
    arena_ref ref = life_find(step->arena, step->state, id);
    struct life *life;
    if (ref == 0 || life_at(step->arena, ref)->parked.count == 0)
        return;
    life = life_at(step->arena, ref);
    step->state->parked_count -= life->parked.count;
    task_queue_move(step->arena, &step->state->waiting, &life->parked);
    is_over(step, ref);
}

arena_ref park_take_exit(struct step *step, arena_ref ref, uint32_t pid)
{
    struct life *life = life_at(step->arena, ref);
    arena_ref before = 0;
    for (arena_ref kept = life->parked.first; kept != 0; before = kept, kept = task_queue_after(step->arena, kept)) {
        struct task_event task = task_view(step->arena, kept);
        if (task.kind != TASK_EVENT_EXIT || task.pid != pid || words_is_of_exec(&task))
            continue;
        task_queue_remove(step->arena, &life->parked, before, kept);
        step->state->parked_count--;
        if (life->parked.count == 0) {
            life->parked_until_ns = TIME_NEVER;
            life_schedule(step, ref);
        }
        return kept;
    }
    return 0;
}

void park_release(struct step *step, struct text id)
{
    arena_ref ref = life_find(step->arena, step->state, id);
    if (ref == 0)
        return;
    forget_deletions(step, ref);
    park_release_all(step, id);
}

void park_expire(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    if (is_starting(step, life_id(step->arena, ref)) || life->claim.task != 0) {
        set_time(step, ref);
        return;
    }
    step->state->parked_count -= life->parked.count;
    while (life->parked.first != 0) {
        arena_ref kept = life->parked.first;
        struct task_event task = task_view(step->arena, kept);
        task_queue_remove(step->arena, &life->parked, 0, kept);
        if (task.kind != TASK_EVENT_DELETE)
            note_task(step, task.kind == TASK_EVENT_EXIT ? NOTE_CONTAINER_UNKNOWN : NOTE_EVENT_OUTDATED, &task);
        task_queue_append(step->arena, &step->state->retired_tasks, kept);
    }
    is_over(step, ref);
}
