#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The exit of an exec is not the exit of its container.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

real_begin
containerd_start
monitor_start
events_start
check "the monitor's subscription and ctr's are registered" wait_for_subscribers "$monitor_log" "$events_file"

container_start_gated web
wait_until 10 recorded web started
ctr_here tasks exec --fifo-dir "$sandbox/fifo" --exec-id probe web /bin/sh -c 'exit 7' >>"$sandbox/ctr.log" 2>&1
check_same "ctr tasks exec gets the exec's own status" 7 "$?"
check "containerd told of the exec's exit" wait_until 10 event_seen /tasks/exit '.id == "probe" and .exit_status == 7'
# What follows the exec's exit in the stream is there: so the exec's exit has been dealt with.
check "the monitor read on" wait_for_subscribers "$monitor_log"
check_same "no change of web was recorded" "created started" "$(changes_of web)"
check "web is still running" task_is web RUNNING

gate_open web 'exit 5'
check_exit_recorded web 5
check_same "web's exit is the only further change" "created started exited" "$(changes_of web)"
monitor_check_end
