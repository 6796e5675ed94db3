/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/writes.h"

#include "handler/core/actions.h"
#include "handler/core/life.h"
#include "handler/core/overtaken.h"
#include "handler/core/retry.h"
#include "handler/core/subscription.h"

const struct write *writes_at(const struct arena *arena, arena_ref ref)
{
    return arena_at(arena, ref);
}

/* The write is under way with this action. A later write of a record takes the place of one that failed. */
static void send(struct step *step, struct monitor_action *action, arena_ref ref)
{
    struct write *write = arena_at(step->arena, ref);
    struct container_record record = record_view(step->arena, write->record);
    struct store_marks *marks = store_marks(step->arena, &step->state->store, record.id);
    arena_ref life = life_find(step->arena, step->state, record.id);

    if (life != 0)
        writes_drop_failed(step, life);
    write->id = ++step->state->write_id;
    if (write->is_overtaken)
        step->state->overtaken_last = write->id;
    if (marks != NULL)
        marks->write_id = write->id;
    numbers_insert(step->arena, &step->state->writes, write->id, ref);
    action->write_id = write->id;
    if (action->kind == MONITOR_FORGET)
        action->container_id = record.id;
    else
        action->record = record;
}

static struct write *begin(struct step *step, enum monitor_action_kind kind, const struct container_record *record,
                           enum record_change change)
{
    arena_ref ref = arena_alloc(step->arena, sizeof(struct write));
    struct write *write = arena_at(step->arena, ref);
    write->record = record_keep(step->arena, record);
    write->change = change;
    write->is_told = true;
    send(step, action_add(step, kind), ref);
    return write;
}

void writes_put(struct step *step, const struct container_record *record, enum record_change change, bool is_told)
{
    begin(step, MONITOR_PUT, record, change)->is_told = is_told;
}

uint64_t writes_put_exit(struct step *step, const struct container_record *record, arena_ref life)
{
    struct write *write = begin(step, MONITOR_PUT, record, RECORD_EXITED);
    write->life = life;
    return write->id;
}

void writes_forget(struct step *step, const struct container_record *record)
{
    overtaken_forget(step, record->id);
    (void)begin(step, MONITOR_FORGET, record, RECORD_REMOVED);
}

/* The last write of the record, while it is not made; 0 where it is. */
static arena_ref unmade(const struct arena *arena, const struct state *state, struct text id)
{
    const struct store_marks *marks = store_marks(arena, &state->store, id);
    arena_ref life = life_find(arena, state, id);
    uint64_t number = 0;
    arena_ref ref;
    if (life != 0 && life_at(arena, life)->failed_write != 0)
        return life_at(arena, life)->failed_write;
    if (marks == NULL || marks->write_id == 0)
        return 0;
    ref = numbers_next(arena, &state->writes, marks->write_id - 1, &number);
    return number == marks->write_id ? ref : 0;
}

bool writes_left(const struct arena *arena, const struct state *state, struct text id)
{
    return unmade(arena, state, id) != 0;
}

bool writes_exit_left(const struct arena *arena, const struct state *state, struct text id)
{
    arena_ref ref = unmade(arena, state, id);
    return ref != 0 && writes_at(arena, ref)->change == RECORD_EXITED && writes_at(arena, ref)->is_told;
}

arena_ref writes_take(struct step *step)
{
    return numbers_remove(step->arena, &step->state->writes, step->event->write_id);
}

void writes_retire(struct step *step, arena_ref ref)
{
    struct write *write = arena_at(step->arena, ref);
    write->next = step->state->retired_writes;
    step->state->retired_writes = ref;
}

/* ---- failures ---- */

static enum task_event_kind event_kind_of(enum record_change change)
{
    switch (change) {
    case RECORD_CREATED: return TASK_EVENT_CREATE;
    case RECORD_STARTED: return TASK_EVENT_START;
    case RECORD_EXITED: return TASK_EVENT_EXIT;
    case RECORD_REMOVED: return TASK_EVENT_OTHER;
    }
    return TASK_EVENT_OTHER;
}

/* The event that the change comes of, as far as it is known. */
static struct task_event cause_of(const struct step *step, const struct write *write)
{
    struct container_record record = record_view(step->arena, write->record);
    struct task_event task = {.container_id = record.id, .pid = record.pid, .kind = event_kind_of(write->change)};
    if (write->life != 0 && life_at(step->arena, write->life)->task != 0)
        return task_view(step->arena, life_at(step->arena, write->life)->task);
    return task;
}

/* A later write of the same record makes this one needless, and so does a record that is there again, or one that its
 * owner has removed. */
static bool is_wanted(const struct step *step, const struct write *write)
{
    struct text id = record_id(step->arena, write->record);
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    if (write->life != 0)
        return !life_at(step->arena, write->life)->is_unwanted;
    if (write->change == RECORD_REMOVED)
        return marks == NULL;
    return marks != NULL && marks->write_id == write->id;
}

void writes_failed(struct step *step, arena_ref ref)
{
    const struct write *write = writes_at(step->arena, ref);
    struct task_event task = cause_of(step, write);
    bool again = policy_has(step->state->policy, POLICY_RETRY_WRITES) && !subscription_stopped(step->state) &&
                 is_wanted(step, write);
    int64_t delay_ns = 0;

    if (again) {
        arena_ref owner = write->life != 0 ? write->life : life_get(step, record_id(step->arena, write->record));
        struct life *life = life_at(step->arena, owner);
        if (life->failed_write != 0)
            writes_drop_failed(step, owner);
        life->failed_write = ref;
        delay_ns = retry_delay_ns(&life->write_attempt);
        life->write_at_ns = time_add(step->state->now_ns, delay_ns);
        life_schedule(step, owner);
    } else {
        writes_retire(step, ref);
        if (write->life != 0)
            life_rest(step, write->life);
    }
    if (!subscription_stopped(step->state))
        note_task_retry(step, NOTE_STORE_FAILED, &task, step->outcome, delay_ns);
}

void writes_again(struct step *step, arena_ref owner)
{
    struct life *life = life_at(step->arena, owner);
    arena_ref ref = life->failed_write;
    const struct write *write = writes_at(step->arena, ref);
    uint32_t attempt = life->write_attempt;

    life->failed_write = 0;
    life->write_at_ns = TIME_NEVER;
    life_schedule(step, owner);
    send(step, action_add(step, write->change == RECORD_REMOVED ? MONITOR_FORGET : MONITOR_PUT), ref);
    life->write_attempt = attempt;
    if (write->life != 0)
        life->write_id = write->id;
}

void writes_drop_failed(struct step *step, arena_ref owner)
{
    struct life *life = life_at(step->arena, owner);
    bool was_of_exit;
    life->write_attempt = 0;
    if (life->failed_write == 0)
        return;
    /* An exit is put anew, with what the later write says. */
    was_of_exit = writes_at(step->arena, life->failed_write)->life != 0;
    writes_retire(step, life->failed_write);
    life->failed_write = 0;
    life->write_at_ns = TIME_NEVER;
    if (was_of_exit)
        life->retry_at_ns = step->state->now_ns;
    life_schedule(step, owner);
}

/* ---- the end ---- */

void writes_tell(struct step *step, const struct write *write)
{
    struct monitor_action *action;
    if (!write->is_told)
        return;
    action = action_add(step, MONITOR_TELL);
    action->change = write->change;
    action->record = record_view(step->arena, write->record);
}

void writes_release_retired(struct arena *arena, struct state *state)
{
    while (state->retired_writes != 0) {
        arena_ref ref = state->retired_writes;
        const struct write *write = arena_at(arena, ref);
        state->retired_writes = write->next;
        record_release(arena, write->record);
        arena_free(arena, ref, sizeof *write);
    }
}

void writes_hash(const struct arena *arena, arena_ref ref, struct hash *hash)
{
    const struct write *write = writes_at(arena, ref);
    struct container_record record = record_view(arena, write->record);
    hash_u64(hash, (uint64_t)write->change);
    hash_u64(hash, (uint64_t)write->is_told << 1 | (uint64_t)write->is_overtaken);
    hash_u64(hash, write->life != 0);
    container_record_hash(&record, hash);
}
