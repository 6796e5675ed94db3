#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A container exits while containerd is down: whether containerd tells of it afterwards or not, eventmonitor records the
# exit with its real code.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

init_is_gone() {
    ! kill -0 "$1" 2>/dev/null || [ "$(awk '{ print $3 }' "/proc/$1/stat" 2>/dev/null)" = Z ]
}

real_begin
containerd_start
monitor_start
events_start
check "the monitor's subscription and ctr's are registered" wait_for_subscribers "$monitor_log" "$events_file"
container_start_gated across
container_start_gated beside
check "the monitor knows the containers" wait_until 10 recorded across started
check "both of them" wait_until 10 recorded beside started
pid=$(records_of across started | jq .pid)

containerd_kill
gate_open across 'exit 6'
check "the container exits while nobody watches" wait_until 10 init_is_gone "$pid"
check_same "nothing is recorded yet" "created started" "$(changes_of across)"

containerd_start
check "its exit is recorded when containerd is there again" wait_until 15 recorded across exited
check_same "with its code" 6 "$(records_of across exited | jq .exit_code)"
check_same "the other one runs on" "created started" "$(changes_of beside)"
check "and so it does" task_is beside RUNNING

gate_open beside 'exit 7'
check "its exit is recorded as well" wait_until 10 recorded beside exited
check_same "with its code" 7 "$(records_of beside exited | jq .exit_code)"
check_same "each exit was recorded once" "1 1" \
    "$(records_of across exited | wc -l) $(records_of beside exited | wc -l)"
monitor_check_end
