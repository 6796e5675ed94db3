#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the tests and the scenarios with the instrumented build and gathers what they covered: $BUILD/coverage/ours.info
# and $BUILD/coverage/html. Called by `make coverage`, which has built it. Tests and generated code are left out.
set -eu

build=${BUILD:-build}
out=$build/coverage
python=${PYTHON:-/usr/bin/python3}
log=$out/measure.log
fast=$build/bin
[ -x "$fast/ctrsim" ] || fast=$out/bin
lcov_options='--quiet --rc lcov_branch_coverage=1'

find "$out" -name '*.gcda' -delete

tests=$(find "$out/tests" -name 'test_*' -type f -perm -u+x 2>/dev/null | sort | while read -r program; do
    # A program whose source is gone is a leftover of an earlier build.
    if [ -f "${program#"$out"/}.c" ]; then echo "$program"; fi
done)
# The checks' own tests run nothing that is instrumented, and what looks at all scenarios reaches nothing that running
# them does not. A failure has been reported by `make test`; here it must not pass unseen either, because what it did
# not reach would look uncovered.
# shellcheck disable=SC2086 # one word for each program
if ! BIN="$(realpath "$out/bin")" PLAIN_BIN="$(realpath "$fast")" "$python" ci/run_tests.py --scripts tests \
    --without tests/real --without tests/ci --without tests/docs --without tests/golden --without tests/planted $tests >"$log" 2>&1; then
    cat "$log"
    echo 'coverage: the tests fail; see to them first' >&2
    exit 1
fi
tail -n 1 "$log"
"$out/bin/ctrsim" run scenarios >>"$log" 2>&1 || {
    cat "$log"
    echo 'coverage: the scenarios fail; see to them first' >&2
    exit 1
}

# shellcheck disable=SC2086 # the options are meant to be split
{
    lcov $lcov_options --capture --initial --directory "$out" --base-directory . --no-external --output-file "$out/none.info"
    lcov $lcov_options --capture --directory "$out" --base-directory . --no-external --output-file "$out/run.info"
    lcov $lcov_options --add-tracefile "$out/none.info" --add-tracefile "$out/run.info" --output-file "$out/all.info"
    lcov $lcov_options --remove "$out/all.info" '*/generated/*' '*/tests/*' --output-file "$out/ours.info"
    genhtml --quiet --branch-coverage --legend --prefix "$(pwd)" --output-directory "$out/html" "$out/ours.info"
} >>"$log" 2>&1 || {
    cat "$log"
    echo 'coverage: lcov could not gather the results' >&2
    exit 1
}
echo "coverage: see $out/html/index.html"
