#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every check, also after one has failed, and names those that did. BUILD and MAKE come from the Makefile.
set -eu

build=${BUILD:-build}
python=${PYTHON:-/usr/bin/python3}
bad=

check() {
    name=$1
    shift
    "$@" </dev/null || bad="$bad $name"
}

check layers "$python" ci/check_layers.py
check sizes "$python" ci/check_sizes.py
check words "$python" ci/check_words.py
check limits "$python" ci/check_limits.py
check format ci/check_format.sh
check warnings ci/check_warnings.sh
check purity "$python" ci/check_purity.py --objects "$build/plain"
check determinism ci/check_determinism.sh

if [ -n "$bad" ]; then
    echo "check: failed:$bad"
    exit 1
fi
echo 'check: all in order'
