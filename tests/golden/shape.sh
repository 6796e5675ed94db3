# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# shape FILE: what is kept of a trace. A long one is kept by its ends, its length and its checksum.

lines_whole_max=1000
lines_end=200

shape() {
    lines=$(wc -l <"$1")
    if [ "$lines" -le "$lines_whole_max" ]; then
        cat "$1"
        return
    fi
    head -n "$lines_end" "$1"
    echo "[$lines lines in all, cksum $(cksum <"$1")]"
    tail -n "$lines_end" "$1"
}
