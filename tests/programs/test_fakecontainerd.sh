#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# fakecontainerd as a program: its command line, its socket, and a scenario played to eventmonitor.
set -u

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/support.sh"
socket=$scratch/c.sock
fake=
monitor=
pid=
trap 'for pid in $fake $monitor; do kill -s KILL "$pid" 2>/dev/null; done; rm -rf "$scratch"' EXIT

# The status $1 and one sentence on stderr that holds the text $2.
said() {
    [ "$status" -eq "$1" ] && [ "$(wc -l <"$scratch/err")" -eq 1 ] && grep -q -F -e "$2" "$scratch/err" &&
        [ ! -s "$scratch/out" ]
}

# wait_for COMMAND...: until it holds, or 10 seconds have passed.
wait_for() {
    for _ in $(seq 200); do
        "$@" && return 0
        sleep 0.05
    done
    return 1
}

# The log of the one before must not be taken for this one's: it would be ended before it has begun.
start() {
    : >"$scratch/log"
    "$bin/fakecontainerd" --address "$socket" "$@" >"$scratch/out" 2>"$scratch/log" &
    fake=$!
    wait_for grep -q "^fakecontainerd: serving on $socket\$" "$scratch/log"
}

# stop SIGNAL: sets status.
stop() {
    kill -s "$1" "$fake"
    wait "$fake" 2>/dev/null
    status=$?
    fake=
}

# What it prints is in $scratch/out, what it logs in $scratch/err.
monitor_start() {
    : >"$scratch/out"
    : >"$scratch/err"
    "$bin/eventmonitor" --address "$socket" --namespace default "$@" >"$scratch/out" 2>"$scratch/err" &
    monitor=$!
}

monitor_stop() {
    kill -s TERM "$monitor"
    wait "$monitor" 2>/dev/null
    monitor=
}

unset CONTAINERD_ADDRESS CONTAINERD_NAMESPACE
: >"$scratch/out"
: >"$scratch/err"

# ---- the command line ----

run fakecontainerd --help
for option in --address --scenario --api --namespace --as --debug --help --version; do
    check "--help tells of $option" answered "^ .*$option"
done
run fakecontainerd --version
check "--version gives the name and the version" answered "^fakecontainerd $(cat VERSION)\$"
run fakecontainerd
check "without an address it says what is missing" said 2 "--address SOCK is missing, and CONTAINERD_ADDRESS is not set"
run fakecontainerd --adress "$socket"
check "a misspelt option is answered with the nearest one" said 2 "did you mean --address?"
run fakecontainerd --address "$socket" --api v2
check "an API that it does not have is refused with those that it has" said 2 "v1|execution"
run fakecontainerd --address "$socket" more
check "an argument that is no option is refused" said 2 '"more"'
run fakecontainerd --address "$socket" --scenario "$scratch/none.yaml"
check "a scenario that is not there is bad input" said 2 "fakecontainerd: $scratch/none.yaml: No such file"
printf 'title: x\nsteps:\n  - explode: {container: web}\n' >"$scratch/bad.yaml"
run fakecontainerd --address "$socket" --scenario "$scratch/bad.yaml"
check "a scenario that is wrong is refused with its place" said 2 "bad.yaml:3:"
check "which stands before all else" grep -q "^$scratch/bad.yaml:3:" "$scratch/err"

# ---- the socket ----

echo kept >"$scratch/file"
run fakecontainerd --address "$scratch/file"
check "a file that is no socket is left alone" said 1 "$scratch/file"
check "and keeps what it held" grep -q kept "$scratch/file"
run fakecontainerd --address "$scratch/$(printf 'x%.0s' $(seq 120))"
check "a path too long for a socket is refused" said 2 "at most 107 bytes"

check "it says when it serves" start --debug
run fakecontainerd --address "$socket"
check "a second one on the same socket says so" said 1 "$socket is in use"
monitor_start
check "and the first one still serves" wait_for grep -q 'request Events.Subscribe' "$scratch/log"
monitor_stop
stop KILL
check "what is killed leaves a stale socket" test -S "$socket"
check "which the next one replaces" start
stop TERM
check "SIGTERM ends it well" test "$status" -eq 0
check "and removes its socket" test ! -e "$socket"
export CONTAINERD_ADDRESS=$socket
: >"$scratch/log"
"$bin/fakecontainerd" 2>"$scratch/log" &
fake=$!
# The socket is there before the signals are minded, and a shell has what it starts behind itself ignore SIGINT.
check "the address may come from the environment" \
    wait_for grep -q "^fakecontainerd: serving on $socket\$" "$scratch/log"
unset CONTAINERD_ADDRESS
stop INT
check "SIGINT ends it well too" test "$status" -eq 0

# ---- a scenario, to a client in another process ----

cat >"$scratch/story.yaml" <<-END
	title: A container that ends
	why: the client and the script are in two processes
	given:
	  containers:
	    - {id: web, pid: 101, state: running}
	steps:
	  - create: {container: job, pid: 7}
	  - start: {container: job}
	  - exit: {container: job, code: 3}
	handlers:
	  - {policy: original, breaks: []}
END
check "a scenario waits for its first subscriber" start --scenario "$scratch/story.yaml"
monitor_start --delete all
check "what it cannot do is told at the start, with its place" \
    grep -q "^$scratch/story.yaml:11: \`handlers\` are policies of the built-in handler" "$scratch/log"
check "a client hears of the exit that the scenario scripts" wait_for grep -q '"job".*3' "$scratch/out"
check "each step is logged with its place" grep -q 'story.yaml:9: command exit job status 3' "$scratch/log"
check "when all is played it says so" wait_for grep -q 'every step of .*story.yaml has been played' "$scratch/log"
monitor_stop
stop TERM
check "and it ends well after its clients have gone" test "$status" -eq 0

cat >"$scratch/story.yaml" <<-END
	title: A step that is left out does not stop the play
	why: a scenario is played as far as a socket goes
	given:
	  containers:
	    - {id: web, pid: 101, state: running}
	steps:
	  - lock: {container: web}
	  - call: {rpc: Tasks.Get, with: {container: web}, reply: {pid: 101}}
	  - create: {container: job, pid: 7}
END
start --scenario "$scratch/story.yaml"
monitor_start
check "what is left out does not stop the play" wait_for grep -q 'every step of .*story.yaml has been played' "$scratch/log"
check "and each step that was is told" test "$(grep -c 'story.yaml:[78]: .* it is left out$' "$scratch/log")" -eq 2
monitor_stop
stop TERM

# story API STEP...: a scenario of a container that is made, and then these steps.
story() {
    printf 'title: A story\nwhy: it is short\napi: %s\nsteps:\n' "$1" >"$scratch/story.yaml"
    shift
    printf '  - %s\n' 'create: {container: web, pid: 101}' 'start: {container: web}' "$@" >>"$scratch/story.yaml"
    printf 'handlers:\n  - {policy: original, breaks: []}\n' >>"$scratch/story.yaml"
}

serves_again() {
    [ "$(grep -c "^fakecontainerd: serving on $socket\$" "$scratch/log")" -eq 2 ]
}

# restart_shows SOCKET REASON: while it is down, a client is told REASON; then it hears of the exit.
restart_shows() {
    story v1 "restart: {down: 400ms, socket: $1, state: kept}
    at: +300ms" 'exit: {container: web, code: 5}
    at: +2s'
    start --scenario "$scratch/story.yaml" || return 1
    monitor_start
    wait_for grep -q "$2; next try" "$scratch/err" && wait_for serves_again &&
        wait_for grep -q '"web".*5' "$scratch/out"
    result=$?
    monitor_stop
    stop TERM
    return "$result"
}

check "a restart takes the socket away and brings it back" restart_shows missing 'No such file or directory'
check "or leaves one that refuses" restart_shows refuses 'Connection refused'

# ---- the API of 2017 ----

story execution 'exit: {container: web, code: 6}'
check "a scenario says which API it is about" start --scenario "$scratch/story.yaml" --debug
monitor_start --api execution --delete all
check "and a client of that API hears of the exit" wait_for grep -q '"web".*6' "$scratch/out"
check "and deletes by that API" wait_for grep -q 'request Tasks.Delete web' "$scratch/log"
monitor_stop
stop TERM
check "--api overrules the scenario" start --scenario "$scratch/story.yaml" --api v1
monitor_start --api execution
check "the other API is not there then" \
    wait_for grep -q 'unknown service containerd.v1.services.ContainerService' "$scratch/err"
monitor_stop
stop TERM
check "without a scenario --api says which it is" start --api execution
monitor_start --api v1
check "and the API of today is not there then" \
    wait_for grep -q 'unknown service containerd.services' "$scratch/err"
monitor_stop
stop TERM

# ---- GOAWAY ----

story v1 'goaway: {last: all, then: close}
    at: +300ms' 'exit: {container: web, code: 7}
    at: +1s'
check "GOAWAY is said on a socket too" start --scenario "$scratch/story.yaml" --debug
monitor_start
check "the connection is closed behind it" wait_for grep -q '^fakecontainerd: drained' "$scratch/log"
check "and its client comes again" wait_for grep -q '"web".*7' "$scratch/out"
monitor_stop
stop TERM
check "and it ends well after all that" test "$status" -eq 0

# ---- silence, and what a path shows ----

story v1 'silence: {connection: all, server: only reads}
    at: +200ms' 'exit: {container: web, code: 5}
    at: +200ms' 'disconnect: {connection: all}
    at: +200ms' 'create: {container: db}
    at: +1s'
check "a connection falls silent and stays up" start --scenario "$scratch/story.yaml" --debug
monitor_start
check "what happens then is told to nobody" wait_for grep -q 'publish /tasks/exit web pid 101 status 5 to 0' "$scratch/log"
check "the client has not noticed" test "$(grep -c 'next try' "$scratch/err")" -eq 0
check "when the connection is cut it comes again" wait_for grep -q '"db".*"created"' "$scratch/out"
monitor_stop
stop TERM
check "a restart may leave a socket where nobody accepts" restart_shows 'never accepts' 'Connection reset by peer"'
check "or one that accepts and says nothing" restart_shows 'stays silent' 'UNAVAILABLE "the peer closed the connection"'

# ---- faults of calls ----

# faulty FAULT: to the story that was written last.
faulty() {
    printf 'faults:\n  - %s\n' "$1" >>"$scratch/story.yaml"
}

# loses WHAT PATTERN: a Delete meets the fault, the client loses its connection, and the log has the pattern.
loses() {
    story v1 'exit: {container: web, code: 8}'
    faulty "{rpc: Tasks.Delete, do: lose the $1}"
    start --scenario "$scratch/story.yaml" --debug || return 1
    monitor_start --delete all
    wait_for grep -q 'cannot delete the task of container web: UNAVAILABLE' "$scratch/err" && grep -q 'fault 1' "$scratch/log" &&
        [ "$(grep -c "$2" "$scratch/log")" -eq "$3" ]
    result=$?
    monitor_stop
    stop TERM
    return "$result"
}

check "a reply is lost on a socket too, when the work is done" loses reply 'publish /tasks/delete web' 1
check "and a request, with no work done" loses request 'publish /tasks/delete web' 0

finish
