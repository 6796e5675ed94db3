#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A container that the kernel kills for its memory is recorded as exited with 137, and with the reason.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

# Without this a machine with swap would swap the container out for a long time before it kills it.
forbid_swap() {
    local cgroup
    for cgroup in $(sandbox_cgroups); do
        [ ! -e "$cgroup/$1/memory.swap.max" ] || echo 0 >"$cgroup/$1/memory.swap.max"
        [ ! -e "$cgroup/$1/memory.memsw.limit_in_bytes" ] || echo "$2" >"$cgroup/$1/memory.memsw.limit_in_bytes"
    done
}

real_begin
containerd_start
monitor_start
events_start
check "the monitor's subscription and ctr's are registered" wait_for_subscribers "$monitor_log" "$events_file"

memory=$((16 * 1024 * 1024))
container_start_gated greedy --memory-limit "$memory"
forbid_swap greedy "$memory"
gate_open greedy 'exec tail /dev/zero'
check "containerd told of the lack of memory" wait_until 20 event_seen /tasks/oom '.container_id == "greedy"'
check_exit_recorded greedy 137
check_same "and its reason is the lack of memory" OOMKilled "$(records_of greedy exited | jq -r .reason)"
monitor_check_end
