/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/answers.h"
#include "handler/core/learn.h"
#include "handler/core/life.h"
#include "handler/core/operation.h"

/* As the create event would, had it come first. */
static void created(struct step *step, arena_ref ref, uint32_t pid)
{
    struct text id = errand_container(step->arena, errand_at(step->arena, ref));
    struct task_event task = {.kind = TASK_EVENT_CREATE, .container_id = id, .process_id = id, .pid = pid};
    struct outcome full = {STATUS_RESOURCE_EXHAUSTED, text_of("there are too many containers")};
    struct container_record record = {.pid = 0};

    if (!life_idle(step->arena, step->state, id)) {
        /* An end of the last life is found out only now. */
        if (errand_at(step->arena, ref)->stage != ERRAND_VERIFYING)
            errand_move(step, ref, ERRAND_VERIFYING);
        operation_try_later(step, ref);
        return;
    }
    /* Who has created it knows that it is the next one. */
    (void)operation_record(step, ref, &record);
    task.incarnation = record.incarnation + 1;
    (void)learn_create(step, &task);
    if (operation_record(step, ref, &record) == CONTAINER_UNKNOWN)
        operation_finish(step, ref, full);
    else
        operation_finish_written(step, ref);
}

static void call_create(struct step *step, arena_ref ref)
{
    errand_move(step, ref, ERRAND_CALLING);
    if (!operation_call_start(step, ref, MONITOR_CALL_CREATE))
        operation_finish(step, ref, connection_unusable_outcome(step));
}

/* A container that has exited may live again once nothing of its last life is left. */
static void begin(struct step *step, arena_ref ref)
{
    struct container_record record;
    enum container_state state = operation_record(step, ref, &record);
    bool is_ancestor = !policy_has(step->state->policy, POLICY_NO_LOCK);

    if (state == CONTAINER_CREATED || state == CONTAINER_RUNNING || (is_ancestor && state == CONTAINER_EXITED)) {
        operation_refuse(step, ref, state);
    } else if (is_ancestor) {
        created(step, ref, 0);
    } else if (state == CONTAINER_EXITED && (!life_idle(step->arena, step->state, record.id) ||
                                             life_is_claimed(step->arena, step->state, record.id))) {
        operation_await_rest(step, ref);
    } else {
        call_create(step, ref);
    }
}

void operation_create_go_on(struct step *step, arena_ref ref)
{
    struct container_record record;
    enum container_state state = operation_record(step, ref, &record);
    switch (errand_at(step->arena, ref)->stage) {
    case ERRAND_WAITING: begin(step, ref); return;
    case ERRAND_AWAITING:
        if (errand_at(step->arena, ref)->is_done)
            operation_finish_written(step, ref);
        else
            begin(step, ref);
        return;
    case ERRAND_CALLING:
    case ERRAND_VERIFYING:
        /* The event has told it. */
        if (state == CONTAINER_CREATED || state == CONTAINER_RUNNING)
            operation_finish_written(step, ref);
        else if (errand_at(step->arena, ref)->stage == ERRAND_VERIFYING && errand_at(step->arena, ref)->call_id == 0)
            operation_verify(step, ref);
        return;
    case ERRAND_CREATING:
    case ERRAND_RECORDING:
    case ERRAND_CLEANING: return;
    }
}

static void failed(struct step *step, arena_ref ref, struct outcome outcome)
{
    if (!policy_has(step->state->policy, POLICY_VERIFY_START) ||
        answer_meaning(step->state->policy, outcome) == ANSWER_FATAL) {
        operation_finish(step, ref, outcome);
        return;
    }
    operation_look_up(step, ref, outcome);
}

static void create_again(struct step *step, arena_ref ref)
{
    if (!calls_possible(step->state)) {
        operation_try_later(step, ref);
        return;
    }
    call_create(step, ref);
}

static void verified(struct step *step, arena_ref ref, struct outcome outcome)
{
    const struct errand *errand = errand_at(step->arena, ref);
    struct outcome failure = {errand->failure.status, arena_text_get(step->arena, errand->failure.text)};
    struct process_state told = operation_told(step);
    bool is_gone = answer_meaning(step->state->policy, outcome) == ANSWER_GONE;

    if (outcome.status == STATUS_OK && (told.status == PROCESS_CREATED || told.status == PROCESS_RUNNING))
        created(step, ref, told.pid);
    else if (is_gone && operation_starts_again(step, ref))
        create_again(step, ref);
    else if (outcome.status == STATUS_OK || is_gone)
        operation_finish(step, ref, failure);
    else
        operation_try_later(step, ref);
}

void operation_create_answered(struct step *step, arena_ref ref, struct outcome outcome)
{
    if (errand_at(step->arena, ref)->stage == ERRAND_VERIFYING)
        verified(step, ref, outcome);
    else if (outcome.status == STATUS_OK)
        created(step, ref, operation_told(step).pid);
    else
        failed(step, ref, outcome);
}
