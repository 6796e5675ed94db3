#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the golden trace of every scenario anew: bless.sh [CTRSIM]. Look at the difference before you commit it.
set -eu
cd "$(dirname "$0")/../.."
ctrsim=${1:-build/bin/ctrsim}
. tests/golden/shape.sh
whole=$(mktemp)
trap 'rm -f "$whole"' EXIT

find tests/golden -name '*.trace' -delete
find scenarios -name '*.yaml' | LC_ALL=C sort | while read -r scenario; do
    trace=tests/golden/${scenario#scenarios/}
    trace=${trace%.yaml}.trace
    mkdir -p "$(dirname "$trace")"
    # A broken promise is part of the trace; only bad input (2) has none.
    status=0
    "$ctrsim" run --trace "$scenario" >"$whole" || status=$?
    [ "$status" -le 1 ] || { cat "$whole"; exit 2; }
    shape "$whole" >"$trace"
done
