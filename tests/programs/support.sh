# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# For tests of the programs: each check is a command that holds. $bin is the folder of our programs (BIN, else
# build/bin), $scratch a folder of the test. Whoever sources this sets the trap that ends what it starts.
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
bin=${BIN:-build/bin}
scratch=$(mktemp -d)
count=0
failed=0

# check SENTENCE COMMAND...: the command holds.
check() {
    local sentence=$1
    shift
    count=$((count + 1))
    if "$@"; then
        echo "ok $count - $sentence"
    else
        failed=$((failed + 1))
        echo "not ok $count - $sentence"
        sed 's/^/# /' "$scratch/out" "$scratch/err"
    fi
}

# run PROGRAM ARGUMENT...: to its end; stdout, stderr and exit status are kept.
run() {
    timeout 20 "$bin/$1" "${@:2}" >"$scratch/out" 2>"$scratch/err"
    status=$?
}

# The status is 0, nothing is on stderr, and stdout has the pattern.
answered() {
    [ "$status" -eq 0 ] && [ ! -s "$scratch/err" ] && grep -q -e "$1" "$scratch/out"
}

finish() {
    echo "1..$count"
    [ "$failed" -eq 0 ]
}
