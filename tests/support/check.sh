# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# For tests of programs: TAP from commands. $out is a folder of the test.
count=0
failed=0

# report STATUS SENTENCE
report() {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        failed=$((failed + 1))
        echo "not ok $count - $2"
    fi
}

# check STATUS PATTERN SENTENCE COMMAND...: the command ends with the status and prints the pattern, on stdout or stderr
check() {
    wanted=$1 pattern=$2 sentence=$3
    shift 3
    "$@" >"$out/out" 2>"$out/err"
    status=$?
    [ "$status" -eq "$wanted" ] && { [ -z "$pattern" ] || cat "$out/out" "$out/err" | grep -q -e "$pattern"; }
    result=$?
    report $result "$sentence"
    [ $result -eq 0 ] || {
        echo "# status $status, wanted $wanted and $pattern"
        sed 's/^/# /' "$out/out" "$out/err"
    }
}

finish() {
    echo "1..$count"
    [ "$failed" -eq 0 ]
}
