# SPDX-License-Identifier: Apache-2.0
# For the tests of the checks: a small good tree in a folder of its own, and TAP for what a check says about it.
# shellcheck shell=bash

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
python=/usr/bin/python3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# A make that runs a test must not hand its settings down. Those of its command line are in the environment, too.
for setting in ${MAKEFLAGS-}; do
    if [[ $setting =~ ^[A-Za-z_]+= ]]; then unset "${setting%%=*}"; fi
done
unset MAKEFLAGS MAKEOVERRIDES MFLAGS MAKELEVEL setting
tree=$scratch/tree
tests=0
failures=0

# file PATH LINE...: writes a file of the small tree.
file() {
    local path=$tree/$1
    shift
    mkdir -p "$(dirname "$path")"
    printf '%s\n' "$@" >"$path"
}

c_licence='/* SPDX-License-Identifier: Apache-2.0 */'

# good_tree: makes the small tree anew; every check accepts it.
good_tree() {
    rm -rf "$tree"
    mkdir -p "$tree/ci"
    cp "$project/ci/layers.txt" "$project/ci/purity.txt" "$project/ci/sizes.txt" "$tree/ci"
    cp "$project/.clang-format" "$tree"
    file base/sum.h "$c_licence" '#ifndef BASE_SUM_H' '#define BASE_SUM_H' '' 'int sum(int a, int b);' '' '#endif'
    file base/sum.c "$c_licence" '#include "base/sum.h"' '' 'int sum(int a, int b)' '{' '    return a + b;' '}'
    file handler/core/twice.c "$c_licence" '#include "base/sum.h"' '#include <string.h>' '' 'int twice(int a);' '' \
        'int twice(int a)' '{' '    return sum(a, a);' '}'
}

# times NUMBER LINE: a line many times over.
times() {
    local index
    for ((index = 0; index < $1; index++)); do echo "$2"; done
}

report() {
    tests=$((tests + 1))
    if [ "$1" = ok ]; then
        echo "ok $tests - $2"
    else
        failures=$((failures + 1))
        echo "not ok $tests - $2"
        sed 's/^/# /' "$scratch/said"
    fi
}

# accepts NAME COMMAND...: the command holds.
accepts() {
    local name=$1
    shift
    if "$@" >"$scratch/said" 2>&1; then report ok "$name"; else report bad "$name"; fi
}

# refuses NAME TEXT COMMAND...: the command fails and says TEXT in one of its lines.
refuses() {
    local name=$1 text=$2
    shift 2
    if "$@" >"$scratch/said" 2>&1; then
        echo "it was accepted, expected: $text" >>"$scratch/said"
        report bad "$name"
    elif grep -qF -e "$text" "$scratch/said"; then
        report ok "$name"
    else
        echo "expected: $text" >>"$scratch/said"
        report bad "$name"
    fi
}

# says NAME TEXT: the command of the test before said TEXT, too.
says() {
    if grep -qF -e "$2" "$scratch/said"; then report ok "$1"; else report bad "$1"; fi
}

finish() {
    echo "1..$tests"
    [ "$failures" -eq 0 ]
}
