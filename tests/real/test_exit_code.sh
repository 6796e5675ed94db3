#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# eventmonitor watches what `ctr run` runs: it records each container's exit status, and takes it away from nobody.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

real_begin
containerd_start
monitor_start
events_start
check "the monitor's subscription and ctr's are registered" wait_for_subscribers "$monitor_log" "$events_file"

for code in 3 0 255; do
    container_run "exits-$code" /bin/sh -c "exit $code"
    check_same "ctr run of exits-$code gets the container's own status" "$code" "$?"
    check_exit_recorded "exits-$code" "$code"
done

container_start_gated killed
wait_until 10 recorded killed started
check_same "the pid recorded at the start is the one that containerd gave" \
    "$(events_of /tasks/start '.container_id == "killed"' | jq .pid)" "$(records_of killed started | jq .pid)"
ctr_here tasks kill --signal KILL killed
check_exit_recorded killed 137
check_same "created, started and exited were told in that order" "created started exited" "$(changes_of killed)"
check "created_at, started_at and finished_at ascend" times_ascend killed

monitor_check_end
check "every line is a JSON object with the documented members" lines_are_complete
check "the task is still there: nobody deleted it" task_is killed STOPPED
check_same "containerd saw no Delete of it" "" "$(events_of /tasks/delete '.container_id == "killed"')"
