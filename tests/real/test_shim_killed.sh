#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The shim of a container is killed, and its container with it: eventmonitor records the exit that containerd makes up,
# or finds out that the task is gone where containerd was down.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

# The pid of the shim of container $1.
shim_of() {
    pids_that_mention "-id $1 -address $socket"
}

real_begin
containerd_start
monitor_start
events_start
check "the monitor's subscription and ctr's are registered" wait_for_subscribers "$monitor_log" "$events_file"
container_start_gated watched
container_start_gated missed
check "the monitor knows the containers" wait_until 10 recorded watched started
check "both of them" wait_until 10 recorded missed started

kill -s KILL "$(shim_of watched)"
check "the exit of a container whose shim was killed is recorded" wait_until 20 recorded watched exited
check_same "with the code that containerd made up" 137 "$(records_of watched exited | jq .exit_code)"

shim=$(shim_of missed)
containerd_kill
kill -s KILL "$shim"
containerd_start
check "so is one of which nobody ever told" wait_until 20 recorded missed exited
check_same "with a code that is marked as inferred" "255 true" \
    "$(records_of missed exited | jq -r '"\(.exit_code) \(.inferred)"')"
monitor_check_end
