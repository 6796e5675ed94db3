#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `ctrsim explore` and `ctrsim replay` print and how they end.
set -u
cd "$(dirname "$0")/../../.."
ctrsim=${BIN:-build/bin}/ctrsim
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
. tests/support/check.sh

# Whatever breaks is written below $out.
ctrsim_found=$out/ctrsim-found
quiet=scenarios/reconnect/the-backoff-doubles-to-its-cap-and-starts-again.yaml
lost=scenarios/reconnect/an-exit-that-falls-into-a-disconnect-is-not-lost.yaml

check 0 'complete: yes$' 'every order of a small story is complete' "$ctrsim" explore "$quiet"
check 0 '^  ok$' 'what holds is ok' "$ctrsim" explore "$quiet"
check 1 'policy original broke no-exit-is-lost' 'a policy of which nothing is expected fails by what it breaks' \
    "$ctrsim" explore --handler original --out "$ctrsim_found" "$lost"
counted=scenarios/exit/a-clean-exit-is-recorded.yaml
check 1 'calls of Tasks.Delete: expected 1 times; found 2' 'a crash may change how often something is called' \
    "$ctrsim" explore --handler reliable --crashes 1 --out none $counted
check 0 '^  ok$' 'what a file expects of its own can be left out' \
    "$ctrsim" explore --handler reliable --crashes 1 --only-promises $counted
check 0 '^  ok$' 'every file holds in other orders than the one that it is written in' \
    "${PLAIN_BIN:-build/bin}/ctrsim" explore --handler reliable --search sampled --budget 12 --out "$ctrsim_found" scenarios
check 0 '^2 of 2 files explored, all ok$' 'of several files it is said how many there were' \
    "$ctrsim" explore --handler reliable --budget 5 "$quiet" "$counted"
check 1 "^  failed: $lost\$" 'and which failed' "$ctrsim" explore --handler original --out none --budget 5 "$lost" "$quiet"
check 0 '^  every order within 2 delays: .*complete: yes$' 'orders near to the ordinary course have a bound' \
    "$ctrsim" explore --handler reliable --delays 2 "$lost"
check 2 'at most 1000' 'a bound has a limit' "$ctrsim" explore --delays 1001 "$quiet"
check 2 'what is sampled has no bound' 'samples have no bound' "$ctrsim" explore --delays 2 --search sampled "$quiet"
check 0 'missed with a chance of at most' 'samples say what they vouch for' \
    "$ctrsim" explore --search sampled --budget 100 "$quiet"
check 0 'runs of bytes' 'samples go through both wires' "$ctrsim" explore --level bytes --budget 20 "$quiet"
check 2 'neither a duration such as 60s nor a number' 'a budget that is none is refused' "$ctrsim" explore --budget x "$quiet"
# SHARDS_MAX and one more among them.
for shard in 4/4 0/-1 0/65537 1 /4 0/4x; do
    check 2 'not like 0/4' "the shard $shard is none and is refused" "$ctrsim" explore --shard $shard "$quiet"
done
# SEARCH_JOBS_MAX and one more.
check 2 'from 1 to 256' 'too many jobs are refused' "$ctrsim" explore --jobs 257 "$quiet"
check 2 'could not be started' 'jobs that are too many for the machine end those that have begun' \
    sh -c "ulimit -n 20; timeout 20 '$ctrsim' explore --search sampled --budget 60s --jobs 64 '$quiet'"
check 2 'is missing' 'without a file there is nothing to explore' "$ctrsim" explore
check 2 'do not go together' 'random scenarios need no file' "$ctrsim" explore --random-scenarios "$quiet"
check 1 'complete: yes' 'a handler may die somewhere' "$ctrsim" explore --crashes 1 --handler original --out none "$lost"
check 2 'at most 100' 'no more crashes than there is room for' "$ctrsim" explore --crashes 101 "$quiet"
check 0 'complete: yes' 'deliveries may be late' "$ctrsim" explore --late 1s "$quiet"
check 2 'no duration' 'a lateness that is none is refused' "$ctrsim" explore --late 1ns "$quiet"
check 2 'unknown policy\|switch' 'a policy that is none is refused' "$ctrsim" explore --handler reliably "$quiet"
check 0 'every order' '--help tells what it can do' "$ctrsim" explore --help

# The same runs, whoever makes them.
"$ctrsim" explore --search sampled --budget 300 --seed 5 "$quiet" >"$out/alone"
"$ctrsim" explore --search sampled --budget 300 --seed 5 --jobs 3 "$quiet" >"$out/shared"
cmp -s "$out/alone" "$out/shared"
report $? 'three jobs make the runs of one'
sum=0
for shard in 0 1 2; do
    runs=$("$ctrsim" explore --search sampled --budget 300 --seed 5 --shard $shard/3 "$quiet" | sed -n 's/^  sampled: \([0-9]*\) runs.*/\1/p' | head -n 1)
    sum=$((sum + runs))
done
[ "$sum" -eq 300 ]
report $? 'three shards make the runs of one between them'
check 1 'sampled: nothing: of 2 runs none is of shard 2/3; give a --budget of more runs, or fewer shards' \
    'a shard of which no run is made is not ok' \
    "$ctrsim" explore --handler reliable --search sampled --budget 2 --shard 2/3 "$quiet"
check 1 'no random scenario was made: of 2 none is of shard 2/3' 'a shard that makes up no world is not ok' \
    "$ctrsim" explore --handler reliable --random-scenarios --budget 2 --shard 2/3

# What is found becomes three files, and both ways of running it again give the same bytes.
"$ctrsim" explore --handler original --out "$out/found" "$lost" >"$out/out"
report "$([ $? -eq 1 ] && echo 0 || echo 1)" 'a break that is kept is still a break'
name=$out/found/an-exit-that-falls-into-a-disconnect-is-not-lost-original-no-exit-is-lost
grep -q 'shrunk in [0-9]* tries from 2 containers.* to 1, 0, 1, ' "$out/out"
report $? 'it is said how small it has become'
check 0 '' 'the smaller scenario is a scenario' "$ctrsim" lint "$name.yaml"
"$ctrsim" replay "$name.replay" >"$out/once"
"$ctrsim" replay "$name.replay" >"$out/twice"
"$ctrsim" run --trace --handler original "$name.yaml" >"$out/run"
cmp -s "$out/once" "$out/twice" && cmp -s "$out/once" "$out/run"
report $? 'replay gives the same trace twice, and run gives it too'
tail -n +2 "$out/once" >"$out/body"
tail -n +2 "$name.trace" | cmp -s - "$out/body"
report $? 'and so does the trace that was written'
check 1 'broken *no-exit-is-lost' 'a replay ends as the run did' "$ctrsim" replay "$name.replay"
"$ctrsim" replay "$name.replay" >/dev/full 2>"$out/err"
[ $? -eq 1 ] && grep -q 'not all of the result could be written' "$out/err"
report $? 'a trace that cannot be written is a failure'
sed 's/code: 0/code: 1/' "$name.yaml" >"$out/found/other.yaml" && mv "$out/found/other.yaml" "$name.yaml"
check 2 'is not the file that this replay was made with' 'another scenario is not replayed' "$ctrsim" replay "$name.replay"
long=$out/$(printf 'l%.0s' $(seq 245)).yaml
cp "$lost" "$long"
check 1 '/l*-[0-9a-f]\{8\}-original-no-exit-is-lost.yaml' 'a name that is too long for three files is cut' \
    "$ctrsim" explore --handler original --out "$out/cut" "$long"
mv "$name.yaml" "$out/found/moved.yaml"
check 2 'No such file or directory; the scenario of a replay has to lie beside it' 'a replay needs its scenario' "$ctrsim" replay "$name.replay"
check 2 'one replay file' 'one file is replayed at a time' "$ctrsim" replay
check 2 'expected "replay 1"' 'what is no replay is refused' "$ctrsim" replay "$lost"

# A world that no minute is enough for.
{
    printf 'title: t\nwhy: w\ngiven:\n  containers:\n'
    for i in 1 2 3 4 5 6 7 8; do printf '    - {id: c%s, pid: 10%s}\n' $i $i; done
    printf 'faults:\n  - {rpc: Tasks.Delete, container: any, do: fail, code: UNAVAILABLE, times: up to 6}\n'
    printf 'steps:\n  - any order:\n      - disconnect: {stream: events, code: UNAVAILABLE}\n'
    for i in 1 2 3 4 5 6 7 8; do printf '      - exit: {container: c%s, code: 1}\n' $i; done
} >"$out/large.yaml"
check 0 'complete: no, the budget was used up' 'what is too large is cut short, and said to be' \
    "$ctrsim" explore --search all --budget 300ms --out none --handler reliable "$out/large.yaml"
"$ctrsim" explore --search all --budget 1h --out none --handler reliable "$out/large.yaml" >"$out/interrupted" 2>&1 &
sleep 1
kill -INT $!
wait $!
grep -q 'every order: [0-9]* states.*complete: no, it was interrupted' "$out/interrupted"
report $? 'Ctrl-C tells what was reached'


# On a terminal, which a pseudo-terminal plays.
"${PYTHON:-/usr/bin/python3}" -c 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)' \
    "$ctrsim" explore --search all --budget 3s --out none --handler reliable "$out/large.yaml" >"$out/terminal" </dev/null
grep -q 'runs, [0-9]* states, [0-9]* happenings, [0-9]* a second' "$out/terminal"
report $? 'a terminal is told how far it has got'
check 2 'no number of at most 18 digits' 'a seed that is too long is refused' \
    "$ctrsim" explore --seed 1234567890123456789 "$quiet"
check 0 'on the level of bytes, for' 'a story that needs bytes is explored on their level' \
    "$ctrsim" explore --budget 3 --only-promises scenarios/contract/a-created-task-that-is-deleted-ends-with-137-at-no-time.yaml
{
    printf 'title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 101}]}\nsteps:\n  - exit: {container: web, code: 0}\n'
    printf '  - create: {container: db, pid: 102}\n  - exit: {container: db, code: 1}\nexpect:\n  sometimes:\n'
    printf '    - {container: web, exits while: no stream is open}\n'
} >"$out/sometimes.yaml"
check 0 'complete: yes\|runs of values' 'what is sometimes so is found by one of several jobs' \
    "$ctrsim" explore --jobs 2 --out none "$out/sometimes.yaml"

{
    printf 'title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 101}]}\nsteps:\n  - any order:\n'
    printf '      - exit: {container: web, code: 0}\n      - exec: {container: web, exec: e, pid: 102}\n'
} >"$out/impossible.yaml"
check 0 'orders ended where a step could not be done' 'what cannot be done in some order is left there' \
    "$ctrsim" explore --out none "$out/impossible.yaml"
check 1 'not kept: /dev/null/x' 'where nothing can be written the break is told all the same' \
    "$ctrsim" explore --handler original --out /dev/null/x "$lost"
for subcommand in explore replay explain lint run; do
    check 2 'nope' "$subcommand refuses an option that it does not know" "$ctrsim" $subcommand --nope
    check 0 'failed' "$subcommand says by its status that its help could not be written" \
        sh -c "$ctrsim $subcommand --help >/dev/full || echo failed"
done
check 0 'Usage' 'replay tells what it can do' "$ctrsim" replay --help
check 0 'failed' 'an explanation that cannot be written is a failure' sh -c "$ctrsim explain $quiet >/dev/full || echo failed"
check 0 'failed' 'so is a schema' sh -c "$ctrsim lint --schema >/dev/full || echo failed"

check 0 '^2 random scenarios from seed 11, 0 failed$\|^2 random scenarios from seed 11, [12] failed$' \
    'scenarios are made up' sh -c "$ctrsim explore --random-scenarios --out none --seed 11 --budget 2 || [ \$? -eq 1 ]"
finish
