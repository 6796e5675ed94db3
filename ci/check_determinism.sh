#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Any run made twice gives the same trace: runs every scenario twice and compares, byte for byte.
set -eu

bin=${BUILD:-build}/bin
scenarios=${1-scenarios}
traces=$(mktemp -d)
trap 'rm -rf "$traces"' EXIT

# A failing scenario is for `make scenarios` to report; here only the traces count.
for run in first second; do
    "$bin/ctrsim" run --trace "$scenarios" >"$traces/$run" 2>&1 || [ $? -eq 1 ] || {
        cat "$traces/$run"
        echo "determinism: $bin/ctrsim could not run $scenarios"
        exit 1
    }
done
if [ ! -s "$traces/first" ]; then
    echo "determinism: $bin/ctrsim printed no trace of $scenarios"
    exit 1
fi
if ! cmp -s "$traces/first" "$traces/second"; then
    diff "$traces/first" "$traces/second" | head -n 20 || true
    echo "determinism: two runs of $scenarios differ; some decision is not drawn, some state is not reset"
    exit 1
fi
echo "determinism: $(wc -l <"$traces/first") lines of trace twice the same"
