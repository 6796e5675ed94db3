# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Running, waiting for and ending processes, each within a bound and by its own pid.

bounded_s=30

# Runs a command for at most bounded_s seconds, so that a program that hangs fails the test instead of hanging it.
# It is waited for with `wait`, which a signal to the test interrupts.
bounded() {
    timeout --kill-after=1 "$bounded_s" "$@" <&0 &
    wait "$!"
}

# Repeats the command "$@" until it succeeds, for at most $1 seconds.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -le "$deadline" ] || return 1
        sleep 0.02
    done
}

is_alive() {
    kill -0 "$1" 2>/dev/null
}

is_gone() {
    ! is_alive "$1"
}

# Sends $2 to our child $1 and gives its exit status back (unless it is disowned, so that the shell stays silent about
# its end). KILL follows for one that is still there after 10 s.
end_child() {
    local pid=$1 signal=$2
    [ -n "$pid" ] || return 0
    kill -s "$signal" "$pid" 2>/dev/null
    wait_until 10 is_gone "$pid" || kill -s KILL "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
}

# Prints the pid of every process of session $1, but not of those that have ended and that nobody has waited for yet:
# an orphan stays like that for as long as pid 1 likes.
pids_of_session() {
    local entry line fields
    [ -n "$1" ] || return 0
    for entry in /proc/[0-9]*; do
        line=
        { read -r line <"$entry/stat"; } 2>/dev/null
        read -r -a fields <<<"${line##*) }"
        [ "${fields[3]-}" != "$1" ] || [ "${fields[0]}" = Z ] || echo "${entry#/proc/}"
    done
}

# Prints the pid of every process whose command line holds the text $1. The command lines are read by the shell
# itself: a grep would find its own.
pids_that_mention() {
    local entry words
    for entry in /proc/[0-9]*; do
        words=()
        { mapfile -d '' words <"$entry/cmdline"; } 2>/dev/null
        [[ "${words[*]}" != *"$1"* ]] || echo "${entry#/proc/}"
    done
}
