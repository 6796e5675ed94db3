#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compiles the whole tree, tests included, with gcc and with clang, each with every warning an error. With gcc it makes
# what `make test` makes, which is there already where the tests have run; clang only looks.
set -eu

build=${BUILD:-build}
make=${MAKE:-make}
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0

compile() {
    if "$make" --no-print-directory -j"$(nproc)" -k COVERAGE=no WERROR=-Werror "$@" objects >"$log" 2>&1; then
        echo "warnings: none from $1"
    else
        grep -E 'error:|warning:|\*\*\*|missing' "$log" | grep -v 'being treated as errors' || cat "$log"
        echo "warnings: $1 does not compile everything; correct what it says above"
        status=1
    fi
}

compile CC=gcc BUILD="$build" SANITIZER=address,undefined
compile CC=clang BUILD="$build/clang" SANITIZER= CFLAGS=-fsyntax-only
exit $status
