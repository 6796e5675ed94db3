/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/script/words.h"

#include <string.h>

#include "base/contract.h"

enum fake_stream_end_kind script_end(enum scenario_end how)
{
    switch (how) {
    case SCENARIO_END_STATUS:
    case SCENARIO_END_CLEAN: break;
    case SCENARIO_END_RESET: return FAKE_END_RESET;
    case SCENARIO_END_NO_STATUS: return FAKE_END_NO_STATUS;
    case SCENARIO_END_NO_TRAILERS: return FAKE_END_NO_TRAILERS;
    case SCENARIO_END_CONTENT_TYPE: return FAKE_END_CONTENT_TYPE;
    case SCENARIO_END_TRUNCATED: return FAKE_END_TRUNCATED;
    case SCENARIO_END_COMPRESSED: return FAKE_END_COMPRESSED;
    }
    return FAKE_END_STATUS;
}

enum fake_event_topic script_topic(enum scenario_event event)
{
    switch (event) {
    case SCENARIO_EVENT_EXIT: break;
    case SCENARIO_EVENT_OOM: return FAKE_TOPIC_TASK_OOM;
    case SCENARIO_EVENT_CREATE: return FAKE_TOPIC_TASK_CREATE;
    case SCENARIO_EVENT_START: return FAKE_TOPIC_TASK_START;
    case SCENARIO_EVENT_PAUSED: return FAKE_TOPIC_TASK_PAUSED;
    case SCENARIO_EVENT_EXEC_ADDED: return FAKE_TOPIC_EXEC_ADDED;
    case SCENARIO_EVENT_DELETE: return FAKE_TOPIC_TASK_DELETE;
    }
    return FAKE_TOPIC_TASK_EXIT;
}

struct fake_exited_at script_exited_at(const struct scenario_exited *exited)
{
    struct fake_exited_at value = {FAKE_EXITED_AT_TIME, 0, 0};
    switch (exited->kind) {
    case SCENARIO_EXITED_AT_DEFAULT: break;
    case SCENARIO_EXITED_AT_ABSENT: value.kind = FAKE_EXITED_AT_ABSENT; break;
    case SCENARIO_EXITED_AT_GIVEN:
        value = (struct fake_exited_at){FAKE_EXITED_AT_RAW, exited->seconds, exited->nanos};
        break;
    }
    return value;
}

static enum fake_rule_do action_of(enum scenario_do action)
{
    switch (action) {
    case SCENARIO_DO_FAIL: break;
    case SCENARIO_DO_DELAY: return FAKE_DO_DELAY;
    case SCENARIO_DO_HANG: return FAKE_DO_HANG;
    case SCENARIO_DO_END: return FAKE_DO_END;
    case SCENARIO_DO_LOSE_REPLY: return FAKE_DO_LOSE_REPLY;
    case SCENARIO_DO_LOSE_REQUEST: return FAKE_DO_LOSE_REQUEST;
    case SCENARIO_DO_HOLD: return FAKE_DO_HOLD;
    case SCENARIO_DO_DROP: return FAKE_DO_DROP;
    case SCENARIO_DO_DUPLICATE: return FAKE_DO_DUPLICATE;
    case SCENARIO_DO_CUT: return FAKE_DO_CUT;
    case SCENARIO_DO_ANSWER: return FAKE_DO_ANSWER;
    case SCENARIO_DO_LEAVE_OUT: return FAKE_DO_LEAVE_OUT;
    }
    return FAKE_DO_FAIL;
}

static enum fake_process_status told_status(enum scenario_told_state state)
{
    switch (state) {
    case SCENARIO_TOLD_CREATED: return FAKE_CREATED;
    case SCENARIO_TOLD_RUNNING: return FAKE_RUNNING;
    case SCENARIO_TOLD_EXITED: return FAKE_STOPPED;
    case SCENARIO_TOLD_PAUSED: return FAKE_PAUSED;
    case SCENARIO_TOLD_UNKNOWN: break;
    }
    return FAKE_UNKNOWN;
}

static struct fake_told told_of(const struct scenario_told *told)
{
    return (struct fake_told){
        .has_status = told->has_state,
        .status = told_status(told->state),
        .has_pid = told->has_pid,
        .pid = told->pid,
        .has_exit_status = told->has_code,
        .exit_status = told->code,
        .has_exited_at = told->exited.kind != SCENARIO_EXITED_AT_DEFAULT,
        .exited_at = script_exited_at(&told->exited),
        .has_oom_kills = told->has_oom_kills,
        .oom_kills = told->oom_kills,
    };
}

static struct fake_barrier barrier_of(const struct scenario_until *until)
{
    static const enum fake_barrier_kind kinds[] = {
        [SCENARIO_UNTIL_NOTHING] = FAKE_BARRIER_NONE,
        [SCENARIO_UNTIL_ASKED] = FAKE_BARRIER_ASKED,
        [SCENARIO_UNTIL_ANSWERED] = FAKE_BARRIER_ANSWERED,
        [SCENARIO_UNTIL_EVENT] = FAKE_BARRIER_TOLD,
    };
    struct fake_barrier barrier = {.kind = kinds[until->kind], .container_id = until->container};
    if (until->kind == SCENARIO_UNTIL_EVENT)
        barrier.topic = script_topic(until->event);
    else if (until->kind != SCENARIO_UNTIL_NOTHING)
        barrier.method = fake_method_of(until->rpc);
    return barrier;
}

void script_rule(const struct scenario *scenario, size_t index, struct fake_rule *rule)
{
    const struct scenario_fault *fault = &scenario->faults[index];
    memset(rule, 0, sizeof *rule);
    rule->method = fake_method_of(fault->rpc);
    rule->of_events = fault->has_event;
    rule->topic = script_topic(fault->event);
    rule->hold = fault->hold;
    rule->until = barrier_of(&fault->until);
    rule->cut_after = fault->cut_after;
    rule->has_effect = fault->has_effect;
    rule->effect_after_ns = fault->effect_after_ns;
    rule->container_id = fault->container;
    rule->action = action_of(fault->action);
    rule->status = fault->code;
    rule->text = fault->message;
    rule->delay_ns = fault->for_ns;
    rule->headers = fault->headers;
    rule->has_within = fault->action == SCENARIO_DO_ANSWER && fault->has_for;
    rule->told = told_of(&fault->told);
    rule->has_meanwhile = fault->has_meanwhile;
    rule->meanwhile_status = fault->meanwhile.code;
    rule->meanwhile_text = fault->meanwhile.message;
    rule->times = fault->times;
    rule->up_to = fault->up_to;
    rule->followed = index + 1 < scenario->fault_count && fault[1].turn != SCENARIO_TURN_FIRST;
    rule->end.kind = script_end(fault->how);
    rule->end.http2_code = fault->http2_code;
    /* A fault of the handler's store is a rule that no request fits: it keeps the others' numbers. */
    CONTRACT(fault->has_store == (rule->method == FAKE_METHOD_COUNT));
}
