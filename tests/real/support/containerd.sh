# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A private containerd, ctr on it, containers that wait for a word, and ctr's view of the events.

containerd_pid=
events_pid=
marker_count=0

# Everything that a real containerd test needs, before anything is started.
real_begin() {
    [ "$(id -u)" -eq 0 ] || bail_out "containers need root"
    sandbox_needs containerd ctr runc jq busybox "$program_dir/eventmonitor"
    events_file=$sandbox/ctr-events.log
    rootfs=$sandbox/rootfs
    containerd_configure
    rootfs_build
}

# Plugins that need what a test machine may lack, or that write outside the sandbox, are switched off.
containerd_configure() {
    cat >"$sandbox/config.toml" <<-END
		version = 2
		root = "$sandbox/root"
		state = "$sandbox/state"
		disabled_plugins = [
		  "io.containerd.grpc.v1.cri",
		  "io.containerd.internal.v1.opt",
		  "io.containerd.internal.v1.restart",
		  "io.containerd.internal.v1.tracing",
		  "io.containerd.snapshotter.v1.aufs",
		  "io.containerd.snapshotter.v1.btrfs",
		  "io.containerd.snapshotter.v1.devmapper",
		  "io.containerd.snapshotter.v1.overlayfs",
		  "io.containerd.snapshotter.v1.zfs",
		  "io.containerd.tracing.processor.v1.otlp",
		]
		[grpc]
		  address = "$socket"
		[ttrpc]
		  address = "$socket.ttrpc"
	END
}

rootfs_build() {
    local applet
    mkdir -p "$rootfs"/{bin,dev,gates,proc,run,sys,tmp}
    cp "$(command -v busybox)" "$rootfs/bin/busybox"
    for applet in sh tail; do
        ln -s busybox "$rootfs/bin/$applet"
    done
    "$rootfs/bin/sh" -c 'exit 0' || bail_out "busybox does not run"
    ! ldd "$rootfs/bin/busybox" >/dev/null 2>&1 || bail_out "busybox is not static: install busybox-static"
}

containerd_start() {
    containerd --config "$sandbox/config.toml" >>"$sandbox/containerd.log" 2>&1 &
    containerd_pid=$!
    disown "$containerd_pid"
    wait_until 20 containerd_answers || bail_out "containerd does not answer"
}

containerd_answers() {
    ctr_here version >/dev/null 2>&1
}

containerd_kill() {
    end_child "$containerd_pid" KILL
    containerd_pid=
}

ctr_here() {
    bounded ctr --address "$socket" --namespace "$namespace" "$@"
}

# Runs container $1 in the foreground with the arguments of ctr run in between and gives its exit status back.
container_run() {
    local id=$1
    shift
    echo "$id" >>"$sandbox/container-ids"
    ctr_here run --rm --fifo-dir "$sandbox/fifo" --runc-root "$sandbox/runc" --rootfs "$rootfs" "$id" "$@" \
        >>"$sandbox/ctr.log" 2>&1
}

# Starts container $1, whose init process waits for a command from gate_open; the rest are options of ctr run.
container_start_gated() {
    local id=$1
    shift
    echo "$id" >>"$sandbox/container-ids"
    mkfifo "$rootfs/gates/$id"
    # shellcheck disable=SC2016 # the container's shell expands it
    ctr_here run --detach --null-io --runc-root "$sandbox/runc" "$@" --rootfs "$rootfs" "$id" \
        /bin/sh -c "read command </gates/$id; \$command" >>"$sandbox/ctr.log" 2>&1 ||
        bail_out "ctr run cannot start $id"
}

# Gives container $1 the command that it waits for, such as `exit 3`.
gate_open() {
    # shellcheck disable=SC2016 # the inner shell expands it
    bounded sh -c 'echo "$1" >"$2"' sh "$2" "$rootfs/gates/$1" || bail_out "$1 does not wait at its gate"
}

# What `ctr tasks ls` says of container $1: RUNNING, STOPPED, ... or nothing.
task_status() {
    ctr_here tasks ls 2>/dev/null | awk -v id="$1" '$1 == id { print $3 }'
}

task_is() {
    [ "$(task_status "$1")" = "$2" ]
}

# Writes every event that ctr receives to events_file from now on, in place of an earlier ctr whose containerd is gone.
events_start() {
    end_child "$events_pid" TERM
    ctr --address "$socket" events >>"$events_file" 2>&1 &
    events_pid=$!
    disown "$events_pid"
}

# Prints the events of topic $1 as ctr printed them, one JSON object a line, that fit the jq condition $2.
events_of() {
    awk -v namespace="$namespace" -v topic="$1" '$5 == namespace && $6 == topic' "$events_file" |
        cut -d ' ' -f 7- | jq -cR "fromjson? | select($2)"
}

event_seen() {
    [ -n "$(events_of "$1" "$2")" ]
}

# containerd sends nothing when it has registered a subscriber. An event published over and over until it comes out
# is the only sign. $@: files, in each of which the marker has to appear.
wait_for_subscribers() {
    marker_count=$((marker_count + 1))
    wait_until 30 marker_arrives "$(printf 'marker-%03d' "$marker_count")" "$@"
}

marker_arrives() {
    local marker=$1 file
    shift
    marker_publish "$marker"
    for file in "$@"; do
        grep -q "$marker" "$file" || return 1
    done
}

# Publishes a google.protobuf.Any of a containerd.events.TaskPaused for the container named $1, ten characters long.
# (ctr leaves out an event whose payload it cannot decode.)
marker_publish() {
    printf '\x0a\x1ccontainerd.events.TaskPaused\x12\x0c\x0a\x0a%s' "$1" |
        bounded containerd --address "$socket" publish --namespace "$namespace" --topic /tasks/marker \
            2>>"$sandbox/publish.log"
}
