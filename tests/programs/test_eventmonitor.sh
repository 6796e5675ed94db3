#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What eventmonitor says on its command line, and how it starts, waits and ends without a containerd.
set -u

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/support.sh"
monitor=
trap '[ -z "$monitor" ] || kill -s KILL "$monitor"; rm -rf "$scratch"' EXIT

# Bad usage is status 2, one sentence on stderr that holds the text $1, nothing on stdout.
refused() {
    [ "$status" -eq 2 ] && [ "$(wc -l <"$scratch/err")" -eq 1 ] && grep -q -F -e "$1" "$scratch/err" &&
        grep -q '^eventmonitor: ' "$scratch/err" && [ ! -s "$scratch/out" ]
}

unset CONTAINERD_ADDRESS CONTAINERD_NAMESPACE

# ---- the command line ----

run eventmonitor --help
for option in --address --namespace --delete --api --handler --debug --help --version; do
    check "--help tells of $option" answered "^ .*$option"
done
check "--help tells of the default socket" answered /run/containerd/containerd.sock
check "--help tells what the policy original needs" answered original-with=learn-from-events
run eventmonitor --version
check "--version gives the name and the version" answered "^eventmonitor $(cat VERSION)\$"
for question in --help --version; do
    "$bin/eventmonitor" "$question" >/dev/full 2>"$scratch/err"
    status=$?
    check "an answer to $question that cannot be written is a failure" [ "$status" -eq 1 ]
done

refusals=(
    "--stoer|--stoer"
    "--store=x.db|--store"
    "--api=v2|v1|execution"
    "--api=execution --delete=owned|labels"
    "operand|operand"
    "--delete=some|none|owned|all"
    "--handler=relaible|relaible"
    "--handler=reliable-without=nonsense|nonsense"
    "--namespace=-bad-|-bad-"
    "--namespace=a,b|a,b"
    "--namespace=|namespace"
    "--address=|empty"
    "--address=/$(printf 'x%.0s' {1..107})|at most 107 bytes"
    "--address|--address"
)
for row in "${refusals[@]}"; do
    # shellcheck disable=SC2086 # some rows have two options
    run eventmonitor ${row%%|*}
    check "${row%%|*} is refused" refused "${row#*|}"
done
CONTAINERD_NAMESPACE=-bad- run eventmonitor
check "CONTAINERD_NAMESPACE is read" refused -bad-
CONTAINERD_ADDRESS=/$(printf 'y%.0s' {1..107}) run eventmonitor
check "CONTAINERD_ADDRESS is read" refused yyy

# ---- without a containerd ----

# The files are emptied here and not by the child, which may come too late for whoever looks at them next.
monitor_start() {
    : >"$scratch/out"
    : >"$scratch/err"
    "$bin/eventmonitor" "$@" >"$scratch/out" 2>"$scratch/err" &
    monitor=$!
}

monitor_end() {
    kill -s "$1" "$monitor"
    wait "$monitor"
    status=$?
    monitor=
}

log_reaches() {
    local deadline=$((SECONDS + 20))
    until [ "$(wc -l <"$scratch/err")" -ge "$1" ]; do
        [ "$SECONDS" -le "$deadline" ] || return 1
        sleep 0.02
    done
}

line_is() {
    [ "$(sed -n "$1p" "$scratch/err")" = "$2" ]
}

ended_well() {
    [ "$status" -eq 0 ] && [ ! -s "$scratch/out" ]
}

socket=$scratch/no/containerd.sock
monitor_start --address "$socket"
check "a missing socket is tried again" log_reaches 2
check "the first line names socket, cause and next try" \
    line_is 1 "eventmonitor: cannot connect to $socket: No such file or directory; next try in 100ms"
check "the second one too, and the delay has doubled" \
    line_is 2 "eventmonitor: cannot connect to $socket: No such file or directory; next try in 200ms"
monitor_end TERM
check "SIGTERM ends it in peace" ended_well

touch "$scratch/file"
monitor_start --address "unix://$scratch/file" --debug
check "a file that is no socket is tried again" log_reaches 1
check "the line says why" \
    line_is 1 "eventmonitor: cannot connect to unix://$scratch/file: Connection refused; next try in 100ms"
monitor_end INT
check "SIGINT ends it in peace" ended_well

finish
