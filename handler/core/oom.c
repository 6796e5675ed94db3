/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/oom.h"

#include "handler/core/times.h"
#include "handler/core/writes.h"

static const char killed_for_memory[] = "OOMKilled";

uint32_t oom_cost(void)
{
    return writes_put_cost() + store_cost_max();
}

static bool is_marked(const struct step *step, struct text id)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    return marks != NULL && marks->oom;
}

static int set_reason(struct container_record *record, void *context)
{
    record->reason = text_of(context);
    return 0;
}

/* The exit was recorded before anybody knew why. */
static void refine(struct step *step, struct text id)
{
    struct store *store = &step->state->store;
    struct container_record record;
    char reason[sizeof killed_for_memory];
    text_copy(text_of(killed_for_memory), reason, sizeof reason);
    if (store_update(step->arena, store, id, set_reason, reason) == 0 &&
        store_get(step->arena, store, id, &record) == 0)
        writes_put(step, &record, RECORD_EXITED, true);
}

/* Made before this life began, or before it could need memory; one that was found has begun after the instant in which
 * the last one was seen. */
static bool is_of_another_life(const struct container_record *record, int64_t at_ns)
{
    bool is_before = record->found_after_ns != 0 ? at_ns <= record->found_after_ns : at_ns < record->created_at_ns;
    return container_record_state(record) == CONTAINER_CREATED || is_before;
}

/* The event names no process; so where the times do not tell, only the counters do, which are the task's own. */
static bool may_be_of_another(const struct store_marks *marks, const struct container_record *record, int64_t at_ns)
{
    int64_t shown_ns = record->created_at_ns != 0 ? record->created_at_ns : record->started_at_ns;
    return marks->times_mislead || (record->found_after_ns != 0 && at_ns < shown_ns);
}

void oom_told(struct step *step, const struct task_event *task)
{
    struct store_marks *marks = store_marks(step->arena, &step->state->store, task->container_id);
    int64_t at_ns = times_published_ns(&task->published_at, step->event->wall_ns);
    struct container_record record;

    if (!policy_has(step->state->policy, POLICY_OOM) || marks == NULL ||
        store_get(step->arena, &step->state->store, task->container_id, &record) != 0 ||
        is_of_another_life(&record, at_ns))
        return;
    marks->oom_told_ns = step->state->now_ns;
    if (marks->oom)
        return;
    if (may_be_of_another(marks, &record, at_ns)) {
        marks->may_be_oom = container_record_state(&record) == CONTAINER_RUNNING;
        if (marks->may_be_oom || marks->is_counted)
            return;
    }
    marks->oom = true;
    if (container_record_state(&record) == CONTAINER_EXITED && record.exit_code == (int32_t)TASK_STATUS_KILLED &&
        !oom_is_recorded(&record))
        refine(step, task->container_id);
}

void oom_look(struct step *step, struct text id)
{
    struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    if (marks == NULL || (!marks->oom && !marks->may_be_oom) ||
        step->state->list.asked_at_ns < time_add(marks->oom_told_ns, MONITOR_OOM_SURVIVED_NS))
        return;
    marks->ooms_survived += marks->oom && marks->ooms_survived < UINT32_MAX;
    marks->oom = false;
    marks->may_be_oom = false;
}

bool oom_is_counted(const struct step *step, struct text id, uint64_t kills)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    return kills > (marks != NULL ? marks->ooms_survived : 0);
}

bool oom_is_settled(const struct step *step, struct text id)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    return marks != NULL && marks->is_counted;
}

bool oom_is_believed(const struct step *step, struct text id)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    return marks != NULL && marks->may_be_oom;
}

bool oom_is_recorded(const struct container_record *record)
{
    return text_is(record->reason, killed_for_memory);
}

bool oom_is_open(const struct step *step, struct text id, int32_t exit_code)
{
    return policy_has(step->state->policy, POLICY_OOM) && exit_code == (int32_t)TASK_STATUS_KILLED &&
           !is_marked(step, id);
}

struct text oom_reason(const struct step *step, struct text id, int32_t exit_code, bool inferred, bool was_counted)
{
    if (!policy_has(step->state->policy, POLICY_OOM))
        return text_of(NULL);
    if (exit_code == (int32_t)TASK_STATUS_KILLED && (was_counted || is_marked(step, id)))
        return text_of(killed_for_memory);
    if (inferred)
        return text_of("Unknown");
    return text_of(exit_code == 0 ? "Completed" : "Error");
}
