/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/unstarted.h"

#include "base/status.h"
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

void unstarted_mark_untold(struct step *step, arena_ref ref, uint32_t looks)
{
    struct container_record record;
    if (policy_has(step->state->policy, POLICY_JOURNAL) && unstarted_has_no_end(step, ref, &record))
        life_at(step->arena, ref)->looks_left = looks;
}

bool unstarted_has_no_end(const struct step *step, arena_ref ref, struct container_record *ret_record)
{
    return store_get(step->arena, &step->state->store, life_id(step->arena, ref), ret_record) == 0 &&
           container_record_state(ret_record) == CONTAINER_CREATED && ret_record->pid != 0;
}

void unstarted_look(struct step *step, arena_ref ref)
{
    struct monitor_action *action = calls_begin(step, MONITOR_CALL_GET, CALL_OF_LIFE, ref);
    life_at(step->arena, ref)->call_id = action->call_id;
    action->container_id = life_id(step->arena, ref);
    action->timeout_ns = MONITOR_ASK_TIMEOUT_NS;
}

/* Another answer may tell it: nothing was said, or the server is behind what it has killed. */
static bool may_be_told(const struct step *step, struct outcome outcome)
{
    enum answer answer = answer_meaning(step->state->policy, outcome);
    return answer == ANSWER_RETRY || (answer == ANSWER_DONE && step->event->process.status != PROCESS_STOPPED);
}

enum unstarted_look unstarted_looked(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct life *life = life_at(step->arena, ref);
    const struct process_state *process = &step->event->process;
    struct container_record record;
    bool is_awaited = unstarted_has_no_end(step, ref, &record);
    bool is_told = outcome.status == STATUS_OK && step->event->kind == MONITOR_REPLY;

    if (is_awaited && is_told && process->pid != 0 && process->pid != record.pid)
        return UNSTARTED_ANOTHER;
    if (is_awaited && is_told && process->status == PROCESS_STOPPED && process->tells_exit)
        return UNSTARTED_ENDED;
    life->looks_left = is_awaited && may_be_told(step, outcome) ? life->looks_left - 1 : 0;
    if (life->looks_left == 0)
        return UNSTARTED_UNKNOWN;
    life->retry_at_ns = time_add(step->state->now_ns, retry_same_delay_ns(MONITOR_LOOKS_MAX - 1 - life->looks_left));
    life_schedule(step, ref);
    return UNSTARTED_LATER;
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
