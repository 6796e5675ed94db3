#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Each row of docs/dockerd.md, played to Debian's dockerd. What it gets wrong is written down there as it is, so a dockerd
# that has been mended fails this test, and the table is to be changed.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/support.sh"

table=$real_dir/../../docs/dockerd.md

# "FILE|CONTAINER|what docker says|how it ended", a row each; a row without a file belongs to the one before.
rows() {
    awk -F ' *[|] *' '
        match($2, /scenarios\/[^)]*/) { file = substr($2, RSTART + 10, RLENGTH - 10) }
        file != "" && NF >= 6 { gsub(/\*/, "", $5); print file "|" $3 "|" $5 "|" $6 }' "$table"
}

# The containers that a file gives, in its order: "web db".
given_by() {
    sed -n 's/^    - {id: \([a-z]*\),.*/\1/p' "$scenarios_dir/$1"
}

# "exited 137 oom", as state_of has it: what a file demands of `reliable` in the end.
ended_as() {
    sed -n '/^  finally:/,/^ *[a-z]*:$/s/.*container: '"$2"', state: \([a-z]*\), code: \([0-9]*\)\(.*\)/\1 \2\3/p' "$scenarios_dir/$1" |
        sed 's/^\([a-z]* [0-9]*\).*OOMKilled.*/\1 oom/; s/^\([a-z]* [0-9]*\)[,}].*/\1/' | head -n 1
}

dockerd_begin
rows >"$sandbox/rows"
check_same "the table has rows, and those that dockerd gets wrong" "12 6" \
    "$(wc -l <"$sandbox/rows") $(grep -c -F '| **' "$table")"
while read -r file; do
    # shellcheck disable=SC2046 # one name a word
    story_begin "$file" $(given_by "$file")
    story_settle
    while IFS='|' read -r row_file container says ended; do
        [ "$row_file" = "$file" ] || continue
        check_state "$file: of $container docker says: $says" "$container" "$says"
        check_same "and reliable: $ended" "$ended" "$(ended_as "$file" "$container")"
    done <"$sandbox/rows"
    story_end
done < <(cut -d '|' -f 1 "$sandbox/rows" | uniq)
