#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every planted defect says in its first line what is wrong, is small, touches the handler's core alone, and still applies.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/handler"
cp -R handler/core "$scratch/handler/core"
status=0

bad() {
    echo "$1: $2"
    status=1
}

count=0
for patch in tests/planted/*.patch; do
    count=$((count + 1))
    read -r first <"$patch"
    case $first in
    *[a-z]*.) ;;
    *) bad "$patch" 'the first line has to say what is wrong' ;;
    esac
    changed=$(grep -cE '^[-+]([^-+]|$)' "$patch" || true)
    if [ "$changed" -eq 0 ] || [ "$changed" -gt 10 ]; then bad "$patch" "it changes $changed lines"; fi
    if grep -E '^(---|\+\+\+) ' "$patch" | grep -qvE '^(---|\+\+\+) [ab]/handler/core/'; then
        bad "$patch" "it touches more than the handler's core"
    fi
    patch -d "$scratch" -p1 --dry-run --force --fuzz=0 <"$patch" >"$scratch/said" 2>&1 || bad "$patch" "$(cat "$scratch/said")"
done
if [ "$count" -lt 25 ]; then bad tests/planted "there are $count defects, and 25 are promised"; fi
exit "$status"
