#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# scenarios/contract/ says what containerd answers and tells. Here containerd itself is asked: ctrsim makes the calls of
# each file on a containerd of its own, and runc's containers do the rest.
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

helper=$sandbox/helper
spec=$sandbox/spec.json
process=$sandbox/process.json

# What the scenarios want done beside their calls. A process waits at its gate for the command that ends it.
helper_write() {
    cat >"$helper" <<-END
		#!/bin/bash
		gate=$rootfs/gates/\$2
		[ "\$3" = - ] || gate=\$gate-\$3
		case \$1 in
		prepare)
		    [[ \$2 =~ ^[a-z0-9]+\$ ]] || exit 0
		    echo "\$2" >>"$sandbox/container-ids"
		    rm -f "\$gate"
		    mkfifo "\$gate"
		    ;;
		exit)
		    timeout 10 sh -c 'echo "exit \$1" >"\$2"' sh "\$4" "\$gate" || exit 1
		    sleep 0.5
		    ;;
		'kill shim')
		    pkill -KILL -f "containerd-shim-runc-v2 -namespace $namespace -id \$2 -address $socket\$" || exit 1
		    sleep 1
		    ;;
		*) exit 3 ;;
		esac
	END
    chmod +x "$helper"
}

# What ctr would make a container of, with a gate for each. A signal that is not handled would not end the first process
# of a pid namespace.
documents_write() {
    # shellcheck disable=SC2016 # the container's shell expands it
    local waits='read command </gates/@ID@; $command'
    echo template >>"$sandbox/container-ids"
    ctr_here run --detach --null-io --runc-root "$sandbox/runc" --rootfs "$rootfs" template /bin/tail -f /dev/null \
        >>"$sandbox/ctr.log" 2>&1
    ctr_here containers info template |
        jq --arg waits "trap 'exit 143' TERM; $waits" --arg cgroup "/$namespace/@ID@" \
            '.Spec | .linux.cgroupsPath = $cgroup | .process.args = ["/bin/sh", "-c", $waits]' >"$spec"
    jq --arg waits "$waits" '.process | .args = ["/bin/sh", "-c", $waits]' "$spec" >"$process"
    containers_end
    [ -s "$spec" ] && [ -s "$process" ]
}

# Calls cannot say where runc keeps its state, so it is where containerd's own containers are, in our namespace. A task
# whose container was deleted is nobody's to containerd.
runc_root=/run/containerd/runc/$namespace

containers_end() {
    local id
    for id in $(ctr_here tasks ls -q 2>/dev/null); do
        ctr_here tasks rm -f "$id" >>"$sandbox/ctr.log" 2>&1
    done
    for id in $(ctr_here containers ls -q 2>/dev/null); do
        ctr_here containers rm "$id" >>"$sandbox/ctr.log" 2>&1
    done
    [ -d "$runc_root" ] || return 0
    for id in $(runc --root "$runc_root" list --quiet); do
        runc --root "$runc_root" delete --force "$id" >>"$sandbox/ctr.log" 2>&1
    done
    rmdir "$runc_root"
}

# Each file has a containerd that knows nothing yet.
play() {
    containerd_start
    "$program_dir/ctrsim" verify --address "$socket" --namespace "$namespace" --helper "$helper" --spec "$spec" \
        --process "$process" "$1" >"$sandbox/verify.out" 2>&1
    status=$?
    cat "$sandbox/verify.out" >>"$sandbox/verify.log"
    containers_end
    containerd_kill
    forget
}

# What runs on without a container must not be met by the next.
forget() {
    pkill -KILL -f "containerd-shim-runc-v2 -namespace $namespace .*-address $socket\$"
    sandbox_unmount
    rm -rf --one-file-system "$sandbox/root" "$sandbox/state"
}

real_begin
containerd_start
documents_write || bail_out "no spec could be made"
containerd_kill
forget
helper_write

for file in "$(dirname "$0")"/../../scenarios/contract/*.yaml; do
    name=$(basename "$file" .yaml)
    play "$file"
    if grep -q '^left' "$sandbox/verify.out"; then
        echo "# $name: $(tail -n 1 "$sandbox/verify.out" | sed 's/^[^ ]* //')"
    elif [ "$status" -eq 0 ]; then
        pass "containerd does as $name says"
    else
        fail "containerd does as $name says" "$(cat "$sandbox/verify.out")"
    fi
done
