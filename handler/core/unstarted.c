/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/unstarted.h"

#include "handler/core/answers.h"
#include "handler/core/calls.h"
#include "handler/core/retry.h"

enum { SIGNAL_KILL = 9 };

void unstarted_mark(struct step *step, arena_ref ref)
{
    struct container_record record;
    if (policy_has(step->state->policy, POLICY_KILL_CREATED) &&
        store_get(step->arena, &step->state->store, life_id(step->arena, ref), &record) == 0 &&
        record.started_at_ns == 0)
        life_at(step->arena, ref)->kills_left = MONITOR_KILLS_MAX;
}

void unstarted_kill(struct step *step, arena_ref ref)
{
    struct monitor_action *action = calls_begin(step, MONITOR_CALL_KILL, CALL_OF_LIFE, ref);
    life_at(step->arena, ref)->call_id = action->call_id;
    action->container_id = life_id(step->arena, ref);
    action->signal = SIGNAL_KILL;
    action->timeout_ns = MONITOR_ASK_TIMEOUT_NS;
}

bool unstarted_is_killed(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct life *life = life_at(step->arena, ref);
    bool may_live = answer_meaning(step->state->policy, outcome) == ANSWER_RETRY;
    life->kills_left = may_live ? life->kills_left - 1 : 0;
    if (life->kills_left == 0)
        return true;
    life->retry_at_ns = time_add(step->state->now_ns, retry_delay_ns(&life->attempt));
    life_schedule(step, ref);
    return false;
}
