#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The real ctr is the judge of streams that go wrong: it calls by its name what the fake sends.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

# plays STEP: ctr events hears a story in which STEP comes before an exit and the end; what it says is in $said.
plays() {
    local fake_pid
    printf '%s\n' 'title: A stream goes wrong' 'why: a foreign client is the judge of it' 'given:' '  containers:' \
        '    - {id: web, pid: 101, state: running}' 'steps:' "  - $1" '    at: +200ms' \
        '  - exit: {container: web, code: 4}' '    at: +200ms' '  - disconnect: {stream: events, how: clean}' '    at: +300ms' \
        '  - disconnect: {connection: all}' '    at: +300ms' >"$sandbox/story.yaml"
    "$program_dir/fakecontainerd" --address "$socket" --scenario "$sandbox/story.yaml" >"$sandbox/fakecontainerd.log" 2>&1 &
    fake_pid=$!
    wait_until 10 test -S "$socket" || return 1
    said=$(bounded ctr --address "$socket" events 2>&1)
    end_child "$fake_pid" TERM
}

# says STEP SENTENCE PATTERN: and whether ctr has seen the exit that comes after it ($4: yes or no).
says() {
    local seen=no
    check "$2" plays "$1"
    grep -q '"exit_status":4' <<<"$said" && seen=yes
    check "ctr says so" grep -q -e "$3" <<<"$said"
    check_same "whether it sees the exit behind it: $4" "$4" "$seen"
}

sandbox_needs ctr "$program_dir/fakecontainerd"
namespace=default

says 'publish: {event: oom, container: web, damage: unknown type}' 'an event of a type that nobody has' \
    'type with url containerd.events.Unheard: not found' yes
says 'publish: {event: oom, container: web, damage: undecodable body}' 'a body that cannot be decoded' 'unexpected EOF' yes
says 'publish: {event: oom, container: web, damage: compressed}' 'a message that claims to be compressed' \
    'compressed flag set with identity or empty encoding' no
says 'publish: {event: oom, container: web, damage: oversize}' 'a message that is too long' \
    'ResourceExhausted.*received message larger than max' no
says 'publish: {event: oom, namespace: moby, container: web}' 'an event of another namespace' ' moby /tasks/oom ' yes
says 'goaway: {last: even}' 'a GOAWAY of an even stream' 'Unavailable' no
says 'goaway: {last: any}' 'a GOAWAY that refuses nothing yet' '/tasks/exit' yes
says 'goaway: {last: none, error: ENHANCE_YOUR_CALM}' 'a GOAWAY after which the client comes again by itself' '/tasks/exit' yes
says 'silence: {stream: events}' 'a stream that falls silent' '' no
says 'silence: {connection: all, server: does nothing}' 'a connection that falls silent' 'Unavailable' no
