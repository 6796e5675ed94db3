/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/unstarted.h"

#include "handler/core/calls.h"

enum { SIGNAL_KILL = 9 };

void unstarted_kill(struct step *step, arena_ref life)
{
    struct container_record record;
    struct monitor_action *action;
    if (!policy_has(step->state->policy, POLICY_KILL_CREATED) || !calls_possible(step->state) ||
        store_get(step->arena, &step->state->store, life_id(step->arena, life), &record) != 0 ||
        record.started_at_ns != 0)
        return;
    action = calls_begin(step, MONITOR_CALL_KILL, CALL_OF_NOBODY, 0);
    action->container_id = life_id(step->arena, life);
    action->signal = SIGNAL_KILL;
    action->timeout_ns = MONITOR_ASK_TIMEOUT_NS;
}
