# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A folder, a socket path and a containerd namespace of the test's own, and the way back to nothing.
#
# A test is run twice. The first shell is the guard: it makes the sandbox, runs the test in a second shell and session,
# waits, cleans up, and says whether anything is left. So the clean-up does not depend on the test: not on its being
# alive, and not on a trap, which bash 5.2 can lose if the signal comes while it reads a command substitution.
#
# Whatever a test starts is found again by one of three marks: it is in the test's session, its command line holds the
# sandbox's path (containerd, shims, runc, ctr, our programs), or it is in a cgroup of the sandbox's namespace (the
# containers' processes). The namespace is unlike any other, so that cgroups never meet those of another containerd.

sandbox=
socket=
namespace=
test_pid=
shim_sockets=

sandbox_enter() {
    sandbox=${REAL_TEST_SANDBOX-}
    [ -n "$sandbox" ] || sandbox_guard
    sandbox_name
    trap tap_save EXIT
}

# Does not return.
sandbox_guard() {
    trap sandbox_end EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    sandbox=$(mktemp -d /tmp/eventmonitor-real.XXXXXXXX) || exit 1
    sandbox_name
    REAL_TEST_SANDBOX=$sandbox setsid "$BASH" "$0" &
    test_pid=$!
    wait "$test_pid"
    exit
}

sandbox_name() {
    socket=$sandbox/containerd.sock
    namespace=real-${sandbox##*.}
}

# $@: the programs that the test needs.
sandbox_needs() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || bail_out "there is no $program"
    done
}

sandbox_end() {
    local status=$?
    trap - EXIT
    trap '' HUP INT TERM
    [ -n "$sandbox" ] || exit "$status"
    tap_load
    sandbox_clean
    sandbox_check_nothing_is_left
    tap_finish "$status"
}

sandbox_clean() {
    local test_shell
    test_shell=$(jobs -p)
    disown -a
    [ -z "$test_shell" ] || kill -s KILL "$test_shell" 2>/dev/null
    sandbox_find_shim_sockets
    wait_until 10 sandbox_kill
    sandbox_unmount
    wait_until 5 sandbox_remove_cgroups
    # shellcheck disable=SC2086 # one path a word
    rm -f $shim_sockets
    rm -rf --one-file-system "$sandbox"
}

# A shim listens outside of the sandbox, on a path that containerd derives from its own socket and the container. A
# shim that is killed leaves it behind.
sandbox_find_shim_sockets() {
    local id hash
    [ -e "$sandbox/container-ids" ] || return 0
    while read -r id; do
        hash=$(printf '%s/%s/%s' "$socket" "$namespace" "$id" | sha256sum)
        shim_sockets="$shim_sockets /run/containerd/s/${hash%% *}"
    done <"$sandbox/container-ids"
}

# Succeeds when there was nothing left to kill.
sandbox_kill() {
    local pids
    pids=$(sandbox_pids)
    [ -n "$pids" ] || return 0
    # shellcheck disable=SC2086 # one pid a word
    kill -s KILL $pids 2>/dev/null
    return 1
}

sandbox_pids() {
    local cgroup
    {
        pids_of_session "$test_pid"
        pids_that_mention "$sandbox"
        for cgroup in $(sandbox_cgroups); do
            find "$cgroup" -name cgroup.procs -exec cat {} + 2>/dev/null
        done
    } | sort -u
}

# The namespace's cgroup in the one hierarchy of version 2, or in each of version 1.
sandbox_cgroups() {
    find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d -name "$namespace" 2>/dev/null
}

sandbox_remove_cgroups() {
    local cgroup
    for cgroup in $(sandbox_cgroups); do
        find "$cgroup" -depth -type d -exec rmdir {} \; 2>/dev/null
    done
    [ -z "$(sandbox_cgroups)" ]
}

sandbox_mounts() {
    awk -v below="$sandbox/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | sort -r
}

sandbox_unmount() {
    local mount
    for mount in $(sandbox_mounts); do
        umount "$mount" 2>/dev/null || umount --lazy "$mount"
    done
}

sandbox_check_nothing_is_left() {
    local left
    left=$(sandbox_leftovers)
    if [ -z "$left" ]; then
        pass "nothing is left: no process, no mount, no cgroup, no file"
    else
        fail "nothing is left: no process, no mount, no cgroup, no file" "$left"
    fi
}

# One line for each thing that the clean-up should have taken away. It also looks into the mounts of every process that
# sees others than we do: there a container's process shows up even if nothing else gives it away.
sandbox_leftovers() {
    local entry lines
    for entry in $(sandbox_pids); do
        echo "process $entry: $(tr '\0' ' ' 2>/dev/null <"/proc/$entry/cmdline")"
    done
    for entry in /proc/[0-9]*; do
        [ ! "$entry/ns/mnt" -ef /proc/self/ns/mnt ] || continue
        lines=()
        { mapfile -t lines <"$entry/mountinfo"; } 2>/dev/null
        [[ "${lines[*]}" != *"${sandbox##*/}"* ]] || echo "process ${entry#/proc/} sees a mount of the sandbox"
    done
    sandbox_mounts | sed 's/^/mount /'
    sandbox_cgroups | sed 's/^/cgroup /'
    for entry in "$sandbox" $shim_sockets; do
        [ ! -e "$entry" ] || echo "file $entry"
    done
}
