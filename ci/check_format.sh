#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks the layout of every C file: check_format.sh [--fix] [ROOT]. With --fix it lays the files out itself.
# The layouts of two releases of clang-format differ, so the one of Debian 12 is asked for by name where it is there.
set -eu

fix=no
if [ "${1-}" = --fix ]; then
    fix=yes
    shift
fi
cd "${1-.}"
clang_format=$(command -v clang-format-14 || command -v clang-format) || {
    echo 'format: there is no clang-format; `make packages` installs it' >&2
    exit 1
}
list=$(mktemp)
trap 'rm -f "$list"' EXIT
find . \( -name .git -o -name build \) -prune -o \( -name '*.c' -o -name '*.h' \) -type f -print | sed 's|^\./||' | sort >"$list"
count=$(wc -l <"$list")
if [ "$fix" = yes ]; then
    xargs -r -d '\n' "$clang_format" -i <"$list"
    echo "format: $count files laid out"
elif findings=$(xargs -r -d '\n' "$clang_format" --dry-run -Werror <"$list" 2>&1); then
    echo "format: $count files in order"
else
    # The first place in each file says enough.
    printf '%s\n' "$findings" | grep ': error: ' | sort -s -t: -k1,1 -u |
        sed 's/^\([^:]*:[0-9]*\):.*/\1: not laid out as .clang-format says; run `make format`/'
    exit 1
fi
