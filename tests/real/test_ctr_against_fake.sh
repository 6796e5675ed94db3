#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The real ctr talks to fakecontainerd: it sees what the scenario says, and is told what the fake does not have.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

fake_pid=

# $@: further options
fake_start() {
    "$program_dir/fakecontainerd" --address "$socket" "$@" >>"$sandbox/fakecontainerd.log" 2>&1 &
    fake_pid=$!
    wait_until 10 containerd_answers
}

# ctr prints "DATE TIME +0000 UTC NAMESPACE TOPIC JSON": the event's time and the process's lie within a second.
exit_is_of_now() {
    local published exited
    published=$(awk '$6 == "/tasks/exit" && /"web"/ { print $1 "T" $2 "Z"; exit }' "$events_file" | nanoseconds)
    exited=$(events_of /tasks/exit '.id == "web"' | jq -r .exited_at | nanoseconds)
    [ $((published - exited)) -ge 0 ] && [ $((published - exited)) -lt 1000000000 ] &&
        [ $(($(date +%s%N) - exited)) -lt 60000000000 ]
}

sandbox_needs ctr jq "$program_dir/fakecontainerd"
namespace=default
events_file=$sandbox/ctr-events.log
cat >"$sandbox/story.yaml" <<'END'
title: What ctr sees of a short life
why: a foreign client is the judge of our wire format
given:
  containers:
    - {id: web, pid: 101, state: running}
    - {id: db, pid: 202, state: running, execs: [{id: probe, pid: 203}]}
    - {id: old, state: exited, code: 1}
steps:
  - exit: {container: db, exec: probe, code: 7}
  - exit: {container: web, code: 3}
  - oom: {container: db}
  - exit: {container: db, code: 137}
END

check "the fake answers ctr" fake_start --scenario "$sandbox/story.yaml"
check "ctr version finds a server" grep -q '^Server:' <(ctr_here version 2>&1)
check_same "ctr containers ls lists what is given" "db old web" \
    "$(ctr_here containers ls --quiet 2>&1 | sort | paste -s -d ' ')"
check "a task that exited before is STOPPED" task_is old STOPPED
check_same "without a subscriber the story waits" "web 101 RUNNING" \
    "$(ctr_here tasks ls 2>&1 | awk '$1 == "web" { print $1, $2, $3 }')"

events_start
check "ctr events prints the last scripted event" \
    wait_until 10 event_seen /tasks/exit '.id == "db" and .exit_status == 137'
check_same "ctr events prints the scripted exits with their ids, pids and codes, in order" \
    "db probe 203 7, web web 101 3, db db 202 137" \
    "$(events_of /tasks/exit true | jq -r '"\(.container_id) \(.id) \(.pid) \(.exit_status)"' | paste -s -d , | sed 's/,/, /g')"
check "an exit's time is that of its event" exit_is_of_now
check "ctr events prints the lack of memory" event_seen /tasks/oom '.container_id == "db"'
check "the exited task is STOPPED" task_is web STOPPED

answer=$(ctr_here images ls 2>&1)
check_same "a service that the fake does not have makes ctr fail" 1 "$?"
check_same "its answer has the service's name and not implemented" \
    "ctr: failed to list images: unknown service containerd.services.images.v1.Images: not implemented" "$answer"
answer=$(ctr_here leases ls 2>&1)
check_same "a method that the fake does not have is answered with its name" \
    "ctr: failed to list leases: unknown method List for service containerd.services.leases.v1.Leases: not implemented" \
    "$answer"

second=$(bounded "$program_dir/fakecontainerd" --address "$socket" 2>&1)
check_same "a second fake on the same path gives up with status 1" 1 "$?"
check "it says in one line that the path is in use" test "$(grep -c -F "$socket is in use" <<<"$second")" -eq 1
check "the first is left alone" containerd_answers

end_child "$fake_pid" KILL 2>/dev/null
check "a killed fake leaves its socket" test -S "$socket"
check "a new one replaces it" fake_start --scenario "$real_dir/../../scenarios/oom/an-oom-kill-is-recorded-with-its-code.yaml"
events_start
check "ctr events prints the end of a scenario that comes with the sources" \
    wait_until 10 event_seen /tasks/exit '.id == "web" and .exit_status == 137'

end_child "$fake_pid" TERM
check_same "SIGTERM ends it with status 0" 0 "$?"
check "and it takes its socket away" test ! -e "$socket"
