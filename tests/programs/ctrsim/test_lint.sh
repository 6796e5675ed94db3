#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `ctrsim lint` prints and how it ends.
set -u
cd "$(dirname "$0")/../../.."
ctrsim=${BIN:-build/bin}/ctrsim
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
. tests/support/check.sh

good=scenarios/exit/a-clean-exit-is-recorded.yaml
mkdir "$out/folder" "$out/empty"
printf 'title: t\nwhy: w\nsteps:\n  - exot: {container: web, code: 0}\n' >"$out/folder/a.yaml"
printf 'title: t\nwhy: w\nexpect: {never: [noted: {note: conected}]}\n' >"$out/folder/b.yaml"

check 0 '' 'good files pass' "$ctrsim" lint scenarios "$good"
[ ! -s "$out/out" ] && [ ! -s "$out/err" ]
report $? 'of good files nothing is said'
check 2 "^$out/folder/a.yaml:4:5: unknown key \"exot\" in a step; did you mean \"exit\"?$" \
    'a problem is a line with file, line, column and what to do' "$ctrsim" lint "$out/folder/a.yaml"
check 2 "^$out/folder/b.yaml:3:32: unknown note" 'the next file is checked after a bad one' "$ctrsim" lint "$out/folder"
[ "$(wc -l <"$out/out")" -eq 2 ]
report $? 'each bad file is one line'
check 2 "^$out/folder/b.yaml:3:32: " 'the next operand is checked after one that is not there' \
    "$ctrsim" lint "$out/none.yaml" "$good" "$out/folder/b.yaml"
check 2 'No such file' 'an operand that is not there is a problem' "$ctrsim" lint "$out/none.yaml"
check 2 'no scenario file' 'an empty folder is a problem' "$ctrsim" lint "$out/empty"
check 2 'missing' 'no file at all is bad usage' "$ctrsim" lint
check 2 'b.yaml:3:32: unknown note' 'run refuses what only the handler knows too' "$ctrsim" run "$out/folder/b.yaml"
check 0 'json-schema.org' '--schema writes the schema' "$ctrsim" lint --schema
check 0 'FILE|DIR' '--help tells how it is called' "$ctrsim" lint --help
finish
