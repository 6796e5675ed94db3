/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/learn.h"

#include "base/contract.h"
#include "base/error.h"
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/forget.h"

uint32_t learn_cost(void)
{
    return store_cost_max() + record_cost_max() + writes_put_cost() + forget_cost();
}

/* When the server made the event; where it does not say, when it came. */
static int64_t published_at_ns(const struct step *step, const struct task_event *task)
{
    int64_t at_ns;
    if (task->published_at.present &&
        time_unix_checked(task->published_at.seconds, task->published_at.nanoseconds, &at_ns))
        return at_ns;
    return step->event->wall_ns;
}

static int replace(struct container_record *record, void *context)
{
    *record = *(const struct container_record *)context;
    return 0;
}

/* Adds the record, where need be in place of an old one; ERROR_LIMIT where there is none that may go. */
static int add(struct step *step, const struct container_record *record)
{
    if (forget_is_due(step->state) && !forget_one(step))
        return ERROR_LIMIT;
    return store_create(step->arena, &step->state->store, record);
}

/* Makes the record what it should be, and puts it. */
static void learn(struct step *step, const struct task_event *task, const struct container_record *record,
                  enum record_change change)
{
    struct state *state = step->state;
    struct outcome full = {STATUS_RESOURCE_EXHAUSTED, text_of("too many writes are under way")};
    struct container_record copy = *record;
    int result = store_update(step->arena, &state->store, record->id, replace, &copy);

    if (result == ERROR_MISSING)
        result = add(step, record);
    if (result == ERROR_LIMIT) {
        note_task(step, NOTE_TOO_MANY_CONTAINERS, task);
        return;
    }
    CONTRACT(result == 0);
    if (state->writes.map.count >= MONITOR_WRITES_MAX)
        note_task_outcome(step, NOTE_STORE_FAILED, task, full);
    else
        writes_put(step, record, change, true);
}

void learn_create(struct step *step, const struct task_event *task)
{
    struct container_record record = {.id = task->container_id};
    struct container_record known;

    /* The same process: a create that its start has overtaken, or one told again. */
    if (store_get(step->arena, &step->state->store, task->container_id, &known) == 0 &&
        container_record_state(&known) != CONTAINER_EXITED && known.pid == task->pid)
        record = known;
    record.pid = task->pid;
    if (record.created_at_ns == 0)
        record.created_at_ns = published_at_ns(step, task);
    learn(step, task, &record, RECORD_CREATED);
}

void learn_start(struct step *step, const struct task_event *task)
{
    struct container_record record = {.id = task->container_id};

    if (store_get(step->arena, &step->state->store, task->container_id, &record) == 0 &&
        container_record_state(&record) == CONTAINER_EXITED)
        return; /* A short life's exit may overtake its start, which must not bring it back to life. */
    record.pid = task->pid;
    record.started_at_ns = published_at_ns(step, task);
    learn(step, task, &record, RECORD_STARTED);
}
