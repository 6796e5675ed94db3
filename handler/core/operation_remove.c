/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/answers.h"
#include "handler/core/ending.h"
#include "handler/core/life.h"
#include "handler/core/operation.h"
#include "handler/core/writes.h"

static int set_pending(struct container_record *record, void *context)
{
    (void)context;
    record->delete_pending = true;
    return 0;
}

/* Its task was made and never started: it goes before its record does. */
static void clean_begin(struct step *step, arena_ref ref)
{
    struct container_record record;
    struct text id = errand_container(step->arena, errand_at(step->arena, ref));

    if (policy_has(step->state->policy, POLICY_JOURNAL) &&
        store_update(step->arena, &step->state->store, id, set_pending, NULL) == 0 &&
        store_get(step->arena, &step->state->store, id, &record) == 0)
        writes_put(step, &record, RECORD_CREATED, false);
    errand_move(step, ref, ERRAND_CLEANING);
    errand_wait(step, ref, step->state->now_ns);
}

/* Somebody else may have started it in the meantime. */
static bool has_started(const struct step *step, arena_ref ref)
{
    struct container_record record;
    return operation_record(step, ref, &record) != CONTAINER_CREATED;
}

static void begin_anew(struct step *step, arena_ref ref)
{
    errand_move(step, ref, ERRAND_AWAITING);
    errand_wait(step, ref, step->state->now_ns);
}

static void clean(struct step *step, arena_ref ref)
{
    if (errand_at(step->arena, ref)->call_id != 0)
        return;
    if (has_started(step, ref))
        begin_anew(step, ref);
    else
        operation_kill_left(step, ref);
}

static void failed(struct step *step, arena_ref ref, struct outcome outcome)
{
    if (!policy_has(step->state->policy, POLICY_RETRY_DELETES))
        operation_finish(step, ref, outcome);
    else if (operation_is_late(step, ref))
        operation_finish_late(step, ref, outcome);
    else
        operation_try_later(step, ref);
}

static void call_remove(struct step *step, arena_ref ref)
{
    if (errand_at(step->arena, ref)->stage != ERRAND_CALLING)
        errand_move(step, ref, ERRAND_CALLING);
    if (operation_call(step, ref, MONITOR_CALL_REMOVE, 0, OPERATION_CALL_TIMEOUT_NS))
        return;
    failed(step, ref, connection_unusable_outcome(step));
}

/* Nothing of its life is to be left behind. */
static void begin(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    struct container_record record;
    enum container_state state = operation_record(step, ref, &record);

    if (state == CONTAINER_UNKNOWN || state == CONTAINER_RUNNING) {
        operation_refuse(step, ref, state);
    } else if (!life_idle(step->arena, step->state, record.id)) {
        operation_await_rest(step, ref);
    } else if (state == CONTAINER_CREATED && record.pid != 0 && !errand->was_sent &&
               policy_has(step->state->policy, POLICY_KILL_CREATED)) {
        errand->was_sent = true;
        clean_begin(step, ref);
    } else if (state == CONTAINER_EXITED && record.delete_pending) {
        /* No list has told of its task yet; whose it is does not matter any more. Where it has come in doubt since, one
         * will. */
        if (!errand->was_sent)
            operation_delete_left(step, ref);
        errand->was_sent = true;
        operation_await_rest(step, ref);
    } else {
        call_remove(step, ref);
    }
}

/* What the owner is told to be gone no crash is to bring back, so the store forgets it first, where the policy makes a
 * write that failed again. */
static void removed(struct step *step, arena_ref ref)
{
    struct text id = errand_container(step->arena, errand_at(step->arena, ref));
    struct outcome ok = {STATUS_OK, {NULL, 0}};
    struct container_record record;
    bool is_there = operation_record(step, ref, &record) != CONTAINER_UNKNOWN;
    bool waits = is_there && policy_has(step->state->policy, POLICY_JOURNAL) &&
                 policy_has(step->state->policy, POLICY_RETRY_WRITES);

    if (waits) {
        operation_keep_record(step, ref);
        errand_move(step, ref, ERRAND_RECORDING);
        operation_wait_at_most(step, ref);
    } else {
        operation_answer(step, ref, ok);
    }
    if (is_there) {
        writes_forget(step, &record);
        store_delete(step->arena, &step->state->store, id);
        ending_record_removed(step, id);
    }
    if (!waits)
        errand_end(step, ref);
}

/* A record that is there by now is another one. */
static void look_at_record(struct step *step, arena_ref ref)
{
    struct outcome late = {STATUS_UNAVAILABLE, text_of("the record is still to be forgotten")};
    struct container_record record;
    if (errand_at(step->arena, ref)->is_written || operation_record(step, ref, &record) != CONTAINER_UNKNOWN)
        operation_finish_ok(step, ref);
    else if (operation_is_late(step, ref))
        operation_finish_late(step, ref, late);
    else
        operation_wait_at_most(step, ref);
}

void operation_remove_go_on(struct step *step, arena_ref ref)
{
    const struct errand *errand = errand_at(step->arena, ref);
    switch (errand->stage) {
    case ERRAND_WAITING:
    case ERRAND_AWAITING: begin(step, ref); return;
    case ERRAND_CALLING:
        if (errand->call_id == 0)
            call_remove(step, ref);
        return;
    case ERRAND_CLEANING: clean(step, ref); return;
    case ERRAND_RECORDING: look_at_record(step, ref); return;
    case ERRAND_CREATING:
    case ERRAND_VERIFYING: return;
    }
}

/* Whatever the Kill says, the Delete that follows is asked for until it is done. */
static void cleaned(struct step *step, arena_ref ref, struct outcome outcome)
{
    if (!operation_is_killed(step, ref, outcome))
        return;
    if (!has_started(step, ref))
        operation_delete_left(step, ref);
    begin_anew(step, ref);
}

void operation_remove_answered(struct step *step, arena_ref ref, const struct call *call, struct outcome outcome)
{
    if (call->call == MONITOR_CALL_KILL) {
        cleaned(step, ref, outcome);
        return;
    }
    switch (answer_meaning(step->state->policy, outcome)) {
    case ANSWER_DONE:
    case ANSWER_GONE: removed(step, ref); return;
    case ANSWER_BUSY:
    case ANSWER_RETRY: failed(step, ref, outcome); return;
    case ANSWER_FATAL: operation_finish(step, ref, outcome); return;
    }
}
