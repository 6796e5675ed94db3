#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# eventmonitor that is started before containerd says so once a try, and connects when containerd comes.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

refusals() {
    grep -c -x "eventmonitor: cannot connect to $socket: No such file or directory; next try in [0-9.]*m\?s" "$monitor_log"
}

refused_times() {
    [ "$(refusals)" -ge "$1" ]
}

real_begin
monitor_start
check "the log names the socket, the cause and the next try" wait_until 10 refused_times 3
check_same "the first try to follow comes after 100ms" 100ms "$(sed -n '1s/.*next try in //p' "$monitor_log")"
check_same "there is no other line" "$(refusals)" "$(grep -c '' "$monitor_log")"
check "the monitor lives on" monitor_is_alive

containerd_start
events_start
check "the monitor is connected and subscribed" wait_for_subscribers "$monitor_log" "$events_file"
check "the log says connected" grep -q -x "eventmonitor: connected to $socket" "$monitor_log"
check "the log says subscribed" grep -q -x "eventmonitor: subscribed" "$monitor_log"
container_run late /bin/sh -c 'exit 3'
check_exit_recorded late 3
monitor_check_end
