#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `ctrsim explain` prints and how it ends.
set -u
cd "$(dirname "$0")/../../.."
ctrsim=${BIN:-build/bin}/ctrsim
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
. tests/support/check.sh

faulty=scenarios/delete/an-exit-survives-a-failed-delete.yaml
printf 'title: t\nwhy: w\nsteps:\n  - exot: {container: web, code: 0}\n' >"$out/bad.yaml"
sed 's/Tasks.Delete/Tasks.Get/' "$faulty" >"$out/unused.yaml"

check 0 'line 12: first, web exits with code 0$' 'each step is told with its line' "$ctrsim" explain "$faulty"
check 0 '^  line 10: used once' 'a run tells that a fault was used' "$ctrsim" explain "$faulty"
check 0 '^  line 10: never used; Tasks.Delete of web at 0.000s came nearest, but it is another rpc$' \
    'a run tells which request came nearest to a fault that was never used' "$ctrsim" explain "$out/unused.yaml"
for scenario in $(find scenarios -name '*.yaml' | LC_ALL=C sort); do
    "${PLAIN_BIN:-build/bin}/ctrsim" explain "$scenario" >"$out/out" 2>&1 && grep -q '^Who breaks what:$' "$out/out"
    report $? "$scenario is explained"
done
check 2 "^$out/bad.yaml:4:5: unknown key" 'a bad file is refused with its place' "$ctrsim" explain "$out/bad.yaml"
check 2 'No such file' 'a file that is not there is bad input' "$ctrsim" explain "$out/none.yaml"
check 2 'name one scenario' 'one file is explained at a time' "$ctrsim" explain "$faulty" "$faulty"
check 0 '^relist  *list the tasks after each subscription' 'each switch is told' "$ctrsim" explain --switches
check 2 'or --switches alone' 'switches are of no file' "$ctrsim" explain --switches "$faulty"
check 0 'plain sentences' '--help tells what it is for' "$ctrsim" explain --help
finish
