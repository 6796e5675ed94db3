#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The real ctr leads containers, tasks and execs through their whole lives on fakecontainerd and on containerd itself.
# Whatever it is told by the one, it must be told by the other: sentences, exit statuses and events.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

server=
fake_pid=

fake_start() {
    "$program_dir/fakecontainerd" --address "$socket" >>"$sandbox/fakecontainerd.log" 2>&1 &
    fake_pid=$!
    wait_until 10 containerd_answers
}

# A namespace is made again and again until its event comes out, which tells that ctr listens.
listens() {
    ctr_here namespaces create "listens-$((++marker_count))" >/dev/null 2>&1
    grep -q /namespaces/create "$events_file"
}

# Runs ctr and says how it ended: "0", or "1 and its last sentence".
ctr_says() {
    local said status
    said=$(ctr_here "$@" 2>&1 </dev/null)
    status=$?
    said=$(tail -n 1 <<<"$said")
    [ "$status" -eq 0 ] && said=
    echo "$server: ctr $*: $status $said" >>"$sandbox/said.log"
    printf '%s%s\n' "$status" "${said:+ $said}"
}

run_detached() {
    local id=$1
    shift
    echo "$id" >>"$sandbox/container-ids"
    ctr_says run --detach --null-io --runc-root "$sandbox/runc" --rootfs "$rootfs" "$id" "$@"
}

exec_here() {
    ctr_says tasks exec --fifo-dir "$sandbox/fifo" --exec-id "$@"
}

# The events of a container as one line each: topic, id of the process, status.
story_of() {
    awk '{ $1 = $2 = $3 = $4 = $5 = ""; print }' "$events_file" |
        sed -n 's/^ *\(\/[^ ]*\) \({.*}\)$/\2 \1/p' |
        while IFS= read -r line; do
            jq -r --arg id "$1" --arg topic "${line##* }" \
                'select((.container_id // .id) == $id) | "\($topic) \(.exec_id // .id // "") \(.exit_status // "")"' \
                <<<"${line% *}"
        done
}

# $1: a file; the whole of what ctr is told by the server that runs, one answer a line.
tell_all() {
    {
        echo "run: $(run_detached web /bin/tail -f /dev/null)"
        echo "run again: $(run_detached web /bin/tail -f /dev/null)"
        echo "ls: $(ctr_here tasks ls | awk '$1 == "web" { print $3 }')"
        echo "ps: $(ctr_here tasks ps web | wc -l)"
        echo "start again: $(ctr_says tasks start --detach --null-io web)"
        echo "delete running: $(ctr_says tasks delete web)"
        echo "delete container: $(ctr_says containers delete web)"
        exec_here e1 web /bin/tail -f /dev/null >"$sandbox/exec-said" &
        exec_pid=$!
        wait_until 10 event_here exec-started e1
        echo "exec dup: $(exec_here e1 web /bin/true)"
        echo "exec bad id: $(exec_here a..b web /bin/true)"
        echo "pause: $(ctr_says tasks pause web)"
        echo "ls: $(ctr_here tasks ls | awk '$1 == "web" { print $3 }')"
        echo "pause twice: $(ctr_says tasks pause web)"
        echo "exec paused: $(exec_here e2 web /bin/true)"
        echo "resume: $(ctr_says tasks resume web)"
        echo "resume twice: $(ctr_says tasks resume web)"
        echo "kill exec: $(ctr_says tasks kill --signal 9 --exec-id e1 web)"
        wait "$exec_pid"
        echo "exec: $(cat "$sandbox/exec-said")"
        echo "kill missing exec: $(ctr_says tasks kill --signal 9 --exec-id zz web)"
        echo "kill: $(ctr_says tasks kill --signal 9 web)"
        wait_until 10 task_is web STOPPED
        echo "kill exited: $(ctr_says tasks kill --signal 9 web)"
        echo "pause exited: $(ctr_says tasks pause web)"
        echo "exec exited: $(exec_here e3 web /bin/true)"
        echo "delete: $(ctr_says tasks delete web)"
        echo "delete again: $(ctr_says tasks delete web)"
        echo "label: $(ctr_says containers label web a=b)"
        echo "delete container: $(ctr_says containers delete web)"
        echo "info: $(ctr_says containers info web)"
        echo "kill missing: $(ctr_says tasks kill web)"
        echo "namespace: $(ctr_says namespaces create other)"
        echo "namespace dup: $(ctr_says namespaces create other)"
        echo "namespace bad: $(ctr_says namespaces create a/b)"
        echo "namespace rm: $(ctr_says namespaces rm other)"
        story_of web
    } >"$1" 2>>"$sandbox/tell.log"
}

event_here() {
    grep "/tasks/$1" "$events_file" | grep -q "$2"
}

real_begin
check "the fake answers ctr" fake_start
server=fake
events_start
check "ctr events listens to the fake" wait_until 20 listens
monitor_start
wait_until 10 grep -q . "$monitor_log"
tell_all "$sandbox/fake.txt"
check_same "a detached run succeeds and is RUNNING" "run: 0 ls: RUNNING" \
    "$(grep -m 2 -e '^run:' -e '^ls:' "$sandbox/fake.txt" | paste -s -d ' ')"
check_same "a kill of what has ended is refused in containerd's sentence" \
    "kill exited: 1 ctr: process already finished: not found" "$(grep '^kill exited:' "$sandbox/fake.txt")"
check_exit_recorded web 137
monitor_check_end

check_same "a foreground run ends with the signal that ended it" 143 "$(
    ctr_here run --rm --fifo-dir "$sandbox/fifo" --rootfs "$rootfs" fg /bin/tail -f /dev/null </dev/null >>"$sandbox/ctr.log" 2>&1 &
    run_pid=$!
    wait_until 10 task_is fg RUNNING
    ctr_here tasks kill --signal 15 fg >/dev/null
    wait "$run_pid"
    echo $?
)"
check_same "and leaves no container behind" "" "$(ctr_here containers ls --quiet)"

end_child "$events_pid" TERM
end_child "$fake_pid" TERM
events_pid=
mv "$events_file" "$sandbox/fake-events.log"
server=containerd
containerd_start
events_start
check "ctr events listens to containerd" wait_until 20 listens
tell_all "$sandbox/containerd.txt"
check "both say the same" diff "$sandbox/containerd.txt" "$sandbox/fake.txt"
diff "$sandbox/containerd.txt" "$sandbox/fake.txt" | sed 's/^/# /'
containerd_kill
