/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/look.h"

#include "handler/core/answers.h"
#include "handler/core/calls.h"
#include "handler/core/found.h"
#include "handler/core/refine.h"
#include "handler/core/retry.h"
#include "handler/core/unstarted.h"
#include "handler/core/whose.h"

void look_mark(struct step *step, arena_ref ref)
{
    if (policy_has(step->state->policy, POLICY_INCARNATIONS) && policy_has(step->state->policy, POLICY_VERIFY))
        life_at(step->arena, ref)->ending.is_doubted = true;
}

void look_ask(struct step *step, arena_ref ref)
{
    struct monitor_action *action = calls_begin(step, MONITOR_CALL_GET, CALL_OF_LIFE, ref);
    life_at(step->arena, ref)->call_id = action->call_id;
    action->container_id = life_id(step->arena, ref);
    action->timeout_ns = MONITOR_ASK_TIMEOUT_NS;
}

static enum look later(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    life->retry_at_ns = time_add(step->state->now_ns, retry_delay_ns(&life->attempt));
    life_schedule(step, ref);
    return LOOK_LATER;
}

static enum look is_there(struct step *step, arena_ref ref)
{
    const struct process_state *process = &step->event->process;
    struct container_record record;
    if (store_get(step->arena, &step->state->store, life_id(step->arena, ref), &record) != 0 ||
        container_record_state(&record) != CONTAINER_EXITED)
        return LOOK_GO_ON;
    switch (whose_task(step->state->policy, &record, process, false, step->event->wall_ns)) {
    case WHOSE_THIS:
        /* Its Delete may not be answered. */
        if (process->status == PROCESS_STOPPED)
            refine_by_answer(step, life_id(step->arena, ref), process);
        if (process->status == PROCESS_CREATED)
            unstarted_mark(step, ref);
        return LOOK_GO_ON;
    case WHOSE_NEXT: return process->pid != 0 && found_life(step, record.id, process) ? LOOK_ANOTHER : later(step, ref);
    case WHOSE_UNKNOWN:
        /* It is behind what it has told, or it is the next life with the pid. */
        if (process->pid != 0 && process->status != PROCESS_UNKNOWN)
            (void)found_doubtful(step, record.id, process);
        return later(step, ref);
    }
    return LOOK_GO_ON;
}

enum look look_answered(struct step *step, arena_ref ref, struct outcome outcome, bool is_lost)
{
    enum look look = LOOK_GO_ON;
    if (is_lost)
        return later(step, ref);
    switch (answer_meaning(step->state->policy, outcome)) {
    case ANSWER_DONE: look = is_there(step, ref); break;
    case ANSWER_GONE: look = LOOK_GONE; break;
    case ANSWER_BUSY:
    case ANSWER_RETRY:
    case ANSWER_FATAL: break;
    }
    life_at(step->arena, ref)->ending.is_doubted = look == LOOK_LATER;
    return look;
}
