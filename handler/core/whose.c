/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/whose.h"

#include "handler/core/operation.h"
#include "handler/core/refine.h"
#include "handler/core/times.h"

/* A record that ends when it has started was given that time for want of one that can be: then the code alone counts.
 * So it does where none is told that can be. */
static bool is_as_recorded(policy_switches policy, const struct container_record *record, const struct task_event *exit,
                           int64_t wall_ns)
{
    int64_t at_ns = record->finished_at_ns;
    bool has_time = record->finished_at_ns != record->started_at_ns &&
                    times_told_ns(policy, &exit->exited_at, &exit->published_at, record, wall_ns, &at_ns);
    return exit->exit_status == (uint32_t)record->exit_code && (at_ns == record->finished_at_ns || !has_time);
}

bool whose_is_from_before(policy_switches policy, const struct container_record *record, const struct task_event *exit)
{
    int64_t began_ns = record->created_at_ns != 0 ? record->created_at_ns : record->started_at_ns;
    bool is_told_before = exit->published_at.present && times_published_ns(&exit->published_at, began_ns) < began_ns;
    return policy_has(policy, POLICY_INCARNATIONS) && (exit->is_early || is_told_before);
}

bool whose_is_told_else(policy_switches policy, const struct container_record *record, const struct task_event *exit,
                        const struct process_state *process)
{
    return process->exit_status != exit->exit_status &&
           (!refine_may_be_made_up(process->exit_status) || whose_is_from_before(policy, record, exit));
}

/* The API of 2017 does not say how. */
static bool has_ended_otherwise(policy_switches policy, const struct container_record *record,
                                const struct process_state *process, int64_t wall_ns)
{
    struct task_event exit = {.exit_status = process->exit_status, .exited_at = process->exited_at};
    return process->tells_exit && !is_as_recorded(policy, record, &exit, wall_ns);
}

/* The code of a start that failed is the handler's own, and no process has ended with it. */
static bool is_of_failed_start(const struct container_record *record)
{
    return text_is(record->reason, OPERATION_START_FAILED_REASON);
}

int64_t whose_ended_ns(const struct container_record *record)
{
    return record->inferred || is_of_failed_start(record) ? 0 : record->finished_at_ns;
}

bool whose_is_unheard(policy_switches policy, const struct container_record *record, const struct task_event *exit,
                      int64_t wall_ns)
{
    const struct container_record before = {.finished_at_ns = record->ended_before_ns,
                                            .exit_code = record->code_before};
    bool is_last = exit->pid == record->last_pid && (record->inferred || is_as_recorded(policy, record, exit, wall_ns));
    bool is_before = exit->pid == record->pid_before &&
                     (before.finished_at_ns == 0 || is_as_recorded(policy, &before, exit, wall_ns));
    return !is_last && !is_before;
}

bool whose_is_told_again(policy_switches policy, const struct container_record *record, const struct task_event *exit,
                         int64_t wall_ns)
{
    const struct container_record before = {.pid = 0};
    int64_t at_ns;
    return record->ended_before_ns != 0 && exit->pid != 0 && exit->pid == record->last_pid &&
           exit->exit_status == (uint32_t)record->code_before &&
           times_told_ns(policy, &exit->exited_at, &exit->published_at, &before, wall_ns, &at_ns) &&
           at_ns == record->ended_before_ns;
}

/* A code that was told, and is not what is said of a process of which nobody knows how it ended. */
static bool has_real_code(const struct container_record *record)
{
    return !record->inferred && !is_of_failed_start(record) && !refine_may_be_made_up((uint32_t)record->exit_code);
}

/* It has stopped. */
static bool is_another(policy_switches policy, const struct container_record *record,
                       const struct process_state *process, bool is_begun, int64_t wall_ns)
{
    bool is_otherwise = has_ended_otherwise(policy, record, process, wall_ns);
    bool has_another_code = process->exit_status != (uint32_t)record->exit_code;
    /* Who has said that it was gone was wrong where it has ended as the handler's own Kill ends it. */
    bool is_killed = is_of_failed_start(record) && process->exit_status == TASK_STATUS_KILLED;

    if (record->task_gone && is_otherwise && (is_begun || !is_killed))
        return true;
    /* Of a record that its owner or an earlier handler made nobody knows the pid. */
    if (record->last_pid != 0 && !is_begun && refine_may_be_made_up(process->exit_status))
        return false;
    return is_otherwise && has_real_code(record) && (is_begun || has_another_code);
}

/* The task that could not be started. Whoever asks for it is told that it is gone where it has outlived its container,
 * and yet every list shows it. */
static bool is_left_unstarted(const struct container_record *record, const struct process_state *process)
{
    return is_of_failed_start(record) && record->started_at_ns == 0 && process->pid != 0 &&
           process->pid == record->last_pid;
}

/* No pid tells them apart. */
static enum whose by_state(policy_switches policy, const struct container_record *record,
                           const struct process_state *process, bool is_begun, int64_t wall_ns)
{
    bool is_there = record->delete_pending && !record->task_gone;
    switch (process->status) {
    case PROCESS_UNKNOWN: return WHOSE_UNKNOWN;
    case PROCESS_CREATED:
        if (!is_begun && is_left_unstarted(record, process))
            return WHOSE_THIS;
        if (!is_there || record->started_at_ns != 0)
            return WHOSE_NEXT;
        /* That has ended before it could start: only its pid says that this is still it. */
        return process->pid == 0 && record->last_pid != 0 ? WHOSE_UNKNOWN : WHOSE_THIS;
    case PROCESS_RUNNING:
    case PROCESS_PAUSED: return is_there && record->last_pid != 0 ? WHOSE_UNKNOWN : WHOSE_NEXT;
    case PROCESS_STOPPED: return is_another(policy, record, process, is_begun, wall_ns) ? WHOSE_NEXT : WHOSE_THIS;
    }
    return WHOSE_UNKNOWN;
}

enum whose whose_task(policy_switches policy, const struct container_record *record,
                      const struct process_state *process, bool is_begun, int64_t wall_ns)
{
    /* A start that failed has finished the record, and left the pid of the task that goes on. */
    bool goes_on = container_record_state(record) != CONTAINER_EXITED || record->pid != 0;
    uint32_t pid = container_record_task_pid(record);
    if (pid != 0 && process->pid != 0 && process->pid != pid)
        return WHOSE_NEXT;
    return goes_on ? WHOSE_THIS : by_state(policy, record, process, is_begun, wall_ns);
}
