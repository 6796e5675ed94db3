# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# The Test Anything Protocol: one line a check, and after a failed one everything that explains it, as comments.

tap_count=0
tap_failed=0

pass() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1"
}

# Fails with the sentence $1; further arguments are printed as its reasons.
fail() {
    tap_count=$((tap_count + 1))
    tap_failed=$((tap_failed + 1))
    echo "not ok $tap_count - $1"
    shift
    [ $# -eq 0 ] || printf '%s\n' "$@" | sed 's/^/#   /'
    tap_explain
    return 0
}

# Passes with the sentence $1 if the rest, a command, succeeds.
check() {
    local sentence=$1
    shift
    if "$@"; then
        pass "$sentence"
    else
        fail "$sentence" "this did not hold: $*"
    fi
}

# Passes with the sentence $1 if $2 (expected) and $3 (got) are the same text.
check_same() {
    if [ "$2" = "$3" ]; then
        pass "$1"
    else
        fail "$1" "expected: $2" "got: $3"
    fi
}

# Ends the test because it cannot be carried out.
bail_out() {
    echo "Bail out! $1"
    tap_explain
    exit 1
}

# The end of each file that was written on the way, and what ctr says now.
tap_explain() {
    local file
    for file in "$sandbox"/*.jsonl "$sandbox"/*.log; do
        [ -s "$file" ] || continue
        echo "# --- ${file##*/}"
        tail -n 25 "$file" | cut -c1-400 | sed 's/^/# /'
    done
    if [ -S "$socket" ]; then
        echo "# --- ctr tasks ls"
        ctr_here tasks ls 2>&1 | sed 's/^/# /'
    fi
}

# The end of the test's shell: leaves the counts for the guard.
tap_save() {
    local status=$?
    echo "$tap_count $tap_failed" >"$sandbox/tap-counts"
    [ "$status" -ne 0 ] || [ "$tap_failed" -eq 0 ] || status=1
    exit "$status"
}

# The guard goes on with the counts of a test that came to its end.
tap_load() {
    [ ! -s "$sandbox/tap-counts" ] || read -r tap_count tap_failed <"$sandbox/tap-counts"
}

# Ends the guard with the status $1 of the test's shell. A test that broke off has no plan, which a reader of the
# protocol takes for a failure.
tap_finish() {
    if [ "$1" -ne 0 ] && [ "$tap_failed" -eq 0 ]; then
        echo "# the test broke off with status $1"
        exit "$1"
    fi
    echo "1..$tap_count"
    [ "$tap_failed" -eq 0 ] || exit 1
    exit 0
}
