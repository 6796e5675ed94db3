#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What runs tests, documents and scenarios must not take a failure for a success.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# ---- ci/run_tests.py ----

runner() { (cd "$tree" && "$python" "$project/ci/run_tests.py" "$@"); }

# program NAME LINE...: stands for a cmocka program.
program() {
    local name=$1
    shift
    file "$name" '#!/bin/sh' "$@"
    chmod +x "$tree/$name"
}

good_tree
program test_a 'echo 1..2; echo "ok 1 - a"; echo "ok 2 - b"; echo 1..1; echo "ok 1 - c"'
accepts 'runner: programs with several groups' runner test_a
says 'runner: counts each test' '3 passed, 0 failed'
program test_a 'echo 1..2; echo "ok 1 - a"; echo "not ok 2 - b"; exit 1'
refuses 'runner: a failed test' '1 passed, 1 failed' runner test_a
says 'runner: shows what a failed program printed' '      not ok 2 - b'
program test_a 'echo 1..2; echo "ok 1 - a"; kill -9 $$'
refuses 'runner: a program that dies' 'ended before all of its 2 tests had run' runner test_a
program test_a 'echo 1..1; echo "ok 1 - a"; exit 23'
refuses 'runner: a leak after good tests' 'ended with exit status 23 although no test failed' runner test_a
says 'runner: counts the leak as a failure' '1 passed, 1 failed'
program test_a 'exit 0'
refuses 'runner: a program that runs no test' 'printed no plan' runner test_a
program test_a 'echo 1..2; echo "ok 1 - a"; echo "not ok 2 # SKIP b"'
accepts 'runner: a skipped test is no failure' runner test_a
says 'runner: a skipped test is no success' '1 passed, 0 failed, 1 skipped'
refuses 'runner: nothing to run' 'no test ran' runner

good_tree
file scripts/test_a.sh 'set -o pipefail; cat; exit 0'
file scripts/test_b.py 'import sys; sys.exit(sys.stdin.read() != "")'
file scripts/support.sh 'exit 1'
file scripts/real/test_c.sh 'exit 1'
accepts 'runner: scripts without input, helpers and folders left out' runner --scripts scripts --without scripts/real
says 'runner: counts each script' '2 passed, 0 failed'
refuses 'runner: a script that fails' '2 passed, 1 failed' runner --scripts scripts
says 'runner: says how it ended' 'ended with exit status 1'
file scripts/real/test_c.sh 'echo "ok 1 - a"; echo "ok 2 - b"; echo 1..2'
accepts 'runner: a script that speaks TAP' runner --scripts scripts
says 'runner: counts what a script counts' '4 passed, 0 failed'
file scripts/test_d.sh 'echo words; sleep 100'
refuses 'runner: a script that does not end' 'did not end within 1 s' \
    env SCRIPT_SECONDS_MAX=1 "$python" "$project/ci/run_tests.py" --scripts "$tree/scripts"
rm "$tree/scripts/test_d.sh"
accepts 'runner: a runner runs a runner' env PYTHON=x CMOCKA_MESSAGE_OUTPUT=x \
    "$python" "$project/ci/run_tests.py" --scripts "$tree/scripts"

# ---- ci/run_docs.py ----

docs() { (cd "$tree" && "$python" "$project/ci/run_docs.py" "$@"); }

good_tree
file README.md 'Text' '<!-- ci -->' '```sh' 'sleep 1000 &' 'test -d base' '```' '```sh' 'false' '```'
accepts 'docs: a marked block holds, others are left alone' docs README.md
says 'docs: counts the blocks' 'docs: 1 blocks run, 0 failed'
file README.md '<!-- ci -->' '```sh' 'false' 'true' '```'
refuses 'docs: every command must hold' 'FAIL  README.md:3: ended with 1' docs README.md
file README.md '<!-- ci -->' 'no block'
refuses 'docs: a mark without a block' 'README.md:1: no ```sh block follows' docs README.md
file README.md 'nothing'
refuses 'docs: no marked block at all' 'no block is marked' docs README.md

# ---- ci/check_determinism.sh ----

determinism() { (cd "$tree" && "$project/ci/check_determinism.sh"); }

good_tree
program build/bin/ctrsim 'echo 0.000 monitor: dial'
accepts 'determinism: the same trace twice' determinism
program build/bin/ctrsim 'echo 0.000 monitor: dial; exit 1'
accepts 'determinism: a failed scenario is not its subject' determinism
program build/bin/ctrsim 'date +%s%N'
refuses 'determinism: two traces that differ' 'two runs of scenarios differ' determinism
program build/bin/ctrsim 'exit 0'
refuses 'determinism: no trace' 'printed no trace' determinism
program build/bin/ctrsim 'echo bad usage; exit 2'
refuses 'determinism: a program that cannot run' 'could not run scenarios' determinism

# ---- coverage/report.py ----

report_coverage() { (cd "$tree" && "$python" "$project/coverage/report.py" "$@"); }

# info RUN: a ring of four lines of which RUN ran.
info() {
    local number
    {
        echo "SF:$tree/base/sum.c"
        for number in 1 2 3 4; do echo "DA:$number,$((number <= $1 ? 7 : 0))"; done
        echo 'BRDA:1,0,0,1' && echo 'BRDA:1,0,1,-' && echo end_of_record
    } >"$tree/ours.info"
}

good_tree
info 3
refuses 'coverage: a ring that is not in the ratchet' 'base has no line' report_coverage --ratchet ratchet.txt ours.info
says 'coverage: prints lines and branches' 'lines  75.0 % of 4       branches  50.0 % of 2'
accepts 'coverage: writes the ratchet' report_coverage --raise ratchet.txt ours.info
accepts 'coverage: meets the ratchet' report_coverage --ratchet ratchet.txt ours.info
info 2
refuses 'coverage: falls below the ratchet' 'base has fallen from 75 to 50 %' report_coverage --ratchet ratchet.txt ours.info
accepts 'coverage: does not lower the ratchet' report_coverage --raise ratchet.txt ours.info
accepts 'coverage: the ratchet is as before' grep -qx 'base 75' "$tree/ratchet.txt"
info 4
accepts 'coverage: raises the ratchet' report_coverage --raise ratchet.txt ours.info
accepts 'coverage: the ratchet has risen' grep -qx 'base 100' "$tree/ratchet.txt"
echo 'harness 10' >>"$tree/ratchet.txt"
refuses 'coverage: a ring that vanished' 'harness was not measured' report_coverage --ratchet ratchet.txt ours.info

finish
