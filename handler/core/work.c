/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/work.h"

#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/calls.h"
#include "handler/core/claim.h"
#include "handler/core/ending.h"
#include "handler/core/life.h"
#include "handler/core/operations.h"
#include "handler/core/park.h"
#include "handler/core/reconcile.h"
#include "handler/core/verify.h"

uint64_t work_cost(const struct state *state, uint64_t listed)
{
    uint64_t pieces = 1 + (uint64_t)state->calls.map.count + state->due.map.count;
    return (pieces < 1 + 2 * WORK_PORTION_MAX ? pieces : 1 + 2 * WORK_PORTION_MAX) * (ending_cost() + verify_cost()) +
           calls_cost() + listed + (listed > 0 || state->list.stage != LIST_IDLE ? reconcile_cost() : 0);
}

static void answer_life(struct step *step, const struct call *call, struct outcome outcome)
{
    switch (life_at(step->arena, call->subject)->stage) {
    case LIFE_VERIFYING: verify_answered(step, call->subject, outcome); return;
    case LIFE_COUNTING: ending_counted(step, call->subject, outcome); return;
    case LIFE_DELETING:
        if (call->call == MONITOR_CALL_KILL)
            ending_killed(step, call->subject, outcome);
        else if (call->call == MONITOR_CALL_GET)
            ending_looked(step, call->subject, outcome);
        else
            ending_answered(step, call->subject, outcome);
        return;
    case LIFE_QUIET:
    case LIFE_RECORDING:
    case LIFE_HELD: return;
    }
}

static void answer(struct step *step, const struct call *call, struct outcome outcome)
{
    switch (call->owner) {
    case CALL_OF_LIFE: answer_life(step, call, outcome); return;
    case CALL_OF_CLAIM: claim_answered(step, call->subject, outcome); return;
    case CALL_OF_LIST: list_answered(step, outcome); return;
    case CALL_OF_ERRAND: operations_answered(step, call, outcome); return;
    case CALL_OF_NOBODY: return;
    }
}

void work_reply(struct step *step)
{
    struct call call;
    if (!calls_take(step, step->event->call_id, &call))
        return;
    if (call.owner != CALL_OF_LIST && step->outcome.status != STATUS_DEADLINE_EXCEEDED)
        list_served(step);
    answer(step, &call, step->outcome);
}

static void fail_lost(struct step *step)
{
    struct call call;
    for (size_t i = 0; i < WORK_PORTION_MAX && calls_lost_left(step->arena, step->state); i++) {
        if (actions_room(step) < WORK_ROOM || !calls_take_lost(step, &call))
            return;
        answer(step, &call, connection_lost_outcome(step));
    }
}

/* One life goes on: with a write that failed, or with the call of its stage. */
static void wake(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    int64_t now_ns = step->state->now_ns;

    if (life->write_at_ns <= now_ns)
        writes_again(step, ref);
    if (life->parked_until_ns <= now_ns)
        park_expire(step, ref);
    if (life->claim.at_ns <= now_ns)
        claim_retry(step, ref);
    if (life->retry_at_ns <= now_ns) {
        life->retry_at_ns = TIME_NEVER;
        switch (life->stage) {
        case LIFE_VERIFYING: verify_retry(step, ref); break;
        case LIFE_DELETING: ending_retry(step, ref); break;
        case LIFE_RECORDING: ending_record_anew(step, ref); break;
        case LIFE_QUIET:
        case LIFE_COUNTING:
        case LIFE_HELD: break;
        }
    }
    life_schedule(step, ref);
}

static void wake_due(struct step *step)
{
    for (size_t i = 0; i < WORK_PORTION_MAX && actions_room(step) >= WORK_ROOM; i++) {
        arena_ref ref = life_take_due(step);
        if (ref == 0)
            return;
        wake(step, ref);
    }
}

void work_do(struct step *step)
{
    list_do(step);
    fail_lost(step);
    wake_due(step);
    reconcile_do(step);
}

int64_t work_deadline_ns(const struct arena *arena, const struct state *state)
{
    int64_t due_ns = life_deadline_ns(arena, state);
    if (calls_lost_left(arena, state))
        return state->now_ns;
    due_ns = time_min(due_ns, list_deadline_ns(state));
    return due_ns < state->now_ns ? state->now_ns : due_ns;
}

int64_t work_unrest_ns(const struct arena *arena, const struct state *state)
{
    if (calls_lost_left(arena, state))
        return state->now_ns;
    return time_min(life_deadline_ns(arena, state), list_unrest_ns(state));
}
