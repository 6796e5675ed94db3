#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A container is deleted while its task runs: lists show the task as before, through a restart too, and only they. What
# the fake does then is in scenarios/contract/.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

real_begin
containerd_start
container_start_gated web
before=$(ctr_here tasks ls)
refused=$(ctr_here namespaces rm "$namespace" 2>&1)
check "a namespace with a container is kept" \
    grep -q "namespace \"$namespace\" must be empty, but it still has containers: failed precondition\$" <<<"$refused"

# ctr would not do this while the task runs.
story=$sandbox/delete.yaml
printf '%s\n' 'title: A container is deleted' 'why: Its task runs.' 'steps:' \
    '  - call: {rpc: Containers.Delete, with: {container: web}, reply: {}}' 'handlers: none' >"$story"
said=$("$program_dir/ctrsim" verify --address "$socket" --namespace "$namespace" "$story")
check_same "the container is deleted" "ok     $story" "$said"
check_same "there is no container" "" "$(ctr_here containers ls -q)"
check_same "the list of tasks is as before" "$before" "$(ctr_here tasks ls)"
check_same "the namespace can go" "$namespace" "$(ctr_here namespaces rm "$namespace" 2>&1)"
check_same "and is gone" "" "$(ctr_here namespaces ls -q)"
check_same "the list of tasks is as before" "$before" "$(ctr_here tasks ls)"

containerd_kill
containerd_start
check_same "so it is when containerd comes back" "$before" "$(ctr_here tasks ls)"
gate_open web 'exit 4'
check "and its end is seen in it" wait_until 10 task_is web STOPPED
