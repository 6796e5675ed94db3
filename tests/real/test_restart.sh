#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# containerd is killed and started again while a container runs: eventmonitor comes back, and records the exit of that
# container and of the next one.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

log_has() {
    grep -q -e "$1" "$monitor_log"
}

log_has_times() {
    [ "$(grep -c -e "$1" "$monitor_log")" -eq "$2" ]
}

real_begin
containerd_start
monitor_start
events_start
check "the monitor's subscription and ctr's are registered" wait_for_subscribers "$monitor_log" "$events_file"
container_start_gated across
check "the monitor knows the container" wait_until 10 recorded across started

containerd_kill
check "the log says that the connection is lost" wait_until 10 log_has 'eventmonitor: .*lost'
check "the socket left behind is refused, and the log says so" \
    wait_until 10 log_has "eventmonitor: cannot connect to $socket: Connection refused; next try in "
check "the monitor lives on" monitor_is_alive

containerd_start
events_start
check "the monitor and ctr receive events again" wait_for_subscribers "$monitor_log" "$events_file"
check "the log says subscribed twice" log_has_times 'eventmonitor: subscribed' 2
check "the container lived through it" task_is across RUNNING
check_same "nothing was recorded meanwhile" "created started" "$(changes_of across)"

gate_open across 'exit 6'
check_exit_recorded across 6
container_run afterwards /bin/sh -c 'exit 9'
check_same "ctr run of the container started afterwards gets its status" 9 "$?"
check_exit_recorded afterwards 9
monitor_check_end
