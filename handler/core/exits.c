/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/exits.h"

#include "base/contract.h"
#include "base/error.h"
#include "base/status.h"
#include "handler/core/actions.h"

/* The one wording by which the server of 2017 said that a container is gone. */
static const char gone_in_2017[] = "container does not exist";

uint32_t exits_cost(void)
{
    return arena_cost(sizeof(struct exit)) + map_insert_cost(MONITOR_ID_MAX) + numbers_insert_cost() +
           writes_put_cost() + store_cost_max();
}

const struct exit *exits_of(const struct arena *arena, const struct state *state, struct text container_id)
{
    arena_ref ref = map_get(arena, &state->exits, container_id);
    return ref != 0 ? arena_at(arena, ref) : NULL;
}

bool exits_held(const struct arena *arena, arena_ref ref)
{
    const struct exit *exit = arena_at(arena, ref);
    return exit->call_id == 0 && exit->write_id == 0;
}

bool exits_locked_out(const struct arena *arena, const struct state *state, struct text container_id)
{
    return !policy_has(state->policy, POLICY_NO_LOCK) && store_locked(arena, &state->store, container_id);
}

/* The event stays until the next step: actions of this one speak of it. */
static void retire(struct step *step, arena_ref task)
{
    task_queue_append(step->arena, &step->state->retired_tasks, task);
}

/* Notes why the event is ignored. */
static void ignore(struct step *step, enum note_kind why, arena_ref kept)
{
    struct task_event task = task_view(step->arena, kept);
    note_task(step, why, &task);
    retire(step, kept);
}

static void finish(struct step *step, arena_ref ref)
{
    struct exit *exit = arena_at(step->arena, ref);
    struct task_event task = task_view(step->arena, exit->task);
    arena_ref removed = map_remove(step->arena, &step->state->exits, task.container_id);
    CONTRACT(removed == ref);
    (void)removed;
    retire(step, exit->task);
    arena_free(step->arena, ref, sizeof *exit);
}

static void fail_delete(struct step *step, arena_ref ref, struct outcome outcome)
{
    const struct exit *exit = arena_at(step->arena, ref);
    struct task_event task = task_view(step->arena, exit->task);
    note_task_outcome(step, NOTE_DELETE_FAILED, &task, outcome);
    finish(step, ref);
}

static void call_delete(struct step *step, arena_ref ref)
{
    struct state *state = step->state;
    struct exit *exit = arena_at(step->arena, ref);
    struct monitor_action *action;

    if (state->connection != CONNECTION_ALIVE) {
        fail_delete(step, ref, connection_unusable_outcome(step));
        return;
    }
    exit->connection_id = state->connection_id;
    exit->call_id = ++state->call_id;
    numbers_insert(step->arena, &state->calls, exit->call_id, ref);
    action = action_add(step, MONITOR_CALL);
    action->connection_id = exit->connection_id;
    action->call_id = exit->call_id;
    action->container_id = task_view(step->arena, exit->task).container_id;
    action->timeout_ns = policy_has(state->policy, POLICY_DELETE_DEADLINE) ? EXIT_DELETE_TIMEOUT_NS : 0;
}

void exits_begin(struct step *step, arena_ref kept)
{
    struct task_event task = task_view(step->arena, kept);
    struct container_record record;
    arena_ref ref;

    if (store_get(step->arena, &step->state->store, task.container_id, &record) != 0) {
        ignore(step, NOTE_CONTAINER_UNKNOWN, kept);
        return;
    }
    if (task.pid != record.pid) {
        ignore(step, NOTE_NOT_THE_INIT_PROCESS, kept);
        return;
    }
    if (exits_of(step->arena, step->state, task.container_id) != NULL) {
        ignore(step, NOTE_EXIT_UNDER_WAY, kept);
        return;
    }
    ref = arena_alloc(step->arena, sizeof(struct exit));
    ((struct exit *)arena_at(step->arena, ref))->task = kept;
    map_insert(step->arena, &step->state->exits, task.container_id, ref);
    call_delete(step, ref);
}

/* True where after this answer no task is left that we should delete. */
static bool leaves_nothing(const struct state *state, struct outcome outcome)
{
    if (outcome.status == STATUS_OK || outcome.status == OUTCOME_NOT_OURS)
        return true;
    if (text_is(outcome.text, gone_in_2017))
        return true;
    return outcome.status == STATUS_NOT_FOUND && policy_has(state->policy, POLICY_NOT_FOUND_BY_CODE);
}

/* The time as the 2017 monitor computed it: an absent one is Go's zero time, one too large for nanoseconds wraps. */
static int64_t finished_at_ns(const struct timestamp *at)
{
    return at->present ? time_unix_wrapping(at->seconds, at->nanoseconds) : TIME_GO_ZERO_NS;
}

static void put_exit(struct step *step, arena_ref ref)
{
    struct exit *exit = arena_at(step->arena, ref);
    struct task_event task = task_view(step->arena, exit->task);
    struct container_record record = {.id = task.container_id};
    int result = store_get(step->arena, &step->state->store, task.container_id, &record);

    if (exits_locked_out(step->arena, step->state, task.container_id))
        return;
    /* Its owner has removed it in the meantime. */
    if (result != 0) {
        struct outcome removed = {STATUS_NOT_FOUND, text_of("there is no such record")};
        note_task_outcome(step, NOTE_STORE_FAILED, &task, removed);
        finish(step, ref);
        return;
    }
    if (record.finished_at_ns != 0) {
        note_task(step, NOTE_FINISHED_BEFORE, &task);
        finish(step, ref);
        return;
    }
    record.pid = 0;
    record.finished_at_ns = finished_at_ns(&task.exited_at);
    record.exit_code = (int32_t)task.exit_status;
    exit->write_id = writes_put(step, &record, RECORD_EXITED, ref);
}

void exits_reply(struct step *step)
{
    arena_ref ref = numbers_remove(step->arena, &step->state->calls, step->event->call_id);
    if (ref == 0)
        return;
    ((struct exit *)arena_at(step->arena, ref))->call_id = 0;
    if (leaves_nothing(step->state, step->outcome))
        put_exit(step, ref);
    else
        fail_delete(step, ref, step->outcome);
}

void exits_unlocked(struct step *step, struct text container_id)
{
    arena_ref ref = map_get(step->arena, &step->state->exits, container_id);
    if (ref != 0 && exits_held(step->arena, ref))
        put_exit(step, ref);
}

void exits_record_removed(struct step *step, struct text container_id)
{
    arena_ref ref = map_get(step->arena, &step->state->exits, container_id);
    if (ref == 0)
        return;
    ((struct exit *)arena_at(step->arena, ref))->unwanted = true;
    if (exits_held(step->arena, ref))
        put_exit(step, ref);
}

/* The change that was written, applied to the monitor's own record. */
static int take_written(struct container_record *record, void *context)
{
    const struct container_record *written = context;
    record->pid = written->pid;
    record->finished_at_ns = written->finished_at_ns;
    record->exit_code = written->exit_code;
    return 0;
}

void exits_written(struct step *step, const struct write *write)
{
    struct container_record written = record_view(step->arena, write->record);
    const struct exit *exit = arena_at(step->arena, write->exit);
    /* Its owner has removed the record, and may have set another. */
    int result =
        exit->unwanted ? 0 : store_update(step->arena, &step->state->store, written.id, take_written, &written);
    /* The records were loaded anew, by a store that had not written this one yet. */
    if (result == ERROR_MISSING)
        (void)store_create(step->arena, &step->state->store, &written);
    finish(step, write->exit);
}

void exits_write_failed(struct step *step, const struct write *write)
{
    const struct exit *exit = arena_at(step->arena, write->exit);
    struct task_event task = task_view(step->arena, exit->task);
    if (!subscription_stopped(step->state))
        note_task_outcome(step, NOTE_STORE_FAILED, &task, step->outcome);
    finish(step, write->exit);
}

/* Calls are numbered in the order of their connections, so one of a lost connection is always the first. */
static arena_ref first_lost(const struct arena *arena, const struct state *state, uint64_t *call_id)
{
    arena_ref ref = numbers_next(arena, &state->calls, 0, call_id);
    const struct exit *exit;
    if (ref == 0)
        return 0;
    exit = arena_at(arena, ref);
    if (state->connection != CONNECTION_ABSENT && exit->connection_id == state->connection_id)
        return 0;
    return ref;
}

bool exits_lost_left(const struct arena *arena, const struct state *state)
{
    uint64_t call_id;
    return first_lost(arena, state, &call_id) != 0;
}

void exits_fail_lost(struct step *step, size_t max)
{
    uint64_t call_id;
    for (size_t i = 0; i < max; i++) {
        arena_ref ref = first_lost(step->arena, step->state, &call_id);
        if (ref == 0)
            return;
        (void)numbers_remove(step->arena, &step->state->calls, call_id);
        fail_delete(step, ref, connection_lost_outcome(step));
    }
}

void exits_forget_unwritten(struct step *step)
{
    struct text id = {NULL, 0};
    arena_ref ref;
    while ((ref = map_next(step->arena, &step->state->exits, id, &id)) != 0) {
        const struct exit *exit = arena_at(step->arena, ref);
        if (exit->write_id != 0)
            continue;
        /* The key goes with the exit; the event stays until the next step. */
        id = task_view(step->arena, exit->task).container_id;
        if (exit->call_id != 0)
            (void)numbers_remove(step->arena, &step->state->calls, exit->call_id);
        finish(step, ref);
    }
}
