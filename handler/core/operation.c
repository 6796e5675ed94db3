/* SPDX-License-Identifier: Apache-2.0 */
/* What the operations share. */
#include "handler/core/operation.h"

#include "base/contract.h"
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/answers.h"
#include "handler/core/ending.h"
#include "handler/core/life.h"
#include "handler/core/retry.h"
#include "handler/core/writes.h"

bool operation_call(struct step *step, arena_ref ref, enum monitor_call call, uint32_t signal, int64_t timeout_ns)
{
    struct errand *errand = errand_at(step->arena, ref);
    struct monitor_action *action;

    CONTRACT(errand->call_id == 0);
    if (!calls_possible(step->state))
        return false;
    action = calls_begin(step, call, CALL_OF_ERRAND, ref);
    errand->call_id = action->call_id;
    action->container_id = errand_container(step->arena, errand);
    action->signal = signal;
    action->timeout_ns = timeout_ns;
    return true;
}

/* ---- calls of which nobody knows what has come ---- */

static int64_t start_timeout_ns(const struct step *step, const struct errand *errand)
{
    int64_t left_ns = time_add(errand->began_at_ns, OPERATION_START_TIMEOUT_NS) - step->state->now_ns;
    if (errand->starts == 0)
        return OPERATION_START_TIMEOUT_NS;
    return left_ns > OPERATION_CALL_TIMEOUT_NS ? left_ns : OPERATION_CALL_TIMEOUT_NS;
}

bool operation_call_start(struct step *step, arena_ref ref, enum monitor_call call)
{
    struct errand *errand = errand_at(step->arena, ref);
    if (!operation_call(step, ref, call, 0, start_timeout_ns(step, errand)))
        return false;
    errand->starts++;
    return true;
}

static bool is_unclear(const struct step *step, struct outcome outcome)
{
    return step->event->kind != MONITOR_REPLY || outcome.status == STATUS_UNAVAILABLE ||
           outcome.status == STATUS_DEADLINE_EXCEEDED || outcome.status == STATUS_CANCELLED;
}

void operation_keep_failure(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct errand *errand = errand_at(step->arena, ref);
    arena_text_free(step->arena, &errand->failure.text);
    errand->failure.status = outcome.status;
    errand->failure.text = arena_text_new(step->arena, outcome.text);
}

void operation_verify(struct step *step, arena_ref ref)
{
    if (!operation_call(step, ref, MONITOR_CALL_GET, 0, OPERATION_CALL_TIMEOUT_NS))
        operation_try_later(step, ref);
}

void operation_look_up(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct errand *errand = errand_at(step->arena, ref);
    operation_keep_failure(step, ref, outcome);
    errand->is_unclear = errand->is_unclear || is_unclear(step, outcome);
    errand_move(step, ref, ERRAND_VERIFYING);
    if (errand->starts < 2)
        operation_verify(step, ref);
    else
        errand_wait(step, ref, time_add(step->state->now_ns, retry_same_delay_ns(errand->starts - 2)));
}

bool operation_starts_again(const struct step *step, arena_ref ref)
{
    const struct errand *errand = errand_at(step->arena, ref);
    return errand->is_unclear && errand->starts < MONITOR_STARTS_MAX;
}

/* ---- killing ---- */

void operation_kill_left(struct step *step, arena_ref ref)
{
    const struct errand *errand = errand_at(step->arena, ref);
    bool is_known_whose = !policy_has(step->state->policy, POLICY_RELIST) ||
                          list_has_told(step->state, errand_container(step->arena, errand));
    if (!is_known_whose ||
        !operation_call(step, ref, MONITOR_CALL_KILL, OPERATION_SIGNAL_KILL, OPERATION_CALL_TIMEOUT_NS))
        errand_wait(step, ref, time_add(step->state->now_ns, retry_same_delay_ns(errand->attempt)));
}

bool operation_is_killed(struct step *step, arena_ref ref, struct outcome outcome)
{
    if (answer_meaning(step->state->policy, outcome) != ANSWER_RETRY ||
        errand_at(step->arena, ref)->attempt + 1 >= MONITOR_KILLS_MAX)
        return true;
    operation_try_later(step, ref);
    return false;
}

int64_t operation_time_left_ns(const struct step *step, const struct errand *errand)
{
    if (errand->expires_at_ns == TIME_NEVER)
        return 0;
    return errand->expires_at_ns > step->state->now_ns ? errand->expires_at_ns - step->state->now_ns : 1;
}

void operation_try_later(struct step *step, arena_ref ref)
{
    int64_t delay_ns = retry_delay_ns(&errand_at(step->arena, ref)->attempt);
    errand_wait(step, ref, time_add(step->state->now_ns, delay_ns));
}

static int64_t late_at_ns(const struct step *step, arena_ref ref)
{
    return time_add(errand_at(step->arena, ref)->first_at_ns, MONITOR_REST_MAX_NS);
}

void operation_wait_at_most(struct step *step, arena_ref ref)
{
    errand_wait(step, ref, late_at_ns(step, ref));
}

bool operation_is_late(const struct step *step, arena_ref ref)
{
    return step->state->now_ns >= late_at_ns(step, ref);
}

/* The end of a Delete shows in the record, and wakes the errand; that of anything else is looked for. */
void operation_await_rest(struct step *step, arena_ref ref)
{
    struct outcome late = {STATUS_UNAVAILABLE, text_of("the task of its last life is still to be deleted")};
    if (operation_is_late(step, ref)) {
        operation_finish_late(step, ref, late);
        return;
    }
    if (errand_at(step->arena, ref)->stage != ERRAND_AWAITING)
        errand_move(step, ref, ERRAND_AWAITING);
    operation_try_later(step, ref);
    errand_wait(step, ref, time_min(errand_at(step->arena, ref)->go_on_at_ns, late_at_ns(step, ref)));
}

enum container_state operation_record(const struct step *step, arena_ref ref, struct container_record *ret_record)
{
    struct text id = errand_container(step->arena, errand_at(step->arena, ref));
    if (store_get(step->arena, &step->state->store, id, ret_record) != 0)
        return CONTAINER_UNKNOWN;
    return container_record_state(ret_record);
}

void operation_keep_record(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    struct container_record record;
    if (errand->answer == 0 &&
        store_get(step->arena, &step->state->store, errand_container(step->arena, errand), &record) == 0)
        errand->answer = record_keep(step->arena, &record);
}

void operation_answer(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct errand *errand = errand_at(step->arena, ref);
    struct monitor_action *action;

    if (!errand->is_awaited)
        return;
    errand->is_awaited = false;
    action = action_add(step, MONITOR_ANSWER);
    action->operation = (struct operation){.id = errand->id,
                                           .kind = errand->kind,
                                           .container_id = errand_container(step->arena, errand),
                                           .grace_ns = errand->grace_ns};
    if (errand->expires_at_ns != TIME_NEVER)
        action->operation.timeout_ns = errand->expires_at_ns - errand->asked_at_ns;
    action->outcome = outcome;
    /* The record may change in this very step after it is told. */
    operation_keep_record(step, ref);
    if (errand->answer != 0)
        action->record = record_view(step->arena, errand->answer);
}

void operation_finish(struct step *step, arena_ref ref, struct outcome outcome)
{
    operation_answer(step, ref, outcome);
    errand_end(step, ref);
}

void operation_finish_late(struct step *step, arena_ref ref, struct outcome outcome)
{
    errand_at(step->arena, ref)->is_late = true;
    operation_finish(step, ref, outcome);
}

void operation_finish_ok(struct step *step, arena_ref ref)
{
    struct outcome ok = {STATUS_OK, {NULL, 0}};
    operation_finish(step, ref, ok);
}

void operation_finish_written(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    struct outcome recovering = {STATUS_ABORTED, text_of("recovering")};
    bool waits = policy_has(step->state->policy, POLICY_JOURNAL) &&
                 policy_has(step->state->policy, POLICY_RETRY_WRITES) &&
                 writes_left(step->arena, step->state, errand_container(step->arena, errand));
    if (waits && !errand->is_done) {
        errand->is_done = true;
        calls_forget(step, errand->call_id);
        errand->call_id = 0;
        errand->until_ns = time_add(step->state->now_ns, MONITOR_RECOVERING_MAX_NS);
        errand_move(step, ref, ERRAND_AWAITING);
    }
    if (!waits)
        operation_finish_ok(step, ref);
    else if (step->state->now_ns >= errand->until_ns)
        operation_finish_late(step, ref, recovering);
    else
        errand_wait(step, ref, errand->until_ns);
}

void operation_refuse(struct step *step, arena_ref ref, enum container_state state)
{
    struct outcome outcome = {STATUS_FAILED_PRECONDITION, {NULL, 0}};
    switch (state) {
    case CONTAINER_UNKNOWN: outcome = (struct outcome){STATUS_NOT_FOUND, text_of("there is no such container")}; break;
    case CONTAINER_CREATED: outcome.text = text_of("the container is CREATED"); break;
    case CONTAINER_RUNNING: outcome.text = text_of("the container is RUNNING"); break;
    case CONTAINER_EXITED: outcome.text = text_of("the container is EXITED"); break;
    }
    operation_finish(step, ref, outcome);
}

struct process_state operation_told(const struct step *step)
{
    struct process_state nothing = {.status = PROCESS_UNKNOWN};
    return step->event->kind == MONITOR_REPLY ? step->event->process : nothing;
}

void operation_delete_left(struct step *step, arena_ref ref)
{
    struct text id = errand_container(step->arena, errand_at(step->arena, ref));
    struct monitor_action *action;

    if (policy_has(step->state->policy, POLICY_JOURNAL)) {
        if (life_idle(step->arena, step->state, id))
            ending_resume(step, life_get(step, id));
        return;
    }
    if (!calls_possible(step->state))
        return;
    action = calls_begin(step, MONITOR_CALL_DELETE, CALL_OF_NOBODY, 0);
    action->container_id = id;
    action->timeout_ns = operation_time_left_ns(step, errand_at(step->arena, ref));
}
