/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/ending_private.h"

#include "base/error.h"
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/dispatch.h"
#include "handler/core/oom.h"
#include "handler/core/refine.h"
#include "handler/core/subscription.h"
#include "handler/core/times.h"

bool ending_locked_out(const struct arena *arena, const struct state *state, struct text container_id)
{
    return !policy_has(state->policy, POLICY_NO_LOCK) && store_locked(arena, &state->store, container_id);
}

/* The event that told the exit, or what is known where none did. */
struct task_event ending_told_by(const struct step *step, arena_ref ref)
{
    const struct life *life = life_at(step->arena, ref);
    if (life->task != 0)
        return task_view(step->arena, life->task);
    return (struct task_event){.kind = TASK_EVENT_EXIT, .container_id = life_id(step->arena, ref)};
}

/* ---- the record ---- */

/* The record as the exit leaves it. */
static void end_record(struct step *step, arena_ref ref, struct container_record *record)
{
    const struct life_ending *ending = &life_at(step->arena, ref)->ending;
    record->pid_before = record->last_pid;
    record->last_pid = record->pid != 0 ? record->pid : ending->pid;
    record->pid = 0;
    record->finished_at_ns = ending->finished_at_ns;
    record->exit_code = ending->exit_code;
    record->inferred = ending->inferred;
    if (policy_has(step->state->policy, POLICY_OOM))
        record->reason = oom_reason(step, record->id, ending->exit_code, ending->inferred, ending->oom);
    record->finished = policy_has(step->state->policy, POLICY_GUARD_TIMESTAMPS);
    record->delete_pending = policy_has(step->state->policy, POLICY_JOURNAL) && !ending->gone;
    record->task_gone = !record->delete_pending && !ending->is_kept;
    if (oom_is_settled(step, record->id))
        record->found_after_ns = 0;
}

struct task_marks {
    bool is_pending;
    bool is_gone;
};

static int set_task_marks(struct container_record *record, void *context)
{
    const struct task_marks *marks = context;
    record->delete_pending = marks->is_pending;
    record->task_gone = marks->is_gone;
    return 0;
}

void ending_mark(struct step *step, struct text id, bool is_pending, bool is_gone)
{
    struct task_marks marks = {is_pending, is_gone};
    struct container_record record;
    if (store_update(step->arena, &step->state->store, id, set_task_marks, &marks) == 0 &&
        store_get(step->arena, &step->state->store, id, &record) == 0)
        writes_put(step, &record, RECORD_EXITED, false);
}

/* The record was finished without the task, by a start that failed say: what is recorded stays, and the task goes. */
static void delete_finished(struct step *step, arena_ref ref)
{
    ending_mark(step, life_id(step->arena, ref), true, false);
    ending_resume(step, ref);
}

void ending_put(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    struct task_event task = ending_told_by(step, ref);
    struct container_record record = {.id = life_id(step->arena, ref)};
    int result = store_get(step->arena, &step->state->store, record.id, &record);

    if (ending_locked_out(step->arena, step->state, record.id)) {
        life_move(step, ref, LIFE_HELD);
        return;
    }
    /* Its owner has removed it in the meantime. */
    if (result != 0) {
        struct outcome removed = {STATUS_NOT_FOUND, text_of("there is no such record")};
        note_task_outcome(step, NOTE_STORE_FAILED, &task, removed);
        life_rest(step, ref);
        return;
    }
    if (container_record_state(&record) == CONTAINER_EXITED) {
        note_task(step, NOTE_FINISHED_BEFORE, &task);
        if (policy_has(step->state->policy, POLICY_JOURNAL))
            delete_finished(step, ref);
        else
            life_rest(step, ref);
        return;
    }
    end_record(step, ref, &record);
    life_move(step, ref, LIFE_RECORDING);
    life->write_id = writes_put_exit(step, &record, ref);
}

/* The change that was written, applied to the monitor's own record. */
static int take_written(struct container_record *record, void *context)
{
    const struct container_record *written = context;
    /* The records were loaded anew, by a store that had not written the beginning of this life yet. */
    if (record->incarnation != written->incarnation) {
        *record = *written;
        return 0;
    }
    record->pid = written->pid;
    record->last_pid = written->last_pid;
    record->pid_before = written->pid_before;
    record->finished_at_ns = written->finished_at_ns;
    record->exit_code = written->exit_code;
    record->reason = written->reason;
    record->finished = written->finished;
    record->inferred = written->inferred;
    record->delete_pending = written->delete_pending;
    record->task_gone = written->task_gone;
    record->found_after_ns = written->found_after_ns;
    return 0;
}

void ending_written(struct step *step, const struct write *write)
{
    struct container_record written = record_view(step->arena, write->record);
    arena_ref ref = write->life;
    /* Its owner has removed the record, and may have set another; the task that has the id may be another, too. */
    bool is_unwanted = life_at(step->arena, ref)->is_unwanted;
    int result = is_unwanted ? 0 : store_update(step->arena, &step->state->store, written.id, take_written, &written);

    /* The records were loaded anew, by a store that had not written this one yet. */
    if (result == ERROR_MISSING)
        (void)store_create(step->arena, &step->state->store, &written);
    life_at(step->arena, ref)->write_id = 0;
    if (written.delete_pending && life_at(step->arena, ref)->ending.moot)
        list_want(step);
    if (!written.delete_pending || is_unwanted || life_at(step->arena, ref)->ending.moot ||
        subscription_stopped(step->state)) {
        life_rest(step, ref);
        return;
    }
    life_move(step, ref, LIFE_DELETING);
    if (life_at(step->arena, ref)->ending.gone) {
        refine_suspect(step, ref);
        ending_finish(step, ref);
        return;
    }
    dispatch_refine(step, written.id);
    ending_delete(step, ref);
}

/* ---- the beginning ---- */

/* A shim that died is told with pid 0 and a made-up code, as a killed process would have it or as nobody knows it. */
static bool is_made_up(const struct step *step, const struct task_event *task)
{
    return policy_has(step->state->policy, POLICY_VERIFY) && task->pid == 0 &&
           (task->exit_status == TASK_STATUS_KILLED || task->exit_status == TASK_STATUS_UNKNOWN);
}

static void set_ending(struct step *step, arena_ref ref, const struct task_event *task)
{
    struct container_record record = {.pid = 0};
    struct life_ending *ending = &life_at(step->arena, ref)->ending;
    (void)store_get(step->arena, &step->state->store, task->container_id, &record);
    ending->pid = record.pid != 0 ? record.pid : task->pid;
    ending->pid_before = record.last_pid;
    ending->exit_code = (int32_t)task->exit_status;
    ending->inferred = is_made_up(step, task);
    ending->is_shown = ending->is_unlisted = ending->is_doubted = false;
    ending->finished_at_ns =
        times_finished_ns(step->state->policy, &task->exited_at, &task->published_at, &record, step->event->wall_ns);
}

/* All that is to be recorded is known. */
static void go_on(struct step *step, arena_ref ref)
{
    const struct life *life = life_at(step->arena, ref);
    if (policy_has(step->state->policy, POLICY_JOURNAL) || life->ending.gone) {
        ending_put(step, ref);
        return;
    }
    life_move(step, ref, LIFE_DELETING);
    ending_delete(step, ref);
}

static void count(struct step *step, arena_ref ref)
{
    struct monitor_action *action = calls_begin(step, MONITOR_CALL_METRICS, CALL_OF_LIFE, ref);
    life_move(step, ref, LIFE_COUNTING);
    life_at(step->arena, ref)->call_id = action->call_id;
    action->container_id = life_id(step->arena, ref);
    action->timeout_ns = OOM_COUNT_TIMEOUT_NS;
}

void ending_counted(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct store_marks *marks = store_marks(step->arena, &step->state->store, life_id(step->arena, ref));
    life_at(step->arena, ref)->call_id = 0;
    bool is_told = outcome.status == STATUS_OK && step->event->tells_kills;
    if (is_told)
        life_at(step->arena, ref)->ending.oom = oom_is_counted(step, life_id(step->arena, ref), step->event->oom_kills);
    if (marks != NULL)
        marks->is_counted = is_told;
    if (life_at(step->arena, ref)->ending.gone && !life_at(step->arena, ref)->ending.oom)
        refine_suspect(step, ref);
    go_on(step, ref);
}

/* Whose task it is that is there a list has to tell. */
static bool is_made_anew(const struct step *step, struct text id)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    return marks != NULL && marks->is_made_anew;
}

static void begin(struct step *step, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    calls_forget(step, life->call_id);
    life->call_id = 0;
    life->ending.oom = oom_is_believed(step, life_id(step->arena, ref));
    life->ending.moot = is_made_anew(step, life_id(step->arena, ref));
    life->ending.is_kept = false;
    /* What is DELETING was killed by us, before it started. */
    if (!life->ending.gone && life->stage != LIFE_DELETING && calls_possible(step->state) &&
        oom_is_open(step, life_id(step->arena, ref), life->ending.exit_code))
        count(step, ref);
    else
        go_on(step, ref);
}

/* No event has told it, but an answer or a list. */
static void begin_shown(struct step *step, arena_ref ref, bool is_gone)
{
    const struct life *life = life_at(step->arena, ref);
    struct container_record record = {.pid = 0};
    struct process_state process = {
        .exit_status = life->told.exit_status, .exited_at = life->told.exited_at, .tells_exit = true};
    (void)store_get(step->arena, &step->state->store, life_id(step->arena, ref), &record);
    process.pid = record.pid;
    ending_begin_asked(step, ref, &process, is_gone);
}

void ending_begin(struct step *step, arena_ref ref, bool is_gone)
{
    struct life *life = life_at(step->arena, ref);
    struct task_event task = ending_told_by(step, ref);
    if (life->task == 0 && life->told.is_known) {
        begin_shown(step, ref, is_gone);
        return;
    }
    if (life->task == 0)
        task.exit_status = TASK_STATUS_UNKNOWN;
    set_ending(step, ref, &task);
    if (life->task == 0) {
        life->ending.inferred = true;
        if (!policy_has(step->state->policy, POLICY_GUARD_TIMESTAMPS))
            life->ending.finished_at_ns = step->event->wall_ns;
    }
    life->ending.gone = is_gone;
    begin(step, ref);
}

static void take_event(struct step *step, arena_ref ref, arena_ref kept)
{
    struct life *life = life_at(step->arena, ref);
    if (life->task != 0)
        task_queue_append(step->arena, &step->state->retired_tasks, life->task);
    life->task = kept;
}

void ending_begin_told(struct step *step, arena_ref ref, arena_ref kept)
{
    take_event(step, ref, kept);
    ending_begin(step, ref, false);
}

void ending_begin_deleted(struct step *step, arena_ref ref, arena_ref kept)
{
    take_event(step, ref, kept);
    ending_begin(step, ref, true);
}

void ending_begin_asked(struct step *step, arena_ref ref, const struct process_state *process, bool is_gone)
{
    struct life *life = life_at(step->arena, ref);
    struct task_event task = {.container_id = life_id(step->arena, ref),
                              .pid = process->pid,
                              .exit_status = process->tells_exit ? process->exit_status : TASK_STATUS_UNKNOWN,
                              .exited_at = process->exited_at};
    set_ending(step, ref, &task);
    life->ending.inferred = !process->tells_exit;
    life->ending.is_shown = process->tells_exit;
    life->ending.gone = is_gone;
    begin(step, ref);
}

void ending_record_anew(struct step *step, arena_ref ref)
{
    life_at(step->arena, ref)->write_id = 0;
    life_move(step, ref, LIFE_QUIET);
    ending_put(step, ref);
}

void ending_unlocked(struct step *step, struct text container_id)
{
    arena_ref ref = life_find(step->arena, step->state, container_id);
    if (ref != 0 && life_at(step->arena, ref)->stage == LIFE_HELD)
        ending_put(step, ref);
}

void ending_record_removed(struct step *step, struct text container_id)
{
    arena_ref ref = life_find(step->arena, step->state, container_id);
    if (ref == 0)
        return;
    life_at(step->arena, ref)->kills_left = 0;
    /* What waits to be written again has nothing to be written to. */
    if (life_at(step->arena, ref)->stage == LIFE_RECORDING && life_at(step->arena, ref)->failed_write != 0) {
        writes_drop_failed(step, ref);
        life_at(step->arena, ref)->retry_at_ns = TIME_NEVER;
        life_rest(step, ref);
    } else if (life_at(step->arena, ref)->stage == LIFE_RECORDING)
        life_at(step->arena, ref)->is_unwanted = true;
    else if (life_at(step->arena, ref)->stage == LIFE_HELD)
        ending_put(step, ref);
}
