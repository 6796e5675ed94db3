#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `ctrsim run` prints and how it ends.
set -u
cd "$(dirname "$0")/../../.."
ctrsim=${BIN:-build/bin}/ctrsim
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
. tests/support/check.sh

good=scenarios/exit/a-clean-exit-is-recorded.yaml
printf 'title: t\nwhy: w\nsteps:\n  - exot: {container: web, code: 0}\n' >"$out/bad.yaml"
sed 's/code: 3, pid: 0}/code: 4, pid: 0}/' "$good" >"$out/wrong.yaml"

check 0 '^ok .*a-clean-exit-is-recorded.yaml: reliable; original$' 'a scenario that holds is one line' "$ctrsim" run "$good"
check 0 ' failed; .* s of virtual time in ' 'all scenarios hold, and a summary says how many' "$ctrsim" run scenarios
check 0 ' failed; .* s of virtual time in ' 'on the level of values all hold too' \
    "${PLAIN_BIN:-build/bin}/ctrsim" run --level value scenarios
check 0 '^1\.\.2$' 'TAP has a plan' "$ctrsim" run --report tap "$good"
check 1 'expected state exited, code 4' 'a broken expectation says what was found' "$ctrsim" run "$out/wrong.yaml"
check 1 'wrong.yaml:[0-9]*:[0-9]*: policy reliable' 'a broken expectation names its line' "$ctrsim" run "$out/wrong.yaml"
check 1 '^not ok 1 ' 'TAP says not ok' "$ctrsim" run --report tap "$out/wrong.yaml"
check 2 'bad.yaml:4:' 'a bad file is refused with its line' "$ctrsim" run "$out/bad.yaml"
check 2 'exot' 'a bad file is refused with the wrong word' "$ctrsim" run "$good" "$out/bad.yaml"
check 2 'missing' 'no file at all is bad usage' "$ctrsim" run
check 2 'No such file' 'a file that is not there is bad input' "$ctrsim" run "$out/none.yaml"
check 2 'no scenario file' 'an empty folder is bad input' sh -c "mkdir -p '$out/empty' && '$ctrsim' run '$out/empty'"
check 1 'broke no-exit-is-lost' '--handler demands that nothing breaks' "$ctrsim" run --handler original \
    scenarios/delete/an-exit-survives-a-failed-delete.yaml
check 2 'reliable' 'a policy that does not exist is refused with those that do' "$ctrsim" run --handler relable "$good"
check 0 'handler  connection 1 up' '--trace tells what happened' "$ctrsim" run --trace "$good"
check 2 'unknown' 'an option that is not built is unknown' "$ctrsim" run --jobs 2 "$good"
check 2 'unknown subcommand' 'a subcommand that is not built is unknown' "$ctrsim" timeline "$good"
check 0 'FILE|DIR' '--help tells how it is called' "$ctrsim" run --help
check 0 '[0-9]' '--version tells the version' "$ctrsim" --version
printf 'title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1}]}\nsteps:\n  - start: {container: web}\n' >"$out/refused.yaml"
check 2 'refused.yaml:5: start cannot be done' 'a step that cannot be done is bad input, with its line' "$ctrsim" run "$out/refused.yaml"
head -c 2000000 /dev/zero | tr '\0' '#' >"$out/large.yaml"
check 2 'larger than the 1048576 bytes' 'a file over the limit is refused with the limit' "$ctrsim" run "$out/large.yaml"
check 2 'a subcommand is missing' 'no subcommand at all is bad usage' "$ctrsim"
check 2 'nonsense' 'an option before the subcommand is looked at too' "$ctrsim" --nonsense run "$good"
check 2 'xml' 'a format that does not exist is refused' "$ctrsim" run --report xml "$good"
# CLIENT_LOG_MAX: events that a scripted client keeps.
for more in 4 5; do
    printf 'title: t\nwhy: w\nhandlers: none\nsteps:\n  - call: {rpc: Events.Subscribe, as: s}\n' >"$out/heard-$more.yaml"
    for times in 10000 638$more; do
        printf '  - publish: {event: oom, container: web, times: %s}\n' $times >>"$out/heard-$more.yaml"
    done
done
check 0 '^ok ' 'a scripted client keeps much of what it hears' "${PLAIN_BIN:-build/bin}/ctrsim" run "$out/heard-4.yaml"
check 2 '16384 answers and events of a scripted client' 'where it is more, the run is given up and the limit is told' \
    "${PLAIN_BIN:-build/bin}/ctrsim" run "$out/heard-5.yaml"
for command in run 'run --report tap' 'run --report junit' 'run --trace' 'explore --budget 5' explain 'lint --schema'; do
    check 1 "^ctrsim ${command%% *}: not all of the result could be written" "$command to what is full has failed" \
        sh -c "'$ctrsim' $command $good >/dev/full"
    check 1 "^ctrsim ${command%% *}: not all of the result could be written" "$command to what is closed has failed" \
        sh -c "'$ctrsim' $command $good >&-"
done
# FILES_DEPTH_MAX
mkdir "$out/loop" && ln -s . "$out/loop/again"
check 2 'nested deeper than 32' 'folders that go round are not looked into for ever' "$ctrsim" run "$out/loop"
check 2 'scenario file' 'a folder is looked into, however deep' sh -c "mkdir -p '$out/a/b/c'; '$ctrsim' run '$out/a'"
"$ctrsim" run --report junit scenarios/reconnect >"$out/junit.xml"
check 0 '^parsed$' 'JUnit is well-formed XML with a test case for each run' /usr/bin/python3 -c "
import sys, xml.etree.ElementTree as tree
root = tree.parse('$out/junit.xml').getroot()
cases = root.findall('.//testcase')
assert root.tag == 'testsuites' and len(cases) == int(root.get('tests')) > 6, root.attrib
assert len(root.findall('.//failure')) == int(root.get('failures')) == 0
print('parsed')"
finish
