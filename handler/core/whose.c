/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/whose.h"

#include "handler/core/times.h"

static bool is_as_recorded(policy_switches policy, const struct container_record *record, const struct task_event *exit)
{
    int64_t at_ns = times_finished_ns(policy, &exit->exited_at, &exit->published_at, record, record->finished_at_ns);
    return exit->exit_status == (uint32_t)record->exit_code && at_ns == record->finished_at_ns;
}

bool whose_is_another_end(policy_switches policy, const struct container_record *record, const struct task_event *exit)
{
    return !record->inferred && !is_as_recorded(policy, record, exit);
}

/* The API of 2017 does not say how. */
static bool has_ended_otherwise(policy_switches policy, const struct container_record *record,
                                const struct process_state *process)
{
    struct task_event exit = {.exit_status = process->exit_status, .exited_at = process->exited_at};
    return process->tells_exit && !is_as_recorded(policy, record, &exit);
}

/* Of a record that its owner or an earlier handler made nobody knows the pid: another code is another process's. */
static bool has_another_code(const struct container_record *record, const struct process_state *process)
{
    return record->last_pid == 0 && !record->inferred && record->exit_code != (int32_t)TASK_STATUS_KILLED &&
           process->tells_exit && process->exit_status != (uint32_t)record->exit_code;
}

/* No pid tells them apart. */
static enum whose by_state(policy_switches policy, const struct container_record *record,
                           const struct process_state *process)
{
    bool is_there = record->delete_pending && !record->task_gone;
    switch (process->status) {
    case PROCESS_UNKNOWN: return WHOSE_UNKNOWN;
    case PROCESS_CREATED: return is_there && record->started_at_ns == 0 ? WHOSE_THIS : WHOSE_NEXT;
    case PROCESS_RUNNING:
    case PROCESS_PAUSED: return is_there && record->last_pid != 0 ? WHOSE_UNKNOWN : WHOSE_NEXT;
    case PROCESS_STOPPED:
        return (record->task_gone && has_ended_otherwise(policy, record, process)) || has_another_code(record, process)
                   ? WHOSE_NEXT
                   : WHOSE_THIS;
    }
    return WHOSE_UNKNOWN;
}

enum whose whose_task(policy_switches policy, const struct container_record *record,
                      const struct process_state *process)
{
    /* A start that failed has finished the record, and left the pid of the task that goes on. */
    bool goes_on = container_record_state(record) != CONTAINER_EXITED || record->pid != 0;
    uint32_t pid = container_record_task_pid(record);
    if (pid != 0 && process->pid != 0 && process->pid != pid)
        return WHOSE_NEXT;
    return goes_on ? WHOSE_THIS : by_state(policy, record, process);
}
