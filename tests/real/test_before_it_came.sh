#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# eventmonitor lists when it comes: it knows the containers that were there before, and records the exit of one that
# has exited before and of one that exits later.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

real_begin
containerd_start
container_start_gated runs
container_start_gated over
gate_open over 'exit 5'
check "a container has exited before eventmonitor came" wait_until 10 task_is over STOPPED

monitor_start
events_start
check "the monitor's subscription and ctr's are registered" wait_for_subscribers "$monitor_log" "$events_file"
check "the container that runs is known" wait_until 10 recorded runs started
check "the exit that came before it is recorded" wait_until 10 recorded over exited
check_same "with its code" 5 "$(records_of over exited | jq .exit_code)"
check_same "and once" 1 "$(records_of over exited | wc -l)"
check "its task is left alone" task_is over STOPPED

gate_open runs 'exit 3'
check_exit_recorded runs 3
monitor_check_end
check "every line is a JSON object with the documented members" lines_are_complete
