/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/claim.h"

#include "base/contract.h"
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/answers.h"
#include "handler/core/calls.h"
#include "handler/core/dispatch.h"
#include "handler/core/ending.h"
#include "handler/core/exits.h"
#include "handler/core/found.h"
#include "handler/core/park.h"
#include "handler/core/pidless.h"
#include "handler/core/retry.h"
#include "handler/core/verify.h"
#include "handler/core/whose.h"

/* It is the pid of one of the last two lives that have ended: the event most likely is as well, and nothing new. */
static bool was_counted(const struct container_record *record, uint32_t pid)
{
    return pid != 0 && (pid == record->last_pid || pid == record->pid_before);
}

static bool is_over(const struct container_record *record)
{
    return container_record_state(record) == CONTAINER_EXITED;
}

/* ---- asking ---- */

static void ask(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    struct life_claim *claim = &life->claim;
    struct container_record record = {.pid = 0};
    struct monitor_action *action;

    if (!calls_possible(step->state)) {
        claim->since_ns = step->state->now_ns;
        claim->at_ns = time_add(step->state->now_ns, retry_same_delay_ns(claim->attempt));
        life_schedule(step, ref);
        return;
    }
    (void)store_get(step->arena, &step->state->store, life_id(step->arena, ref), &record);
    claim->incarnation = record.incarnation;
    claim->is_over = is_over(&record);
    claim->is_gone = record.task_gone || (life->stage == LIFE_DELETING && life->ending.gone);
    action = calls_begin(step, MONITOR_CALL_GET, CALL_OF_CLAIM, ref);
    claim->call_id = action->call_id;
    action->container_id = life_id(step->arena, ref);
    action->timeout_ns = MONITOR_ASK_TIMEOUT_NS;
}

void claim_begin(struct step *step, arena_ref kept)
{
    struct task_event task = task_view(step->arena, kept);
    arena_ref ref = life_get(step, task.container_id);
    struct life_claim *claim = &life_at(step->arena, ref)->claim;
    CONTRACT(claim->task == 0);
    *claim = (struct life_claim){
        .task = kept, .at_ns = TIME_NEVER, .since_ns = step->state->now_ns, .revision = ++step->state->store.revision};
    step->state->under_way++;
    ask(step, ref);
}

void claim_retry(struct step *step, arena_ref ref)
{
    life_at(step->arena, ref)->claim.at_ns = TIME_NEVER;
    ask(step, ref);
}

static void ask_later(struct step *step, arena_ref ref)
{
    struct life_claim *claim = &life_at(step->arena, ref)->claim;
    claim->at_ns = time_add(step->state->now_ns, retry_delay_ns(&claim->attempt));
    life_schedule(step, ref);
}

static bool is_old(const struct step *step, arena_ref ref)
{
    return step->state->now_ns >= time_add(life_at(step->arena, ref)->claim.since_ns, CLAIM_MAX_NS);
}

/* ---- the end of a doubt ---- */

/* The event, which is in doubt no more. */
static arena_ref take(struct step *step, arena_ref ref)
{
    struct life_claim *claim = &life_at(step->arena, ref)->claim;
    arena_ref kept = claim->task;
    *claim = (struct life_claim){.at_ns = TIME_NEVER};
    step->state->under_way--;
    life_schedule(step, ref);
    return kept;
}

/* What has waited for that goes on. */
static void go_on(struct step *step, arena_ref ref)
{
    if (life_at(step->arena, ref)->stage == LIFE_QUIET)
        life_rest(step, ref);
    else
        ending_go_on(step, life_id(step->arena, ref));
}

/* The event is handled again, as one of the life of that number, 0 where that is as open as before. */
static void give_back(struct step *step, arena_ref ref, uint64_t incarnation)
{
    arena_ref kept = take(step, ref);
    task_set_incarnation(step->arena, kept, incarnation);
    task_queue_prepend(step->arena, &step->state->waiting, kept);
    go_on(step, ref);
}

static void drop(struct step *step, arena_ref ref)
{
    arena_ref kept = take(step, ref);
    struct task_event task = task_view(step->arena, kept);
    note_task(step, NOTE_EVENT_OUTDATED, &task);
    task_queue_append(step->arena, &step->state->retired_tasks, kept);
    go_on(step, ref);
}

/* ---- in the order of hearing ---- */

static bool ends(const struct step *step, const struct container_record *record, uint32_t pid, arena_ref kept)
{
    struct task_event task = task_view(step->arena, kept);
    return task.kind == TASK_EVENT_EXIT && task.pid == pid && text_equal(task.container_id, record->id) &&
           dispatch_is_ours(step, task.name_space) && exits_end_unheard(step, record, &task);
}

/* The end of the event's process has been told since it was heard, or shortly before. */
static bool is_told_to_its_end(const struct step *step, arena_ref ref, const struct container_record *record)
{
    const struct life *life = life_at(step->arena, ref);
    uint32_t pid = task_view(step->arena, life->claim.task).pid;
    if (pid == 0)
        return false;
    for (arena_ref kept = step->state->waiting.first; kept != 0; kept = task_queue_after(step->arena, kept))
        if (ends(step, record, pid, kept))
            return true;
    for (arena_ref kept = life->parked.first; kept != 0; kept = task_queue_after(step->arena, kept))
        if (ends(step, record, pid, kept))
            return true;
    return false;
}

static void go_by_hearing(struct step *step, arena_ref ref, const struct container_record *record)
{
    uint32_t pid = task_view(step->arena, life_at(step->arena, ref)->claim.task).pid;
    bool comes_late = pid != record->last_pid && was_counted(record, pid) && record->ended_before_ns == 0;
    if (!comes_late && is_told_to_its_end(step, ref, record))
        give_back(step, ref, record->incarnation + 1);
    else if (comes_late || !park_has_room(step, ref))
        drop(step, ref);
    else {
        park_beginning(step, ref, take(step, ref));
        go_on(step, ref);
    }
}

/* ---- answers ---- */

/* The event has told the end of the life that the record is of. */
static void is_deleted(struct step *step, arena_ref ref)
{
    arena_ref kept = take(step, ref);
    if (life_at(step->arena, ref)->stage <= LIFE_VERIFYING) {
        exits_end_deleted(step, ref, kept, true);
        return;
    }
    task_queue_append(step->arena, &step->state->retired_tasks, kept);
    ending_found_gone(step, ref);
}

/* The task is of a third life, behind that of the event: while its creation waits for its turn, nothing is deleted for
 * the second. How it goes on a server tells that knows its state. */
static void follow(struct step *step, const struct container_record *record, const struct process_state *process)
{
    struct process_state third = *process;
    if (process->status == PROCESS_UNKNOWN)
        third.status = PROCESS_CREATED;
    (void)found_later_life(step, record->id, &third, record->incarnation + 2);
}

static void is_next(struct step *step, arena_ref ref, const struct container_record *record,
                    const struct process_state *process)
{
    struct task_event task = task_view(step->arena, life_at(step->arena, ref)->claim.task);
    bool is_its = task.pid == 0 || process->pid == 0 || task.pid == process->pid;

    if (task.kind == TASK_EVENT_DELETE) {
        is_deleted(step, ref);
        return;
    }
    if (!is_its && was_counted(record, task.pid)) {
        (void)found_life(step, record->id, process);
        drop(step, ref);
        return;
    }
    /* Nor has the event told the end that there is: what tells it now may be the only one that ever does. */
    if (!is_its || process->status == PROCESS_STOPPED)
        list_want(step);
    verify_forget_told(life_at(step->arena, ref), process);
    give_back(step, ref, record->incarnation + 1);
    if (!is_its)
        follow(step, record, process);
    else if (process->status == PROCESS_STOPPED && process->tells_exit)
        (void)found_later_end(step, record->id, process, record->incarnation + 1);
}

/* Whose task there is a list has to tell before anything is deleted. */
static void leave_to_list(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    list_want(step);
    if (!policy_has(step->state->policy, POLICY_RELIST))
        return;
    if (life->stage == LIFE_DELETING)
        ending_moot(step, ref);
    else if (life->stage > LIFE_VERIFYING)
        life->ending.moot = true;
}

/* Nothing was found out in all that time. */
static void is_undecided(struct step *step, arena_ref ref, const struct container_record *record)
{
    leave_to_list(step, ref);
    if (is_over(record))
        go_by_hearing(step, ref, record);
    else
        drop(step, ref);
}

/* What has started is not about to start; but one answer may lag behind what was told. */
static bool has_yet_to_start(const struct container_record *record, const struct process_state *process)
{
    return !is_over(record) && process->status == PROCESS_CREATED && record->started_at_ns != 0 &&
           (process->pid == record->pid || record->pid == 0);
}

static enum whose whose(const struct step *step, const struct container_record *record,
                        const struct process_state *process, bool is_begun)
{
    return pidless_is(step, record) ? pidless_task(step, record, process)
                                    : whose_task(step->state->policy, record, process, is_begun, step->event->wall_ns);
}

/* The event is of the life that the record is of, and tells the pid of that where nobody has. */
static void is_this(struct step *step, arena_ref ref, const struct container_record *record)
{
    if (pidless_is(step, record) &&
        task_view(step->arena, life_at(step->arena, ref)->claim.task).kind != TASK_EVENT_DELETE)
        give_back(step, ref, record->incarnation);
    else
        drop(step, ref);
}

/* A list has lacked the task, which alone proves nothing, or has told its end; but then another was said to begin, and
 * what is there has ended. */
static bool is_over_for_sure(const struct step *step, arena_ref ref, const struct process_state *process)
{
    const struct life *life = life_at(step->arena, ref);
    return life->stage == LIFE_DELETING && (life->ending.is_unlisted || life->ending.is_shown) &&
           process->status == PROCESS_STOPPED;
}

static void is_there(struct step *step, arena_ref ref, struct container_record *record)
{
    const struct process_state *process = &step->event->process;
    struct task_event task = task_view(step->arena, life_at(step->arena, ref)->claim.task);
    bool is_begun = task.kind != TASK_EVENT_DELETE && task.pid == process->pid;
    record->task_gone = life_at(step->arena, ref)->claim.is_gone || is_over_for_sure(step, ref, process);
    enum whose is = whose(step, record, process, is_begun);
    /* Only its pid tells whether it is the event's or a third life's. */
    if (process->pid == 0 && task.pid != container_record_task_pid(record) && !is_old(step, ref))
        is = WHOSE_UNKNOWN;
    if (task.kind == TASK_EVENT_DELETE && pidless_is(step, record) && process->pid != 0 &&
        (process->pid != task.pid || process->status != PROCESS_STOPPED))
        is = WHOSE_NEXT;
    if (task.kind != TASK_EVENT_DELETE && is != WHOSE_NEXT && has_yet_to_start(record, process)) {
        if (life_at(step->arena, ref)->claim.attempt == 0)
            ask_later(step, ref);
        else
            is_next(step, ref, record, process);
        return;
    }
    switch (is) {
    case WHOSE_THIS:
        if (!is_over(record) && process->status == PROCESS_STOPPED)
            list_want(step);
        is_this(step, ref, record);
        return;
    case WHOSE_NEXT: is_next(step, ref, record, process); return;
    case WHOSE_UNKNOWN:
        if (!is_old(step, ref))
            ask_later(step, ref);
        else if (process->status != PROCESS_UNKNOWN)
            is_next(step, ref, record, process);
        else
            is_undecided(step, ref, record);
        return;
    }
}

/* The list shows another task than the event's, and may be from before that. */
static bool may_be_older(const struct step *step, const struct life_claim *claim, const struct task_event *task,
                         const struct process_state *process)
{
    return task->pid != 0 && task->pid != process->pid && claim->revision > step->state->list.revision;
}

bool claim_shown(struct step *step, arena_ref ref, const struct process_state *process)
{
    struct life_claim *claim = &life_at(step->arena, ref)->claim;
    struct task_event task = task_view(step->arena, claim->task);
    struct container_record record;
    if (task.kind == TASK_EVENT_DELETE || process->pid == 0 || process->status == PROCESS_UNKNOWN ||
        may_be_older(step, claim, &task, process) ||
        store_get(step->arena, &step->state->store, life_id(step->arena, ref), &record) != 0 ||
        whose(step, &record, process, task.pid == process->pid) != WHOSE_NEXT)
        return false;
    calls_forget(step, claim->call_id);
    claim->call_id = 0;
    is_next(step, ref, &record, process);
    return true;
}

/* The life that the record is of has no task any more, and its end was not told. */
static void has_vanished(struct step *step, arena_ref ref, const struct container_record *record)
{
    if (task_view(step->arena, life_at(step->arena, ref)->claim.task).kind == TASK_EVENT_DELETE) {
        is_deleted(step, ref);
    } else if (life_at(step->arena, ref)->stage > LIFE_VERIFYING) {
        ending_found_gone(step, ref);
        if (life_at(step->arena, ref)->stage == LIFE_DELETING)
            ask_later(step, ref);
        else
            give_back(step, ref, 0);
    } else if (!policy_has(step->state->policy, POLICY_INFER_VANISHED)) {
        give_back(step, ref, record->incarnation + 1);
    } else {
        task_queue_prepend(step->arena, &step->state->waiting, take(step, ref));
        verify_vanished(step, ref);
    }
}

static void is_gone(struct step *step, arena_ref ref, const struct container_record *record)
{
    if (!is_over(record)) {
        has_vanished(step, ref, record);
        return;
    }
    if (life_at(step->arena, ref)->stage == LIFE_DELETING)
        ending_found_gone(step, ref);
    else if (!record->task_gone)
        ending_mark(step, record->id, false, true);
    go_by_hearing(step, ref, record);
}

static void fail(struct step *step, arena_ref ref, const struct container_record *record, struct outcome outcome)
{
    struct life_claim *claim = &life_at(step->arena, ref)->claim;
    struct task_event task = task_view(step->arena, claim->task);
    if (is_old(step, ref)) {
        is_undecided(step, ref, record);
        return;
    }
    ask_later(step, ref);
    note_task_retry(step, NOTE_VERIFY_FAILED, &task, outcome, claim->at_ns - step->state->now_ns);
}

void claim_answered(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct life_claim *claim = &life_at(step->arena, ref)->claim;
    struct container_record record;

    if (calls_is_lost(step, claim->call_id, outcome))
        claim->since_ns = step->state->now_ns;
    claim->call_id = 0;
    if (store_get(step->arena, &step->state->store, life_id(step->arena, ref), &record) != 0 ||
        record.incarnation != claim->incarnation || is_over(&record) != claim->is_over) {
        give_back(step, ref, 0);
        return;
    }
    switch (answer_meaning(step->state->policy, outcome)) {
    case ANSWER_DONE: is_there(step, ref, &record); return;
    case ANSWER_GONE: is_gone(step, ref, &record); return;
    case ANSWER_BUSY:
    case ANSWER_RETRY:
    case ANSWER_FATAL: fail(step, ref, &record, outcome); return;
    }
}
