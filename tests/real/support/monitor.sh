# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# eventmonitor under test, its log, and the lines that it printed.

monitor_pid=

# Starts eventmonitor on the sandbox's socket and namespace; $@: further options.
monitor_start() {
    monitor_lines=$sandbox/eventmonitor.jsonl
    monitor_log=$sandbox/eventmonitor.log
    : >"$monitor_lines"
    : >"$monitor_log"
    "$program_dir/eventmonitor" --address "$socket" --namespace "$namespace" --debug "$@" \
        >>"$monitor_lines" 2>>"$monitor_log" &
    monitor_pid=$!
}

# Ends eventmonitor as an operator would, and checks that it goes in peace.
monitor_check_end() {
    local status
    end_child "$monitor_pid" TERM
    status=$?
    monitor_pid=
    check_same "SIGTERM ends eventmonitor with status 0" 0 "$status"
}

monitor_is_alive() {
    is_alive "$monitor_pid"
}

# Prints the lines of container $1 whose change is $2.
records_of() {
    jq -cR --arg id "$1" --arg change "$2" 'fromjson? | select(.container == $id and .change == $change)' \
        "$monitor_lines"
}

recorded() {
    [ -n "$(records_of "$1" "$2")" ]
}

# The moment at which container $1, whose line of the exit is $2, finished as containerd told it: exited_at. A shim can
# take that before the event of the start is published; what comes before the start is not believed, and the moment at
# which the exit was published stands in its place.
finish_told() {
    local exited started published
    exited=$(events_of /tasks/exit ".id == \"$1\"" | jq -r .exited_at | nanoseconds)
    started=$(jq -r .started_at <<<"$2" | nanoseconds)
    published=$(awk -v namespace="$namespace" -v id="$1" \
        '$5 == namespace && $6 == "/tasks/exit" && index($0, "\"id\":\"" id "\"") { print $1 "T" $2 "Z" }' "$events_file")
    if [ "$exited" -ge "$started" ]; then
        echo "$exited"
    else
        nanoseconds <<<"$published"
    fi
}

# Waits for the exit of container $1 and checks that it was recorded once, with the exit code $2 and with the time
# that the event of the exit carried.
check_exit_recorded() {
    local id=$1 code=$2 records
    wait_until 10 recorded "$id" exited
    records=$(records_of "$id" exited)
    check_same "the exit of $id is recorded once, as EXITED with $code" "$namespace EXITED $code" \
        "$(jq -r '"\(.namespace) \(.state) \(.exit_code)"' <<<"$records")"
    wait_until 10 event_seen /tasks/exit ".id == \"$id\""
    check_same "its finished_at is the moment that containerd gave" "$(finish_told "$id" "$records")" \
        "$(jq -r .finished_at <<<"$records" | nanoseconds)"
}

# The changes of container $1 in the order of the lines, as one line.
changes_of() {
    jq -rR --arg id "$1" 'fromjson? | select(.container == $id) | .change' "$monitor_lines" | paste -s -d ' '
}

# Reads RFC 3339 times, one a line, and prints nanoseconds since 1970: 0.5 s has more than one spelling.
nanoseconds() {
    local moment
    while read -r moment; do
        [ -n "$moment" ] || moment=invalid
        date --date "$moment" +%s%N 2>/dev/null || echo "no time"
    done
}

# Succeeds if created_at, started_at and finished_at of the exit of container $1 lie in this order. (Of a container
# that ends at once the exit can carry an earlier time than the event of its start.)
times_ascend() {
    local moments
    moments=$(records_of "$1" exited | jq -r '.created_at, .started_at, .finished_at' | nanoseconds)
    [ "$moments" = "$(sort -n -u <<<"$moments")" ] && [ "$(wc -l <<<"$moments")" -eq 3 ]
}

# Every line of the monitor's output is a JSON object with the documented members, no more and no less, but for two that
# are there only where they are true.
lines_are_complete() {
    local members='["change","container","created_at","exit_code","finished_at","message","namespace","pid","reason","started_at","state","time"]'
    jq -eRs --argjson members "$members" \
        'split("\n") | .[-1] == "" and (.[:-1] | length > 0 and all(.[]; (fromjson | keys) - ["inferred"] == $members))' \
        "$monitor_lines" >/dev/null
}
