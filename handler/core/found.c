/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/found.h"

#include "handler/core/life.h"

uint32_t found_cost(void)
{
    return FOUND_EVENTS_MAX * task_found_cost_max();
}

/* What finds no room now is found by the next list, which is not the next sweep. */
static bool has_room(struct step *step, struct text id)
{
    const struct state *state = step->state;
    size_t max = life_holds_up(step->arena, state, id) ? MONITOR_WAITING_HELD_MAX : MONITOR_WAITING_MAX;
    if (state->waiting.count + state->parked_count + FOUND_EVENTS_MAX <= max)
        return true;
    list_want(step);
    return false;
}

static void add(struct step *step, enum task_event_kind kind, struct text id, const struct process_state *process,
                uint64_t incarnation)
{
    struct task_event task = {.kind = kind,
                              .container_id = id,
                              .process_id = id,
                              .pid = process->pid,
                              .exit_status = process->exit_status,
                              .exited_at = process->exited_at,
                              .is_found = true,
                              .incarnation = incarnation};
    /* The API of 2017 keeps the end from who asks. */
    if (kind == TASK_EVENT_EXIT && !process->tells_exit) {
        task.pid = 0;
        task.exit_status = TASK_STATUS_UNKNOWN;
        task.exited_at.present = false;
    }
    task_queue_append(step->arena, &step->state->waiting, task_keep(step->arena, &task));
}

/* The number of the life that the record is of, 0 where there is none. */
static uint64_t incarnation_of(const struct step *step, struct text id)
{
    struct container_record record = {.incarnation = 0};
    (void)store_get(step->arena, &step->state->store, id, &record);
    return record.incarnation;
}

/* A record without a pid that has not started is that of a container whose task its owner has yet to make: no such one
 * may be left by a crash between two events. */
static bool is_told_by_start(const struct step *step, struct text id, const struct process_state *process)
{
    return process->pid == 0 && process->status != PROCESS_CREATED &&
           store_marks(step->arena, &step->state->store, id) == NULL;
}

bool found_life(struct step *step, struct text id, const struct process_state *process)
{
    return found_later_life(step, id, process, incarnation_of(step, id) + 1);
}

bool found_later_life(struct step *step, struct text id, const struct process_state *process, uint64_t incarnation)
{
    if (!has_room(step, id))
        return false;
    if (!is_told_by_start(step, id, process))
        add(step, TASK_EVENT_CREATE, id, process, incarnation);
    if (process->status != PROCESS_CREATED)
        add(step, TASK_EVENT_START, id, process, incarnation);
    if (process->status == PROCESS_STOPPED)
        add(step, TASK_EVENT_EXIT, id, process, incarnation);
    return true;
}

bool found_started(struct step *step, struct text id, const struct process_state *process)
{
    if (!has_room(step, id))
        return false;
    add(step, TASK_EVENT_START, id, process, incarnation_of(step, id));
    return true;
}

bool found_pid(struct step *step, struct text id, const struct process_state *process)
{
    if (!has_room(step, id))
        return false;
    add(step, process->status == PROCESS_CREATED ? TASK_EVENT_CREATE : TASK_EVENT_START, id, process,
        incarnation_of(step, id));
    return true;
}

bool found_doubtful(struct step *step, struct text id, const struct process_state *process)
{
    if (!has_room(step, id))
        return false;
    add(step, process->status == PROCESS_CREATED ? TASK_EVENT_CREATE : TASK_EVENT_START, id, process, 0);
    return true;
}

bool found_later_end(struct step *step, struct text id, const struct process_state *process, uint64_t incarnation)
{
    if (!has_room(step, id))
        return false;
    add(step, TASK_EVENT_EXIT, id, process, incarnation);
    return true;
}

bool found_ended(struct step *step, struct text id, const struct process_state *process)
{
    return found_later_end(step, id, process, incarnation_of(step, id));
}
