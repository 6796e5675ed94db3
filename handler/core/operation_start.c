/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/answers.h"
#include "handler/core/ending.h"
#include "handler/core/learn.h"
#include "handler/core/life.h"
#include "handler/core/operation.h"
#include "handler/core/park.h"
#include "handler/core/writes.h"

static bool verifies(const struct step *step)
{
    return policy_has(step->state->policy, POLICY_VERIFY_START);
}

/* Whether a Start is under way. In 2017 that was a lock. */
static void lock(struct step *step, arena_ref ref, bool is_locked)
{
    struct text id = errand_container(step->arena, errand_at(step->arena, ref));
    struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    if (marks != NULL)
        marks->is_starting = is_locked;
    if (!is_locked)
        park_release(step, id);
    if (policy_has(step->state->policy, POLICY_NO_LOCK))
        return;
    store_lock(step->arena, &step->state->store, id, is_locked);
    if (!is_locked)
        ending_unlocked(step, id);
}

/* ---- how it ends ---- */

/* As the start event would, had it come first; where an exit has come first, on its way into the record or in it, that
 * stays. */
static void started(struct step *step, arena_ref ref, uint32_t told_pid)
{
    const struct errand *errand = errand_at(step->arena, ref);
    struct text id = errand_container(step->arena, errand);
    struct task_event task = {.kind = TASK_EVENT_START, .container_id = id, .process_id = id};
    struct container_record record;
    enum container_state state = operation_record(step, ref, &record);

    if (state == CONTAINER_UNKNOWN) {
        operation_refuse(step, ref, state);
        return;
    }
    task.pid = told_pid != 0 ? told_pid : errand->pid != 0 ? errand->pid : record.pid;
    if (state == CONTAINER_CREATED && !life_blocks(step->arena, step->state, id))
        (void)learn_start(step, &task);
    lock(step, ref, false);
    operation_finish_written(step, ref);
}

static int replace(struct container_record *record, void *context)
{
    *record = *(const struct container_record *)context;
    return 0;
}

/* The record of a start that failed. It says as well whether a task is left to be deleted. False where there is nothing
 * to be recorded: the record is gone, or an exit tells more. */
static bool failed_record(const struct step *step, arena_ref ref, struct container_record *ret_record)
{
    const struct errand *errand = errand_at(step->arena, ref);
    if (operation_record(step, ref, ret_record) != CONTAINER_CREATED ||
        !life_idle(step->arena, step->state, ret_record->id))
        return false;
    ret_record->pid_before = ret_record->last_pid;
    ret_record->last_pid = ret_record->pid;
    ret_record->pid = 0;
    ret_record->finished_at_ns = errand->failed_at_ns;
    ret_record->exit_code = OPERATION_START_FAILED_CODE;
    ret_record->reason = text_of(OPERATION_START_FAILED_REASON);
    ret_record->message = arena_text_get(step->arena, errand->failure.text);
    ret_record->finished = true;
    ret_record->task_gone = !errand->is_left;
    ret_record->delete_pending = errand->is_left && policy_has(step->state->policy, POLICY_JOURNAL);
    return true;
}

/* The clean-up of 2017 had the time of the start, which may be over. */
static void clean_up(struct step *step, arena_ref ref)
{
    const struct errand *errand = errand_at(step->arena, ref);
    if (policy_has(step->state->policy, POLICY_KILL_CREATED)) {
        errand_move(step, ref, ERRAND_CLEANING);
        errand_wait(step, ref, step->state->now_ns);
        return;
    }
    if (policy_has(step->state->policy, POLICY_JOURNAL) || errand->expires_at_ns > step->state->now_ns)
        operation_delete_left(step, ref);
    errand_end(step, ref);
}

/* The failure becomes the monitor's own record. */
static void conclude(struct step *step, arena_ref ref, bool is_written)
{
    const struct errand *errand = errand_at(step->arena, ref);
    struct outcome failure = {errand->failure.status, arena_text_get(step->arena, errand->failure.text)};
    struct container_record record;

    if (failed_record(step, ref, &record)) {
        (void)store_update(step->arena, &step->state->store, record.id, replace, &record);
        if (!is_written)
            writes_put(step, &record, RECORD_EXITED, true);
    }
    lock(step, ref, false);
    operation_answer(step, ref, failure);
    if (errand->is_left)
        clean_up(step, ref);
    else
        errand_end(step, ref);
}

/* As with any end nobody is to see what a crash would take back, so it is written first, where the policy makes a
 * write that failed again. */
static void record_failure(struct step *step, arena_ref ref)
{
    struct container_record record;
    if (policy_has(step->state->policy, POLICY_JOURNAL) && policy_has(step->state->policy, POLICY_RETRY_WRITES) &&
        failed_record(step, ref, &record)) {
        writes_put(step, &record, RECORD_EXITED, true);
        errand_move(step, ref, ERRAND_RECORDING);
    } else {
        conclude(step, ref, false);
    }
}

/* The start has failed as was kept. */
static void failed(struct step *step, arena_ref ref, bool is_left)
{
    struct errand *errand = errand_at(step->arena, ref);
    errand->is_left = is_left;
    errand->failed_at_ns = step->event->wall_ns;
    record_failure(step, ref);
}

/* A write of the container was made, or something else has changed its record. */
static void look_at_record(struct step *step, arena_ref ref)
{
    struct container_record record;
    if (errand_at(step->arena, ref)->is_written)
        conclude(step, ref, true);
    else if (!failed_record(step, ref, &record))
        conclude(step, ref, false);
}

/* ---- calls ---- */

/* A connection is to come that takes it. */
static void look_up_later(struct step *step, arena_ref ref)
{
    if (errand_at(step->arena, ref)->failure.status == STATUS_OK)
        operation_keep_failure(step, ref, connection_unusable_outcome(step));
    errand_move(step, ref, ERRAND_VERIFYING);
    operation_try_later(step, ref);
}

static void call(struct step *step, arena_ref ref, enum monitor_call call, enum errand_stage stage)
{
    struct errand *errand = errand_at(step->arena, ref);
    bool is_sent;

    errand_move(step, ref, stage);
    is_sent = verifies(step) ? operation_call_start(step, ref, call)
                             : operation_call(step, ref, call, 0, operation_time_left_ns(step, errand));
    if (is_sent) {
        errand->was_sent = true;
        errand->was_started = call == MONITOR_CALL_START;
    } else if (!verifies(step)) {
        operation_keep_failure(step, ref, connection_unusable_outcome(step));
        failed(step, ref, errand->was_sent);
    } else if (!errand->was_sent) {
        lock(step, ref, false);
        operation_finish(step, ref, connection_unusable_outcome(step));
    } else {
        look_up_later(step, ref);
    }
}

static void begin(struct step *step, arena_ref ref)
{
    struct container_record record;
    enum container_state state = operation_record(step, ref, &record);

    if (state != CONTAINER_CREATED) {
        operation_refuse(step, ref, state);
        return;
    }
    lock(step, ref, true);
    if (record.pid == 0)
        call(step, ref, MONITOR_CALL_CREATE, ERRAND_CREATING);
    else
        call(step, ref, MONITOR_CALL_START, ERRAND_CALLING);
}

/* With a journal not before the store has the end of the record. `says_over`: it was killed, and that alone is left. */
static void delete_recorded(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    if (policy_has(step->state->policy, POLICY_JOURNAL) &&
        writes_left(step->arena, step->state, errand_container(step->arena, errand))) {
        errand->says_over = true;
        errand_wait(step, ref, time_add(step->state->now_ns, OPERATION_POLL_NS));
        return;
    }
    operation_delete_left(step, ref);
    errand_end(step, ref);
}

/* Nothing of it is left where somebody else has deleted the task: what has the id by now is another life. */
static void clean(struct step *step, arena_ref ref)
{
    struct container_record record;
    enum container_state state = operation_record(step, ref, &record);
    bool is_left = state == CONTAINER_UNKNOWN || (state == CONTAINER_EXITED && record.delete_pending);
    if (policy_has(step->state->policy, POLICY_JOURNAL) && !is_left)
        errand_end(step, ref);
    else if (errand_at(step->arena, ref)->says_over)
        delete_recorded(step, ref);
    else
        operation_kill_left(step, ref);
}

void operation_start_go_on(struct step *step, arena_ref ref)
{
    const struct errand *errand = errand_at(step->arena, ref);
    struct container_record record;
    enum container_state state = operation_record(step, ref, &record);

    switch (errand->stage) {
    case ERRAND_WAITING: begin(step, ref); return;
    case ERRAND_CREATING: return;
    case ERRAND_CALLING:
    case ERRAND_VERIFYING:
        /* An event has told it. */
        if (verifies(step) && state != CONTAINER_CREATED)
            started(step, ref, record.pid);
        else if (errand->stage == ERRAND_VERIFYING && errand->call_id == 0)
            operation_verify(step, ref);
        return;
    case ERRAND_CLEANING:
        if (errand->call_id == 0)
            clean(step, ref);
        return;
    case ERRAND_RECORDING: look_at_record(step, ref); return;
    case ERRAND_AWAITING: operation_finish_written(step, ref); return;
    }
}

/* ---- answers ---- */

/* The task may have been started all the same: the answer was lost on the way, or came too late. */
static void answered_start(struct step *step, arena_ref ref, struct outcome outcome)
{
    if (outcome.status == STATUS_OK) {
        started(step, ref, operation_told(step).pid);
        return;
    }
    if (verifies(step)) {
        operation_look_up(step, ref, outcome);
        return;
    }
    operation_keep_failure(step, ref, outcome);
    failed(step, ref, true);
}

/* The task has been made. */
static void start(struct step *step, arena_ref ref, uint32_t pid)
{
    struct errand *errand = errand_at(step->arena, ref);
    errand->pid = pid;
    if (!errand->was_started) {
        errand->starts = 0;
        errand->is_unclear = false;
    }
    call(step, ref, MONITOR_CALL_START, ERRAND_CALLING);
}

/* It may have been made all the same, as above. */
static void answered_create(struct step *step, arena_ref ref, struct outcome outcome)
{
    if (outcome.status == STATUS_OK) {
        start(step, ref, operation_told(step).pid);
        return;
    }
    if (verifies(step) && answer_meaning(step->state->policy, outcome) != ANSWER_FATAL) {
        operation_look_up(step, ref, outcome);
        return;
    }
    operation_keep_failure(step, ref, outcome);
    failed(step, ref, false);
}

/* It has started and is over already; where the server does not say how, the event will. */
static void record_exit(struct step *step, arena_ref ref, const struct process_state *process)
{
    struct container_record record;
    if (process->tells_exit && operation_record(step, ref, &record) == CONTAINER_RUNNING &&
        life_idle(step->arena, step->state, record.id))
        ending_begin_asked(step, life_get(step, record.id), process, false);
}

static void found_gone(struct step *step, arena_ref ref)
{
    if (!errand_at(step->arena, ref)->was_started && operation_starts_again(step, ref))
        call(step, ref, MONITOR_CALL_CREATE, ERRAND_CREATING);
    else
        failed(step, ref, false);
}

static void verified(struct step *step, arena_ref ref, struct outcome outcome)
{
    struct process_state told = operation_told(step);

    if (outcome.status != STATUS_OK) {
        if (answer_meaning(step->state->policy, outcome) == ANSWER_GONE)
            found_gone(step, ref);
        else
            operation_try_later(step, ref);
        return;
    }
    switch (told.status) {
    case PROCESS_UNKNOWN: operation_try_later(step, ref); return;
    case PROCESS_CREATED:
        if (errand_at(step->arena, ref)->was_started && !operation_starts_again(step, ref))
            failed(step, ref, true);
        else
            start(step, ref, told.pid);
        return;
    case PROCESS_RUNNING:
    case PROCESS_PAUSED: started(step, ref, told.pid); return;
    case PROCESS_STOPPED:
        started(step, ref, told.pid);
        record_exit(step, ref, &told);
        return;
    }
}

/* Whatever the Kill says, the Delete that follows is asked for until it is done. */
static void cleaned(struct step *step, arena_ref ref, struct outcome outcome)
{
    if (operation_is_killed(step, ref, outcome))
        delete_recorded(step, ref);
}

void operation_start_answered(struct step *step, arena_ref ref, const struct call *call, struct outcome outcome)
{
    (void)call;
    switch (errand_at(step->arena, ref)->stage) {
    case ERRAND_CREATING: answered_create(step, ref, outcome); return;
    case ERRAND_CALLING: answered_start(step, ref, outcome); return;
    case ERRAND_VERIFYING: verified(step, ref, outcome); return;
    case ERRAND_CLEANING: cleaned(step, ref, outcome); return;
    case ERRAND_WAITING:
    case ERRAND_RECORDING:
    case ERRAND_AWAITING: return;
    }
}
