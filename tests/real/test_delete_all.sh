#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# With --delete all eventmonitor records an exit and then deletes the task, but not the container's record.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

real_begin
containerd_start
monitor_start --delete all
events_start
check "the monitor's subscription and ctr's are registered" wait_for_subscribers "$monitor_log" "$events_file"

container_start_gated job
container_start_gated bystander
gate_open job 'exit 4'
check_exit_recorded job 4
check "the task is gone from ctr tasks ls" wait_until 10 task_is job ""
check "containerd saw its Delete" wait_until 10 event_seen /tasks/delete '.container_id == "job"'
check_same "the Delete carried the same exit status" 4 \
    "$(events_of /tasks/delete '.container_id == "job"' | jq .exit_status)"
check "the container's record was not touched" test -n "$(ctr_here containers ls --quiet | grep -x job)"
check "a task that runs was not touched" task_is bystander RUNNING
monitor_check_end
