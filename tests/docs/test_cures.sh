#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# docs/cures.md is what was measured: each switch of reliable, turned off, breaks what the scenarios list for it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
BIN=${PLAIN_BIN:-build/bin} "${PYTHON:-/usr/bin/python3}" ci/ablation.py --check
