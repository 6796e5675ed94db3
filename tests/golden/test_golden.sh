#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every scenario gives the trace that is kept for it, and no trace is kept for a scenario that is gone.
set -u
cd "$(dirname "$0")/../.." || exit 1
ctrsim=${PLAIN_BIN:-build/bin}/ctrsim
. tests/support/check.sh
. tests/golden/shape.sh
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for scenario in $(find scenarios -name '*.yaml' | LC_ALL=C sort); do
    name=${scenario#scenarios/}
    golden=tests/golden/${name%.yaml}.trace
    "$ctrsim" run --trace "$scenario" >"$out/trace" 2>&1
    [ $? -le 1 ] && shape "$out/trace" >"$out/shape" && diff -u "$golden" "$out/shape" >"$out/diff" 2>&1
    result=$?
    report $result "$name gives the trace that is kept for it"
    [ $result -eq 0 ] || { sed 's/^/# /' "$out/diff"; echo '# look at the difference; where it is meant, run: make bless'; }
done
for golden in $(find tests/golden -name '*.trace' | LC_ALL=C sort); do
    name=${golden#tests/golden/}
    [ -f "scenarios/${name%.trace}.yaml" ] || report 1 "$golden belongs to a scenario"
done
report "$([ "$count" -gt 0 ]; echo $?)" "there are scenarios"
finish
