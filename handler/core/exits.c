/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/exits.h"

#include "handler/core/actions.h"
#include "handler/core/claim.h"
#include "handler/core/ending.h"
#include "handler/core/life.h"
#include "handler/core/park.h"
#include "handler/core/pidless.h"
#include "handler/core/refine.h"
#include "handler/core/verify.h"
#include "handler/core/whose.h"
#include "handler/core/words.h"

uint32_t exits_cost(void)
{
    return life_cost() + ending_cost() + verify_cost();
}

/* Notes why the event is ignored. It stays until the next step: the note speaks of it. */
static void ignore(struct step *step, enum note_kind why, const struct task_event *task, arena_ref kept)
{
    note_task(step, why, task);
    task_queue_append(step->arena, &step->state->retired_tasks, kept);
}

enum verdict {
    VERDICT_ENDED,   /* the container's init process has ended */
    VERDICT_DOUBT,   /* perhaps */
    VERDICT_ANOTHER, /* it was another process */
};

/* Whose exit it is, where the record says that the container lives. A pid is no identity: 0 is any process, an exec in
 * a virtual machine may have the init's, and the next life may have the last one's. */
static enum verdict judge(const struct state *state, const struct container_record *record,
                          const struct task_event *task)
{
    bool is_named = task->process_id.length > 0 && !words_is_of_exec(task);

    /* What one answer says and no event told, another has to confirm. */
    if (task->is_found)
        return policy_has(state->policy, POLICY_VERIFY) ? VERDICT_DOUBT : VERDICT_ENDED;
    if (!policy_has(state->policy, POLICY_VERIFY))
        return task->pid == record->pid ? VERDICT_ENDED : VERDICT_ANOTHER;
    if (task->pid == 0 || record->pid == 0)
        return VERDICT_DOUBT;
    if (task->pid == record->pid)
        return is_named && !container_record_had_pid(record, task->pid) &&
                       !whose_is_from_before(state->policy, record, task)
                   ? VERDICT_ENDED
                   : VERDICT_DOUBT;
    return is_named && task->pid != record->last_pid ? VERDICT_DOUBT : VERDICT_ANOTHER;
}

/* A list or an answer has told how the process ended, and the event tells what says less; or its shim was said to have
 * died, and the event says that nobody knows. */
static bool is_known_better(const struct step *step, arena_ref life, const struct task_event *task)
{
    struct task_event found;
    if (life == 0 || life_at(step->arena, life)->stage != LIFE_VERIFYING)
        return false;
    if (life_at(step->arena, life)->task == 0)
        return life_at(step->arena, life)->told.is_known &&
               refine_weight(life_at(step->arena, life)->told.exit_status) > refine_weight(task->exit_status);
    found = task_view(step->arena, life_at(step->arena, life)->task);
    if (task->exit_status == TASK_STATUS_UNKNOWN && found.pid == 0 && found.exit_status == TASK_STATUS_KILLED)
        return true;
    return found.is_found && found.pid == task->pid &&
           refine_weight(found.exit_status) > refine_weight(task->exit_status);
}

/* The task is being deleted for an operation. */
static bool is_shown(struct step *step, arena_ref life, const struct task_event *task)
{
    struct process_state process = {.status = PROCESS_STOPPED,
                                    .pid = task->pid,
                                    .exit_status = task->exit_status,
                                    .exited_at = task->exited_at,
                                    .tells_exit = true};
    return ending_shown(step, life, &process);
}

/* The life ends, unless its end is being handled already. A doubt is no end. */
static void end_or_ignore(struct step *step, const struct task_event *task, arena_ref kept)
{
    arena_ref life = life_find(step->arena, step->state, task->container_id);
    if (is_known_better(step, life, task)) {
        ending_begin(step, life, false);
        ignore(step, NOTE_EXIT_UNDER_WAY, task, kept);
    } else if (life == 0 || life_at(step->arena, life)->stage <= LIFE_VERIFYING) {
        ending_begin_told(step, life_get(step, task->container_id), kept);
    } else if (is_shown(step, life, task)) {
        task_queue_append(step->arena, &step->state->retired_tasks, kept);
    } else {
        ignore(step, NOTE_EXIT_UNDER_WAY, task, kept);
    }
}

/* Finished by a start that failed: its process is known, and now it has ended too. What was found has been compared by
 * its pid, which the API of 2017 tells without the end. */
static bool is_of_finished(const struct state *state, const struct container_record *record,
                           const struct task_event *task)
{
    if (task->pid == 0 && policy_has(state->policy, POLICY_VERIFY))
        return task->is_found && record->pid != 0;
    return task->pid == record->pid;
}

/* Of a life of which nobody has told yet. */
static bool is_of_untold(const struct state *state, const struct container_record *record,
                         const struct task_event *task)
{
    return policy_has(state->policy, POLICY_INCARNATIONS) && task->process_id.length > 0 && record->last_pid != 0 &&
           task->pid != 0 && task->pid != record->last_pid;
}

bool exits_end_unheard(const struct step *step, const struct container_record *record, const struct task_event *exit)
{
    return !words_is_of_exec(exit) && whose_is_unheard(step->state->policy, record, exit, step->event->wall_ns);
}

/* Of a life of which the beginning was heard and not believed yet. */
static bool is_told_to_its_end(const struct step *step, const struct container_record *record,
                               const struct task_event *task)
{
    return task->pid != 0 && park_has_beginning(step, record->id, task->pid) && exits_end_unheard(step, record, task);
}

/* The record says EXITED. */
static void exit_again(struct step *step, const struct container_record *record, const struct task_event *task,
                       arena_ref kept)
{
    if (refine_can(step, record, task)) {
        refine_by_event(step, task);
        task_queue_append(step->arena, &step->state->retired_tasks, kept);
        return;
    }
    if (is_of_finished(step->state, record, task)) {
        end_or_ignore(step, task, kept);
        return;
    }
    if (is_told_to_its_end(step, record, task)) {
        park_release(step, task->container_id);
        task_queue_append(step->arena, &step->state->waiting, kept);
        return;
    }
    if (is_of_untold(step->state, record, task)) {
        list_want(step);
        if (policy_has(step->state->policy, POLICY_PARK_EARLY_EXITS) && park_exit(step, kept))
            return;
    }
    ignore(step, NOTE_NOT_THE_INIT_PROCESS, task, kept);
}

static void exit_of_unknown(struct step *step, const struct task_event *task, arena_ref kept)
{
    if (!policy_has(step->state->policy, POLICY_PARK_EARLY_EXITS) || !park_exit(step, kept))
        ignore(step, NOTE_CONTAINER_UNKNOWN, task, kept);
}

/* The same process was told to have ended, with another code, which is in doubt: it ends once, and the server tells. */
static bool is_contradicted(const struct step *step, arena_ref life, const struct task_event *task)
{
    struct task_event old;
    if (life == 0 || life_at(step->arena, life)->stage != LIFE_VERIFYING || life_at(step->arena, life)->task == 0)
        return false;
    old = task_view(step->arena, life_at(step->arena, life)->task);
    return !old.is_found && old.pid == task->pid && old.exit_status != task->exit_status;
}

static void exit_of_living(struct step *step, const struct container_record *record, const struct task_event *task,
                           arena_ref kept)
{
    arena_ref life = life_find(step->arena, step->state, task->container_id);

    enum verdict verdict = judge(step->state, record, task);
    if (verdict == VERDICT_ENDED && is_contradicted(step, life, task))
        verdict = VERDICT_DOUBT;
    switch (verdict) {
    case VERDICT_ANOTHER: ignore(step, NOTE_NOT_THE_INIT_PROCESS, task, kept); return;
    case VERDICT_DOUBT:
        if (life == 0 || life_at(step->arena, life)->stage <= LIFE_VERIFYING)
            verify_exit(step, life_get(step, task->container_id), kept);
        else if (!container_record_had_pid(record, task->pid) && is_shown(step, life, task))
            task_queue_append(step->arena, &step->state->retired_tasks, kept);
        else
            ignore(step, NOTE_EXIT_UNDER_WAY, task, kept);
        return;
    case VERDICT_ENDED: end_or_ignore(step, task, kept); return;
    }
}

static bool is_starting(const struct step *step, struct text container_id)
{
    return store_marks(step->arena, &step->state->store, container_id)->is_starting;
}

void exits_begin(struct step *step, const struct task_event *task, arena_ref kept)
{
    struct container_record record;

    if (policy_has(step->state->policy, POLICY_VERIFY) && words_is_of_exec(task))
        ignore(step, NOTE_NOT_THE_INIT_PROCESS, task, kept);
    else if (store_get(step->arena, &step->state->store, task->container_id, &record) != 0)
        exit_of_unknown(step, task, kept);
    else if (policy_has(step->state->policy, POLICY_PARK_EARLY_EXITS) && is_starting(step, record.id) &&
             park_exit(step, kept))
        return;
    else if (container_record_state(&record) == CONTAINER_EXITED)
        exit_again(step, &record, task, kept);
    else
        exit_of_living(step, &record, task, kept);
}

/* How it ended was told before its task was said to be gone: of one that never started the latter tells no code. */
static bool was_told(const struct step *step, arena_ref ref, uint32_t pid)
{
    const struct life *life = life_at(step->arena, ref);
    struct task_event task;
    if (life->stage != LIFE_VERIFYING || life->task == 0)
        return false;
    task = task_view(step->arena, life->task);
    return task.kind == TASK_EVENT_EXIT && task.pid == pid;
}

/* Of what never started a deletion knows no time and no code. */
static bool tells_end(const struct task_event *deletion)
{
    return deletion->exited_at.present && deletion->exited_at.seconds > 0;
}

void exits_end_deleted(struct step *step, arena_ref life, arena_ref kept, bool is_in_doubt)
{
    struct task_event deletion = task_view(step->arena, kept);
    uint32_t pid = deletion.pid;
    arena_ref exit;
    if ((is_in_doubt || life_at(step->arena, life)->is_contradicted) && tells_end(&deletion)) {
        ending_begin_deleted(step, life, kept);
        return;
    }
    if (was_told(step, life, pid)) {
        task_queue_append(step->arena, &step->state->retired_tasks, kept);
        ending_begin(step, life, true);
        return;
    }
    /* Or it waits for the answer to the Start. */
    exit = park_take_exit(step, life, pid);
    if (exit != 0)
        task_queue_append(step->arena, &step->state->retired_tasks, kept);
    ending_begin_deleted(step, life, exit != 0 ? exit : kept);
}

/* The task of a life that goes on, as far as the record says. */
static void deleted_while_living(struct step *step, const struct container_record *record, arena_ref kept)
{
    if (pidless_is(step, record) ||
        (policy_has(step->state->policy, POLICY_INCARNATIONS) && container_record_had_pid(record, record->pid)))
        claim_begin(step, kept);
    else
        exits_end_deleted(step, life_get(step, record->id), kept, false);
}

/* Nobody has told the pid of the record's process; it may be that which was deleted. */
static bool is_of_pidless(const struct step *step, const struct container_record *record,
                          const struct task_event *deletion)
{
    return pidless_is(step, record) && record->started_at_ns != 0 && !container_record_had_pid(record, deletion->pid);
}

void exits_deleted(struct step *step, const struct task_event *task, arena_ref kept)
{
    struct container_record record = {.pid = 0};
    arena_ref life = life_find(step->arena, step->state, task->container_id);
    bool is_ending = life != 0 && life_at(step->arena, life)->stage > LIFE_VERIFYING;
    bool has_record = store_get(step->arena, &step->state->store, task->container_id, &record) == 0;
    bool is_over = container_record_state(&record) == CONTAINER_EXITED;

    if (!policy_has(step->state->policy, POLICY_INFER_VANISHED) || !has_record || task->pid == 0) {
        if (!has_record && step->state->list.stage == LIST_ASKED && park_deletion(step, kept))
            return;
        task_queue_append(step->arena, &step->state->retired_tasks, kept);
        return;
    }
    /* It was held back. */
    if (!is_over && whose_is_told_again(step->state->policy, &record, task, step->event->wall_ns)) {
        task_queue_append(step->arena, &step->state->retired_tasks, kept);
        return;
    }
    if (!is_ending && !is_over && (task->pid == record.pid || is_of_pidless(step, &record, task))) {
        deleted_while_living(step, &record, kept);
        return;
    }
    task_queue_append(step->arena, &step->state->retired_tasks, kept);
    if (is_ending)
        ending_gone(step, life, task);
    else if (is_over && task->pid == record.last_pid && !record.delete_pending && !record.task_gone)
        ending_mark(step, record.id, false, true);
}
