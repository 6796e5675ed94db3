/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/values.h"

enum container_state container_record_state(const struct container_record *record)
{
    if (record->finished || record->finished_at_ns != 0)
        return CONTAINER_EXITED;
    if (record->started_at_ns != 0)
        return CONTAINER_RUNNING;
    if (record->created_at_ns != 0)
        return CONTAINER_CREATED;
    return CONTAINER_UNKNOWN;
}

uint64_t container_pid_bit(uint32_t pid)
{
    return pid != 0 ? UINT64_C(1) << pid % 64 : 0;
}

bool container_record_had_pid(const struct container_record *record, uint32_t pid)
{
    return (pid != 0 && pid == record->last_pid) || (record->earlier_pids & container_pid_bit(pid)) != 0;
}

const char *container_state_name(enum container_state state)
{
    switch (state) {
    case CONTAINER_UNKNOWN: return "UNKNOWN";
    case CONTAINER_CREATED: return "CREATED";
    case CONTAINER_RUNNING: return "RUNNING";
    case CONTAINER_EXITED: return "EXITED";
    }
    return "UNKNOWN";
}

void container_record_hash(const struct container_record *record, struct hash *hash)
{
    hash_text(hash, record->id);
    hash_u64(hash, record->pid);
    hash_i64(hash, record->created_at_ns);
    hash_i64(hash, record->found_after_ns);
    hash_i64(hash, record->started_at_ns);
    hash_i64(hash, record->finished_at_ns);
    hash_i64(hash, record->exit_code);
    hash_text(hash, record->reason);
    hash_text(hash, record->message);
    hash_u64(hash, record->pid_before);
    hash_i64(hash, record->ended_before_ns);
    hash_i64(hash, record->code_before);
    hash_u64(hash, record->earlier_pids);
    hash_u64(hash, record->incarnation);
    hash_u64(hash, record->last_pid);
    hash_u64(hash, record->finished);
    hash_u64(hash, record->inferred);
    hash_u64(hash, record->delete_pending);
    hash_u64(hash, record->task_gone);
}

uint32_t container_record_task_pid(const struct container_record *record)
{
    return record->pid != 0 ? record->pid : record->last_pid;
}
