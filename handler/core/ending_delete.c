/* SPDX-License-Identifier: Apache-2.0 */
/* The task of a life that has ended goes. */
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/answers.h"
#include "handler/core/dispatch.h"
#include "handler/core/ending_private.h"
#include "handler/core/found.h"
#include "handler/core/look.h"
#include "handler/core/refine.h"
#include "handler/core/retry.h"
#include "handler/core/subscription.h"
#include "handler/core/unstarted.h"
#include "handler/core/verify.h"

/* Tries again later what has failed; without a connection nothing was tried, so nothing is counted. */
static void try_later(struct step *step, arena_ref ref, struct outcome outcome, bool is_lasting)
{
    struct life *life = life_at(step->arena, ref);
    struct task_event task = ending_told_by(step, ref);
    bool was_noted = life->is_noted;
    int64_t delay_ns = is_lasting ? retry_delay_max_ns() : retry_delay_ns(&life->attempt);

    life->retry_at_ns = time_add(step->state->now_ns, delay_ns);
    life->is_noted = is_lasting;
    life_schedule(step, ref);
    if (!was_noted || !is_lasting)
        note_task_retry(step, NOTE_DELETE_FAILED, &task, outcome, delay_ns);
}

void ending_finish(struct step *step, arena_ref ref)
{
    if (!policy_has(step->state->policy, POLICY_JOURNAL)) {
        ending_put(step, ref);
        return;
    }
    /* A crash before this is written costs one more Delete. */
    ending_mark(step, life_id(step->arena, ref), false, !life_at(step->arena, ref)->ending.is_kept);
    life_rest(step, ref);
}

/* How it had ended was told while its Delete, or the question before that, was under way. */
static bool was_told(struct step *step, arena_ref ref, bool is_gone)
{
    struct container_record record;
    if (!life_at(step->arena, ref)->told.is_known || !unstarted_has_no_end(step, ref, &record))
        return false;
    ending_begin(step, ref, is_gone);
    return true;
}

static void fail_delete(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct task_event task = ending_told_by(step, ref);
    if (life_at(step->arena, ref)->ending.gone) {
        ending_finish(step, ref);
        return;
    }
    if (was_told(step, ref, false))
        return;
    if (policy_has(step->state->policy, POLICY_RETRY_DELETES)) {
        enum answer answer = answer_meaning(step->state->policy, outcome);
        if (answer == ANSWER_BUSY)
            unstarted_mark(step, ref);
        unstarted_mark_untold(step, ref, answer == ANSWER_BUSY ? MONITOR_LOOKS_MAX : 1);
        try_later(step, ref, outcome, answer == ANSWER_FATAL);
        return;
    }
    note_task_outcome(step, NOTE_DELETE_FAILED, &task, outcome);
    life_rest(step, ref);
}

/* Delete means whatever task has the id by then. So after a reconnect it waits until a list has told whose that is. */
static bool is_known_whose(const struct state *state, struct text id)
{
    return !policy_has(state->policy, POLICY_RELIST) || list_has_told(state, id);
}

static void wait_for_list(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    life->retry_at_ns = time_add(step->state->now_ns, retry_same_delay_ns(life->attempt));
    life_schedule(step, ref);
}

void ending_delete(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    struct monitor_action *action;

    /* It might be for the next life's task. */
    if (life->claim.task != 0)
        return;
    if (dispatch_has_next_life(step, life_id(step->arena, ref))) {
        wait_for_list(step, ref);
        return;
    }
    /* What is known of the exit by now has to be in the store before the task goes. */
    if (policy_has(step->state->policy, POLICY_JOURNAL) &&
        writes_exit_left(step->arena, step->state, life_id(step->arena, ref)))
        return;
    if (!calls_possible(step->state)) {
        fail_delete(step, ref, connection_unusable_outcome(step));
        return;
    }
    if (!is_known_whose(step->state, life_id(step->arena, ref))) {
        wait_for_list(step, ref);
        return;
    }
    if (life->ending.is_doubted) {
        look_ask(step, ref);
        return;
    }
    if (life->kills_left > 0) {
        unstarted_kill(step, ref);
        return;
    }
    if (life->looks_left > 0) {
        unstarted_look(step, ref);
        return;
    }
    action = calls_begin(step, MONITOR_CALL_DELETE, CALL_OF_LIFE, ref);
    life->call_id = action->call_id;
    life->deletes += life->deletes < 2;
    action->container_id = life_id(step->arena, ref);
    action->timeout_ns = policy_has(step->state->policy, POLICY_DELETE_DEADLINE) ? ENDING_DELETE_TIMEOUT_NS : 0;
}

/* It goes with an operation that cleans up, and nobody has told its end before: the answer to its Delete does. */
static bool tells_first(const struct step *step, arena_ref ref, struct outcome outcome)
{
    const struct process_state *process = &step->event->process;
    struct container_record record;
    return outcome.status == STATUS_OK && process->tells_exit && policy_has(step->state->policy, POLICY_JOURNAL) &&
           unstarted_has_no_end(step, ref, &record) && process->pid == record.pid;
}

/* The beginning of another life with that pid was told while the Delete was under way: it may have hit that. */
static bool may_be_anothers(const struct step *step, arena_ref ref)
{
    arena_ref claimed = life_at(step->arena, ref)->claim.task;
    return claimed != 0 && task_view(step->arena, claimed).pid == step->event->process.pid;
}

/* The Delete was for the task of a life that had ended, and has hit one with another pid: so there was a next life, of
 * which nobody may tell any more. One that had not started was killed, and that knows no time and no code. */
static void find_deleted(struct step *step, arena_ref ref)
{
    struct process_state deleted = step->event->process;
    struct container_record record;
    bool has_ended = deleted.tells_exit && deleted.exited_at.present && deleted.exited_at.seconds > 0;
    if (!policy_has(step->state->policy, POLICY_INCARNATIONS) ||
        !policy_has(step->state->policy, POLICY_LEARN_FROM_EVENTS) ||
        store_get(step->arena, &step->state->store, life_id(step->arena, ref), &record) != 0 ||
        container_record_state(&record) != CONTAINER_EXITED || record.last_pid == 0 || deleted.pid == 0 ||
        deleted.pid == record.last_pid)
        return;
    deleted.status = has_ended ? PROCESS_STOPPED : PROCESS_CREATED;
    (void)found_life(step, record.id, &deleted);
    list_want(step);
}

void ending_answered(struct step *step, arena_ref ref, struct outcome outcome)
{
    enum answer answer = answer_meaning(step->state->policy, outcome);
    life_at(step->arena, ref)->call_id = 0;
    /* The answer tells no code of what never started. */
    if ((outcome.status == STATUS_OK || answer == ANSWER_GONE) && was_told(step, ref, true))
        return;
    if (tells_first(step, ref, outcome)) {
        ending_begin_asked(step, ref, &step->event->process, true);
        return;
    }
    if (outcome.status == STATUS_OK && !may_be_anothers(step, ref))
        refine_by_answer(step, life_id(step->arena, ref), &step->event->process);
    if (outcome.status == STATUS_OK)
        find_deleted(step, ref);
    life_at(step->arena, ref)->ending.is_kept = outcome.status == OUTCOME_NOT_OURS;
    if (answer == ANSWER_GONE)
        refine_suspect(step, ref);
    if (answer != ANSWER_DONE && answer != ANSWER_GONE)
        fail_delete(step, ref, outcome);
    else
        ending_finish(step, ref);
}

void ending_killed(struct step *step, arena_ref ref, struct outcome outcome)
{
    life_at(step->arena, ref)->call_id = 0;
    if (life_at(step->arena, ref)->ending.gone)
        ending_finish(step, ref);
    else if (unstarted_is_killed(step, ref, outcome))
        ending_delete(step, ref);
}

static void is_looked_at(struct step *step, arena_ref ref, struct outcome outcome, bool is_lost)
{
    switch (look_answered(step, ref, outcome, is_lost)) {
    case LOOK_GO_ON: ending_delete(step, ref); return;
    case LOOK_GONE: ending_found_gone(step, ref); return;
    case LOOK_LATER: return;
    case LOOK_ANOTHER: ending_moot(step, ref); return;
    }
}

void ending_looked(struct step *step, arena_ref ref, struct outcome outcome)
{
    bool is_lost = calls_is_lost(step, life_at(step->arena, ref)->call_id, outcome);
    life_at(step->arena, ref)->call_id = 0;
    if (life_at(step->arena, ref)->ending.gone) {
        ending_finish(step, ref);
        return;
    }
    if (life_at(step->arena, ref)->ending.is_doubted) {
        is_looked_at(step, ref, outcome, is_lost);
        return;
    }
    switch (unstarted_looked(step, ref, outcome)) {
    case UNSTARTED_ENDED: ending_begin_asked(step, ref, &step->event->process, false); return;
    case UNSTARTED_LATER: return;
    case UNSTARTED_UNKNOWN:
        /* A list may have told it meanwhile. */
        if (!was_told(step, ref, false))
            ending_delete(step, ref);
        return;
    case UNSTARTED_ANOTHER:
        list_want(step);
        ending_moot(step, ref);
        return;
    }
}

bool ending_shown(struct step *step, arena_ref ref, const struct process_state *process)
{
    struct life *life = life_at(step->arena, ref);
    struct container_record record;
    if (life->stage != LIFE_DELETING || !policy_has(step->state->policy, POLICY_JOURNAL) ||
        !unstarted_has_no_end(step, ref, &record) || process->pid != record.pid || !process->tells_exit)
        return false;
    if (life->deletes == 0 || life->call_id == 0)
        ending_begin_asked(step, ref, process, false);
    else
        verify_keep_told(life, process);
    return true;
}

void ending_retry(struct step *step, arena_ref ref)
{
    if (calls_possible(step->state))
        ending_delete(step, ref);
    else
        wait_for_list(step, ref);
}

void ending_gone(struct step *step, arena_ref ref, const struct task_event *deletion)
{
    struct life *life = life_at(step->arena, ref);
    uint32_t pid = deletion->pid;
    if (pid != life->ending.pid)
        return;
    if (deletion->exit_status == (uint32_t)life->ending.exit_code)
        life->ending.is_shown = true;
    if (pid != life->ending.pid_before)
        ending_found_gone(step, ref);
}

void ending_found_gone(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    life->ending.gone = true;
    /* The answer to a Delete that is under way may tell more. */
    if (life->stage != LIFE_DELETING || life->call_id != 0)
        return;
    if (life->deletes == 0)
        refine_suspect(step, ref);
    ending_finish(step, ref);
}

void ending_go_on(struct step *step, struct text container_id)
{
    arena_ref ref = life_find(step->arena, step->state, container_id);
    const struct life *life;
    if (ref == 0 || subscription_stopped(step->state))
        return;
    life = life_at(step->arena, ref);
    if (life->stage == LIFE_DELETING && life->call_id == 0 && life->retry_at_ns == TIME_NEVER)
        ending_delete(step, ref);
}

void ending_moot(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    calls_forget(step, life->call_id);
    life->call_id = 0;
    life->ending.gone = true;
    if (policy_has(step->state->policy, POLICY_JOURNAL))
        life_rest(step, ref);
    else
        ending_put(step, ref);
}

static void resume(struct step *step, arena_ref ref)
{
    struct life_ending *ending = &life_at(step->arena, ref)->ending;
    ending->pid = 0;
    ending->gone = false;
    ending->is_kept = ending->is_shown = ending->is_unlisted = ending->is_doubted = false;
    /* No list says whose it is. */
    if (step->state->list.stage == LIST_RECONCILING && step->state->list.is_blind)
        look_mark(step, ref);
    life_move(step, ref, LIFE_DELETING);
    unstarted_mark_untold(step, ref, MONITOR_LOOKS_MAX);
}

void ending_resume(struct step *step, arena_ref ref)
{
    resume(step, ref);
    ending_delete(step, ref);
}

void ending_resume_alive(struct step *step, arena_ref ref)
{
    resume(step, ref);
    unstarted_mark(step, ref);
    ending_delete(step, ref);
}
