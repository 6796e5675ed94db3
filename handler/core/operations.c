/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/operations.h"

#include "base/contract.h"
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/ending.h"
#include "handler/core/learn.h"
#include "handler/core/life.h"
#include "handler/core/operation.h"
#include "handler/core/work.h"

static uint64_t going_on_cost(void)
{
    return errand_change_cost() + calls_cost() + learn_cost() + life_cost() + ending_cost() +
           2 * (store_cost_max() + writes_put_cost());
}

uint64_t operations_cost(const struct state *state, const struct monitor_event *event)
{
    uint64_t pieces = (uint64_t)state->errands.map.count + (event->kind == MONITOR_OPERATION);
    uint64_t done = pieces < WORK_PORTION_MAX ? pieces : WORK_PORTION_MAX;
    if (pieces == 0)
        return 0;
    /* Any of them may be answered before it goes on, and when all of them begin to wait each is entered anew. */
    return errand_cost() + (1 + 2 * done) * going_on_cost() + pieces * errand_change_cost();
}

/* Operations wait for the records to be loaded, whatever the policy. */
static bool is_caught_up(const struct state *state)
{
    if (subscription_awaits_records(state))
        return false;
    return !policy_has(state->policy, POLICY_HOLD_OPERATIONS) || list_recovered(state) ||
           state->subscription == SUBSCRIPTION_HANDLING;
}

static bool is_found_waiting(const struct step *step, struct text id)
{
    for (arena_ref kept = step->state->waiting.first; kept != 0; kept = task_queue_after(step->arena, kept)) {
        struct task_event task = task_view(step->arena, kept);
        if (task.is_found && text_equal(task.container_id, id))
            return true;
    }
    return false;
}

/* What a list has shown of a container is not in its record before it has been confirmed, nor an end before it is
 * written: until then its own operations wait, and nobody else's. */
static bool is_settled(const struct step *step, struct text id)
{
    const struct state *state = step->state;
    arena_ref ref = life_find(step->arena, state, id);

    if (!policy_has(state->policy, POLICY_HOLD_OPERATIONS))
        return true;
    if (ref != 0 && life_blocks(step->arena, state, id))
        return false;
    if (ref != 0 && life_at(step->arena, ref)->stage == LIFE_VERIFYING) {
        const struct life *life = life_at(step->arena, ref);
        if (life->task == 0 || life->told.is_known || task_view(step->arena, life->task).is_found)
            return false;
    }
    return !is_found_waiting(step, id);
}

/* An operation hurries what is under way for its container, once, as soon as it is asked for and that can be. */
static void hurry(struct step *step, struct errand *errand)
{
    if (errand->has_hurried || !is_caught_up(step->state))
        return;
    errand->has_hurried = true;
    if (errand->kind != OPERATION_STATUS && policy_has(step->state->policy, POLICY_KICK_RETRIES))
        life_kick(step, errand_container(step->arena, errand));
}

/* ---- taking in ---- */

static void refuse(struct step *step, int status, const char *why)
{
    struct monitor_action *action = action_add(step, MONITOR_ANSWER);
    action->operation = step->event->operation;
    action->operation.container_id = text_of(NULL);
    action->outcome = (struct outcome){status, text_of(why)};
}

void operations_ask(struct step *step)
{
    const struct operation *operation = &step->event->operation;
    arena_ref ref;

    CONTRACT(operation->id != 0 && errand_find(step->arena, step->state, operation->id) == 0);
    if (subscription_stopped(step->state))
        return;
    if (operation->container_id.length == 0 || operation->container_id.length > MONITOR_ID_MAX) {
        refuse(step, STATUS_INVALID_ARGUMENT, "the container id is empty or too long");
        return;
    }
    if (step->state->errands.map.count >= MONITOR_OPERATIONS_MAX) {
        refuse(step, STATUS_RESOURCE_EXHAUSTED, "too many operations are under way");
        return;
    }
    if (operation->kind != OPERATION_STATUS &&
        errand_count(step->arena, step->state, operation->container_id, MONITOR_OPERATIONS_OF_ONE_MAX) ==
            MONITOR_OPERATIONS_OF_ONE_MAX) {
        refuse(step, STATUS_RESOURCE_EXHAUSTED, "too many operations on this container are under way");
        return;
    }
    ref = errand_new(step, operation);
    hurry(step, errand_at(step->arena, ref));
    if (errand_at(step->arena, ref)->is_first)
        errand_wait(step, ref, step->state->now_ns);
    else if (operation->kind == OPERATION_STOP)
        errand_wait(step, errand_first(step->arena, step->state, operation->container_id), step->state->now_ns);
}

/* The owner waits no more. What has an effect already goes on to its end, except that nothing more is done to stop a
 * container for an owner that does not want it any more. */
static void forsake(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    bool ends = errand->stage == ERRAND_WAITING || errand->stage == ERRAND_AWAITING;

    errand->is_awaited = false;
    if (errand->kind == OPERATION_STOP && errand->stage != ERRAND_WAITING)
        ends = policy_has(step->state->policy, POLICY_STOP_ONCE);
    if (!ends) {
        errand_schedule(step, ref);
        return;
    }
    /* The first of several stops may have waited only for as long as this one did. */
    if (errand->kind == OPERATION_STOP && !errand->is_first) {
        arena_ref first = errand_first(step->arena, step->state, errand_container(step->arena, errand));
        errand_wait(step, first, step->state->now_ns);
    }
    errand_end(step, ref);
}

void operations_abandon(struct step *step)
{
    arena_ref ref = errand_find(step->arena, step->state, step->event->operation.id);
    if (ref != 0 && errand_at(step->arena, ref)->is_awaited)
        forsake(step, ref);
}

void operations_stop(struct step *step)
{
    errand_end_all(step);
    step->state->caught_up = false;
}

/* ---- going on ---- */

static void answer_status(struct step *step, arena_ref ref)
{
    struct container_record record;
    struct outcome missing = {STATUS_NOT_FOUND, text_of("there is no such container")};
    struct outcome found = {STATUS_OK, {NULL, 0}};
    bool is_there = operation_record(step, ref, &record) != CONTAINER_UNKNOWN;
    operation_finish(step, ref, is_there ? found : missing);
}

/* False where it has to wait, or has waited long enough. */
static bool may_begin(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    bool caught_up = is_caught_up(step->state);
    bool is_held = caught_up && !is_settled(step, errand_container(step->arena, errand));
    int64_t until_ns = time_add(is_held ? errand->first_at_ns : errand->asked_at_ns, MONITOR_RECOVERING_MAX_NS);
    struct outcome recovering = {STATUS_ABORTED, text_of("recovering")};

    if (!errand->is_first)
        return false;
    hurry(step, errand);
    errand_hold(step, ref, is_held);
    if (caught_up && !is_held) {
        errand->began_at_ns = step->state->now_ns;
        return true;
    }
    if (step->state->now_ns >= until_ns)
        operation_finish_late(step, ref, recovering);
    else
        errand_wait(step, ref, until_ns);
    return false;
}

static void go_on(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    if (errand->stage == ERRAND_WAITING && !may_begin(step, ref))
        return;
    switch (errand->kind) {
    case OPERATION_CREATE: operation_create_go_on(step, ref); return;
    case OPERATION_START: operation_start_go_on(step, ref); return;
    case OPERATION_STOP: operation_stop_go_on(step, ref); return;
    case OPERATION_REMOVE: operation_remove_go_on(step, ref); return;
    case OPERATION_STATUS: answer_status(step, ref); return;
    }
}

static void wake(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    struct outcome late = {STATUS_DEADLINE_EXCEEDED, text_of("the owner's time for the operation is over")};
    int64_t now_ns = step->state->now_ns;

    if (errand->go_on_at_ns <= now_ns) {
        errand->go_on_at_ns = TIME_NEVER;
        go_on(step, ref);
    }
    if (errand->is_awaited && errand->expires_at_ns <= now_ns) {
        operation_answer(step, ref, late);
        forsake(step, ref);
    } else if (errand_find(step->arena, step->state, errand->id) == ref) {
        errand_schedule(step, ref);
    }
}

void operations_answered(struct step *step, const struct call *call, struct outcome outcome)
{
    arena_ref ref = call->subject;
    struct errand *errand = errand_at(step->arena, ref);
    errand->call_id = 0;
    switch (errand->kind) {
    case OPERATION_CREATE: operation_create_answered(step, ref, outcome); return;
    case OPERATION_START: operation_start_answered(step, ref, call, outcome); return;
    case OPERATION_STOP: operation_stop_answered(step, ref, call, outcome); return;
    case OPERATION_REMOVE: operation_remove_answered(step, ref, call, outcome); return;
    case OPERATION_STATUS: return;
    }
}

/* ---- what they wait for ---- */

/* Those that were held may begin, and what could not be asked for can be again. */
static bool is_released(const struct state *state, const struct errand *errand)
{
    if (errand->stage == ERRAND_WAITING)
        return errand->is_first;
    return errand->stage != ERRAND_AWAITING && errand->call_id == 0 && policy_has(state->policy, POLICY_KICK_RETRIES);
}

static void release(struct step *step)
{
    uint64_t id = 0;
    arena_ref ref;
    bool caught_up = is_caught_up(step->state);
    bool is_new = caught_up && !step->state->caught_up;

    step->state->caught_up = caught_up;
    if (!is_new)
        return;
    while ((ref = numbers_next(step->arena, &step->state->errands, id, &id)) != 0)
        if (is_released(step->state, errand_at(step->arena, ref)))
            errand_wait(step, ref, step->state->now_ns);
}

/* The Stop of 2017 does not see a change before it looks for it. */
static bool sees_changes(const struct state *state, const struct errand *errand)
{
    return errand->stage != ERRAND_WAITING &&
           (errand->kind != OPERATION_STOP || policy_has(state->policy, POLICY_AWAIT_EXIT));
}

static void look_at_held(struct step *step)
{
    uint64_t id = 0;
    arena_ref ref;
    while (step->state->errands_held > 0 && (ref = numbers_next(step->arena, &step->state->errands, id, &id)) != 0) {
        const struct errand *errand = errand_at(step->arena, ref);
        if (!errand->is_held || !is_settled(step, errand_container(step->arena, errand)))
            continue;
        errand_hold(step, ref, false);
        errand_wait(step, ref, step->state->now_ns);
    }
}

static bool is_awaited_write(const struct errand *errand, const struct monitor_action *action)
{
    bool is_end = errand->kind != OPERATION_REMOVE || action->change == RECORD_REMOVED;
    return errand->stage == ERRAND_RECORDING && action->kind == MONITOR_TELL && is_end;
}

static void look_at_changes(struct step *step)
{
    for (size_t i = 0; i < step->actions->count; i++) {
        const struct monitor_action *action = &step->actions->items[i];
        bool changes = action->kind == MONITOR_PUT || action->kind == MONITOR_TELL || action->kind == MONITOR_FORGET;
        arena_ref ref;
        if (!changes)
            continue;
        ref = errand_first(step->arena, step->state,
                           action->kind == MONITOR_FORGET ? action->container_id : action->record.id);
        if (ref == 0 || !sees_changes(step->state, errand_at(step->arena, ref)))
            continue;
        errand_at(step->arena, ref)->is_written = is_awaited_write(errand_at(step->arena, ref), action);
        errand_wait(step, ref, step->state->now_ns);
    }
}

void operations_do(struct step *step)
{
    /* Whether the monitor has caught up is asked for only where somebody waits for it. */
    if (step->state->errands.map.count == 0)
        return;
    release(step);
    look_at_held(step);
    look_at_changes(step);
    for (size_t i = 0; i < WORK_PORTION_MAX && actions_room(step) >= WORK_ROOM; i++) {
        arena_ref ref = errand_take_due(step);
        if (ref == 0)
            return;
        wake(step, ref);
    }
}

int64_t operations_deadline_ns(const struct arena *arena, const struct state *state)
{
    int64_t due_ns = errand_deadline_ns(arena, state);
    return due_ns < state->now_ns ? state->now_ns : due_ns;
}
