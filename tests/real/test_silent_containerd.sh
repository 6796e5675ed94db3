#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# containerd is stopped in its tracks, so that its connection stays up with nobody behind it: eventmonitor finds that out
# within 15 s, and records what exited meanwhile when containerd goes on.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

log_has() {
    grep -q -e "$1" "$monitor_log"
}

real_begin
containerd_start
monitor_start
events_start
check "the monitor's subscription and ctr's are registered" wait_for_subscribers "$monitor_log" "$events_file"
container_start_gated web
check "the monitor knows the container" wait_until 10 recorded web started

kill -s STOP "$containerd_pid"
check "a peer that does not answer is left" wait_until 20 log_has 'lost.*has not answered a PING'
kill -s CONT "$containerd_pid"
check "the monitor and ctr receive events again" wait_for_subscribers "$monitor_log" "$events_file"
gate_open web 'exit 4'
check_exit_recorded web 4
monitor_check_end
