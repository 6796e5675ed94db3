/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/verify.h"

#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/answers.h"
#include "handler/core/calls.h"
#include "handler/core/ending.h"
#include "handler/core/found.h"
#include "handler/core/learn.h"
#include "handler/core/list.h"
#include "handler/core/park.h"
#include "handler/core/pidless.h"
#include "handler/core/retry.h"
#include "handler/core/whose.h"

uint32_t verify_cost(void)
{
    return calls_cost() + found_cost();
}

static struct task_event doubted(const struct step *step, arena_ref ref)
{
    const struct life *life = life_at(step->arena, ref);
    if (life->task != 0)
        return task_view(step->arena, life->task);
    return (struct task_event){.kind = TASK_EVENT_EXIT, .container_id = life_id(step->arena, ref)};
}

static void ask(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    struct monitor_action *action;

    if (!calls_possible(step->state)) {
        life->doubted_at_ns = step->state->now_ns;
        life->retry_at_ns = time_add(step->state->now_ns, retry_same_delay_ns(life->attempt));
        life_schedule(step, ref);
        return;
    }
    action = calls_begin(step, MONITOR_CALL_GET, CALL_OF_LIFE, ref);
    life->call_id = action->call_id;
    life->revision = step->state->store.revision;
    action->container_id = life_id(step->arena, ref);
    action->timeout_ns = MONITOR_ASK_TIMEOUT_NS;
}

void verify_exit(struct step *step, arena_ref ref, arena_ref kept)
{
    struct life *life = life_at(step->arena, ref);
    if (life->task == 0)
        life->doubted_at_ns = step->state->now_ns;
    verify_keep_better(step, ref, kept);
    if (life->stage == LIFE_VERIFYING)
        return;
    life_move(step, ref, LIFE_VERIFYING);
    ask(step, ref);
}

void verify_absent(struct step *step, arena_ref ref)
{
    life_move(step, ref, LIFE_VERIFYING);
    ask(step, ref);
}

void verify_retry(struct step *step, arena_ref ref)
{
    ask(step, ref);
}

/* ---- answers ---- */

static void ask_later(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    life->retry_at_ns = time_add(step->state->now_ns, retry_delay_ns(&life->attempt));
    life_schedule(step, ref);
}

static void fail(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct life *life = life_at(step->arena, ref);
    struct task_event task = doubted(step, ref);
    bool lasts = answer_meaning(step->state->policy, outcome) == ANSWER_FATAL;
    if (lasts) {
        life->retry_at_ns = time_add(step->state->now_ns, retry_delay_max_ns());
        life_schedule(step, ref);
    } else {
        ask_later(step, ref);
    }
    if (!lasts || !life->is_noted)
        note_task_retry(step, NOTE_VERIFY_FAILED, &task, outcome, life->retry_at_ns - step->state->now_ns);
    life->is_noted = lasts;
}

/* A list lacked it, and its start was missed as well. */
static bool has_started_unheard(const struct step *step, arena_ref ref, const struct container_record *record)
{
    const struct life *life = life_at(step->arena, ref);
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, record->id);
    return life->task == 0 && step->event->process.status != PROCESS_CREATED && marks != NULL &&
           marks->revision <= life->revision && container_record_state(record) == CONTAINER_CREATED;
}

static bool is_old(const struct step *step, const struct life *life)
{
    return step->state->now_ns >= time_add(life->doubted_at_ns, VERIFY_DOUBT_MAX_NS);
}

/* It lives. What a list said is void; what an event said may be ahead of the state that is told. */
static void lives(struct step *step, arena_ref ref, const struct container_record *record)
{
    const struct life *life = life_at(step->arena, ref);
    struct task_event task = doubted(step, ref);
    struct text id = life_id(step->arena, ref);
    bool is_named = pidless_learn(step, ref, record, &step->event->process);

    if (life->task != 0 && !is_old(step, life)) {
        ask_later(step, ref);
        return;
    }
    if (life->task != 0)
        note_task(step, NOTE_EXIT_DOUBTED, &task);
    if (!is_named && has_started_unheard(step, ref, record))
        (void)found_started(step, id, &step->event->process);
    life_rest(step, ref);
    park_release(step, id);
}

/* An earlier life may have had the pid, too, also one of which there was no record. An answer without a pid, which may
 * be of a later life by now, does not tell. */
static bool is_surely_about(const struct step *step, const struct task_event *task,
                            const struct container_record *record)
{
    const struct process_state *process = &step->event->process;
    return task->pid != 0 && task->pid == record->pid && !container_record_had_pid(record, task->pid) &&
           (process->pid == 0 || !whose_is_told_else(step->state->policy, record, task, process));
}

/* The exit was another process's, by the pid that the server tells: that of the init has been told as well, or is
 * found.
 */
static void was_anothers(struct step *step, arena_ref ref)
{
    struct text id = life_id(step->arena, ref);
    struct task_event task = doubted(step, ref);
    note_task(step, NOTE_NOT_THE_INIT_PROCESS, &task);
    list_want(step);
    life_rest(step, ref);
    park_release(step, id);
}

/* The init has ended and its task is there: by the event's word where that is surely about it, else by the answer's. */
static void has_stopped(struct step *step, arena_ref ref, const struct container_record *record)
{
    const struct process_state *process = &step->event->process;
    struct life *life = life_at(step->arena, ref);
    struct task_event task = doubted(step, ref);

    if (life->task == 0 && !life->has_stopped) {
        life->has_stopped = true;
        verify_keep_told(life, process);
        (void)pidless_learn(step, ref, record, process);
        ask_later(step, ref);
        return;
    }
    if (!process->tells_exit && task.pid != 0 && process->pid != 0 && task.pid != process->pid)
        was_anothers(step, ref);
    else if (life->task != 0 &&
             (!process->tells_exit || (!life->is_contradicted && is_surely_about(step, &task, record)))) {
        ending_begin(step, ref, false);
        life_at(step->arena, ref)->ending.is_shown = process->tells_exit && process->exit_status == task.exit_status;
    } else
        ending_begin_asked(step, ref, process, false);
}

static void give_back(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    task_queue_append(step->arena, &step->state->waiting, life->task);
    life->task = 0;
}

void verify_give_back(struct step *step, arena_ref ref)
{
    struct task_event task = doubted(step, ref);
    struct container_record record;
    if (life_at(step->arena, ref)->task != 0 && task.pid != 0 &&
        store_get(step->arena, &step->state->store, task.container_id, &record) == 0 && record.pid != 0 &&
        task.pid != record.pid)
        give_back(step, ref);
}

/* Another life has the id: this one has ended, and how the other goes on waits until that is recorded. */
static void is_replaced(struct step *step, arena_ref ref, const struct process_state *process)
{
    struct text id = life_id(step->arena, ref);
    struct life *life = life_at(step->arena, ref);
    struct task_event task = doubted(step, ref);
    struct container_record record = {.pid = 0};

    (void)store_get(step->arena, &step->state->store, id, &record);
    if (!policy_has(step->state->policy, POLICY_INCARNATIONS) || !found_life(step, id, process)) {
        life_rest(step, ref);
        return;
    }
    /* The exit is the other's, or that of one before; what a list has said without a pid has been found with one now.
     */
    if (life->task != 0 && task.is_found && task.pid == 0 && (record.pid != 0 || pidless_is_told(&task, process))) {
        task_queue_append(step->arena, &step->state->retired_tasks, life->task);
        life->task = 0;
    } else
        verify_give_back(step, ref);
    verify_forget_told(life, process);
    ending_begin(step, ref, true);
}

void verify_replaced(struct step *step, arena_ref ref, const struct process_state *process)
{
    struct life *life = life_at(step->arena, ref);
    calls_forget(step, life->call_id);
    life->call_id = 0;
    is_replaced(step, ref, process);
}

/* What has started is not about to start: it is the next life, which has the pid of this one. */
static bool is_made_anew(const struct step *step, arena_ref ref, const struct container_record *record)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, record->id);
    return policy_has(step->state->policy, POLICY_INCARNATIONS) && step->event->process.status == PROCESS_CREATED &&
           record->started_at_ns != 0 && marks != NULL && marks->revision <= life_at(step->arena, ref)->revision;
}

static void has_yet_to_start(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    if (life->has_stopped) {
        is_replaced(step, ref, &step->event->process);
        return;
    }
    life->has_stopped = life->is_unstarted = true;
    (void)learn_made_anew(step, life_id(step->arena, ref));
    ask_later(step, ref);
}

/* A list has told its end, and an event that it was made anew: what runs is the next life, with its pid. So it is where
 * nobody has told the pid, and it has run for too long to be behind that end. */
static bool runs_anew(const struct step *step, arena_ref ref, const struct container_record *record)
{
    const struct life *life = life_at(step->arena, ref);
    const struct process_state *process = &step->event->process;
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, record->id);
    bool is_without_pid = pidless_is(step, record) && process->pid != 0 && is_old(step, life);
    return life->task != 0 && task_view(step->arena, life->task).is_found &&
           ((marks != NULL && marks->is_made_anew) || is_without_pid) &&
           (process->status == PROCESS_RUNNING || process->status == PROCESS_PAUSED);
}

static void knows_nothing(struct step *step, arena_ref ref)
{
    if (life_at(step->arena, ref)->is_listed)
        ending_begin(step, ref, false);
    else
        ask_later(step, ref);
}

static void is_there(struct step *step, arena_ref ref)
{
    const struct process_state *process = &step->event->process;
    struct container_record record;

    if (store_get(step->arena, &step->state->store, life_id(step->arena, ref), &record) != 0 ||
        container_record_state(&record) == CONTAINER_EXITED) {
        life_rest(step, ref);
        return;
    }
    bool is_anothers = process->pid != 0 && record.pid != 0 && process->pid != record.pid;
    is_anothers = is_anothers || (pidless_is(step, &record) && pidless_task(step, &record, process) == WHOSE_NEXT);
    if (is_anothers || (life_at(step->arena, ref)->is_started_anew && process->status != PROCESS_UNKNOWN)) {
        is_replaced(step, ref, &step->event->process);
        return;
    }
    if (is_made_anew(step, ref, &record)) {
        has_yet_to_start(step, ref);
        return;
    }
    if (runs_anew(step, ref, &record)) {
        is_replaced(step, ref, &step->event->process);
        return;
    }
    switch (process->status) {
    case PROCESS_STOPPED: has_stopped(step, ref, &record); return;
    case PROCESS_CREATED:
    case PROCESS_RUNNING:
    case PROCESS_PAUSED: lives(step, ref, &record); return;
    case PROCESS_UNKNOWN: knows_nothing(step, ref); return;
    }
}

/* Nobody is left that could be asked. */
static void is_gone(struct step *step, arena_ref ref, bool is_deleted)
{
    struct task_event task = doubted(step, ref);
    struct container_record record;

    if (store_get(step->arena, &step->state->store, task.container_id, &record) != 0 ||
        container_record_state(&record) == CONTAINER_EXITED) {
        life_rest(step, ref);
        return;
    }
    /* The exit is of another life, of which nobody has told and which is gone as well. */
    if (policy_has(step->state->policy, POLICY_INCARNATIONS))
        verify_give_back(step, ref);
    if (life_at(step->arena, ref)->task == 0 && !life_at(step->arena, ref)->told.is_known) {
        note_task(step, NOTE_TASK_VANISHED, &task);
        if (!policy_has(step->state->policy, POLICY_INFER_VANISHED)) {
            life_rest(step, ref);
            return;
        }
    }
    ending_begin(step, ref, is_deleted);
}

/* The answer is one more in a row that says so, and they have for long enough. */
static bool is_out_of_reach(const struct step *step, arena_ref ref, struct outcome outcome)
{
    struct life *life = life_at(step->arena, ref);
    bool is_lost = calls_is_lost(step, life->call_id, outcome);
    if (is_lost || !policy_has(step->state->policy, POLICY_INFER_VANISHED) || outcome.status != STATUS_UNAVAILABLE) {
        life->unreached_at_ns = TIME_NEVER;
        return false;
    }
    life->unreached_at_ns = time_min(life->unreached_at_ns, step->state->now_ns);
    return life->absences >= VERIFY_ABSENCES_MIN &&
           step->state->now_ns >= time_add(life->unreached_at_ns, MONITOR_UNREACHED_MAX_NS);
}

void verify_vanished(struct step *step, arena_ref ref)
{
    is_gone(step, ref, true);
}

void verify_answered(struct step *step, arena_ref ref, struct outcome outcome)
{
    bool is_over = is_out_of_reach(step, ref, outcome);
    if (calls_is_lost(step, life_at(step->arena, ref)->call_id, outcome))
        life_at(step->arena, ref)->doubted_at_ns = step->state->now_ns;
    life_at(step->arena, ref)->call_id = 0;
    if (is_over) {
        is_gone(step, ref, false);
        return;
    }
    switch (answer_meaning(step->state->policy, outcome)) {
    case ANSWER_DONE: is_there(step, ref); return;
    case ANSWER_GONE: is_gone(step, ref, true); return;
    case ANSWER_BUSY:
    case ANSWER_RETRY:
    case ANSWER_FATAL: fail(step, ref, outcome); return;
    }
}
