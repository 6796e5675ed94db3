#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# With --delete owned eventmonitor deletes the tasks of labelled containers only, and records the exits of all.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

real_begin
containerd_start
monitor_start --delete owned
events_start
check "the monitor's subscription and ctr's are registered" wait_for_subscribers "$monitor_log" "$events_file"

container_start_gated ours --label eventmonitor/delete=true
container_start_gated theirs
container_start_gated refused --label eventmonitor/delete=no
for id in theirs refused ours; do
    gate_open "$id" 'exit 4'
    check_exit_recorded "$id" 4
done
check "the labelled container's task is gone from ctr tasks ls" wait_until 10 task_is ours ""
monitor_check_end
check "the unlabelled one's is still there" task_is theirs STOPPED
check "so is that of one whose label says no" task_is refused STOPPED
