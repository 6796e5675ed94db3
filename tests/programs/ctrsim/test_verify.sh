#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ctrsim verify, on a fakecontainerd that is in another process and chooses its own pids and times.
set -u
cd "$(dirname "$0")/../../.."
bin=${BIN:-build/bin}
out=$(mktemp -d)
fake=
trap '[ -z "$fake" ] || kill "$fake"; rm -rf "$out"' EXIT
. tests/support/check.sh

socket=$out/c.sock
"$bin/fakecontainerd" --address "$socket" 2>"$out/log" &
fake=$!
for _ in $(seq 100); do
    grep -q serving "$out/log" && break
    sleep 0.05
done

# story NAME GIVEN STEP...: a file without a handler.
story() {
    name=$1
    given=$2
    shift 2
    printf 'title: t\nwhy: w\ngiven: {namespace: home, containers: [%s]}\nsteps:\n' "$given" >"$out/$name.yaml"
    printf '  - %s\n' "$@" >>"$out/$name.yaml"
    echo 'handlers: none' >>"$out/$name.yaml"
}

verify() {
    "$bin/ctrsim" verify --address "$socket" --namespace ns "$@"
}

story same '{id: web, pid: 7, execs: [{id: e, pid: 8}]}' \
    'call: {rpc: Events.Subscribe, as: s}' \
    'call: {rpc: Tasks.ListPids, with: {container: web}, reply: {pids: [7, 8]}}' \
    'call: {rpc: Tasks.Wait, with: {container: web}, as: w}' \
    'answered: {call: w, nothing: yet}' \
    'call: {rpc: Tasks.Kill, with: {container: web, signal: 9}, reply: {}}' \
    'heard: {by: s, events: [{topic: /tasks/exit, exec: e, pid: 8}, {answer: w}, {topic: /tasks/exit, namespace: home, pid: 7, code: 137, exited at: "2017-05-31T21:33:52Z"}]}' \
    'answered: {call: w, reply: {code: 137, exited at: "2017-05-31T21:33:52Z"}}' \
    'call: {rpc: Tasks.Get, with: {container: nope}, code: NOT_FOUND, message: "container \"nope\" in namespace \"home\": not found"}'
check 0 "^ok     $out/same.yaml" 'pids, times and the namespace of a file stand for others' verify "$out/same.yaml"

story other '{id: two, state: created}' 'call: {rpc: Tasks.Get, with: {container: two}, reply: {state: running}}'
check 1 "^$out/other.yaml:5: Tasks.Get: expected OK state running; found OK id \"two\"" \
    'another answer is told with its line, and is a failure' verify "$out/other.yaml"

story exits '{id: three, state: created}' 'exit: {container: three, code: 3}' 'call: {rpc: Tasks.Get, code: UNKNOWN}'
check 0 "^$out/exits.yaml:5: \`exit\` cannot be done here" 'what is no call is left without a helper' verify "$out/exits.yaml"
check 2 'No such file' 'a file that is not there is a problem' verify "$out/none.yaml"

story own '{id: own, state: none}' 'call: {rpc: Namespaces.Create, with: {name: home}, reply: {name: home}}'
check 0 "^$out/own.yaml:5: a call about the file's own namespace cannot be done here" \
    'what stands for another is not asked for by its name' verify "$out/own.yaml"

cat >"$out/helper" <<-END
	#!/bin/sh
	echo "\$@" >>"$out/said"
	[ "\$1" != exit ] || exit 3
END
printf '#!/bin/sh\n[ "$1" = prepare ]\n' >"$out/fails"
chmod +x "$out/helper" "$out/fails"
story helped '{id: four, state: none}' 'oom: {container: four}' 'call: {rpc: Version.Version, reply: {}}' \
    'exit: {container: four, code: 5}'
check 0 "^$out/helped.yaml:7: \`exit\` cannot be done here" 'a helper may not know how to do it' \
    verify --helper "$out/helper" "$out/helped.yaml"
[ "$(tr '\n' ';' <"$out/said")" = 'prepare four - -;oom four - 0;exit four - 5;' ]
report $? 'a helper is told what is to be done, one thing a call'
check 1 "^$out/helped.yaml: Containers.Create: expected OK; found ALREADY_EXISTS" 'what is given must be new there' \
    verify --helper "$out/helper" "$out/helped.yaml"
story broken '{id: five, state: none}' 'oom: {container: five}'
check 1 "^$out/broken.yaml:5: \`oom\` failed" 'a helper that fails is a failure' verify --helper "$out/fails" "$out/broken.yaml"

check 0 'only `handlers: none` is played' 'a file with a handler is left' \
    verify scenarios/exit/a-clean-exit-is-recorded.yaml
check 0 '9: a fault cannot be done here' 'a file with a fault is left' \
    verify scenarios/contract/of-two-deletes-that-overlap-one-is-refused.yaml
check 2 'unknown key' 'a bad file is told' verify tests/broken/shape/a-key-is-misspelt.yaml
check 2 'missing' 'no file at all is bad usage' verify
check 2 'No such file' 'a spec must be there' verify --spec "$out/none.json" "$out/same.yaml"
kill "$fake"
wait "$fake" 2>/dev/null
fake=
check 2 'cannot connect to .*: No such file or directory; start containerd there' 'where nobody serves, that is said once' verify "$out/other.yaml"
check 2 'the path of a socket has at most 107 bytes' 'a socket whose path is too long is refused' \
    "$bin/ctrsim" verify --address "$(printf 'x%.0s' $(seq 120))" "$out/same.yaml"
check 0 'COMMAND' '--help tells how it is called' "$bin/ctrsim" verify --help
finish
