# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash source-path=SCRIPTDIR
# A dockerd of its own for each story, with fakecontainerd behind it. Sourced first by every test of this folder.
#
# DOCKERD is the folder in which Debian's docker.io is unpacked. All that is made lies in the sandbox; no network, no
# firewall and no cgroup is touched, because no container ever runs.

. "$(dirname "${BASH_SOURCE[0]}")/../real/lib.sh"

dockerd_dir=${DOCKERD:-$real_dir/../../build/dockerd}
scenarios_dir=$real_dir/../../scenarios
story_dir=
story_count=0
fake_pid=
dockerd_pid=

dockerd_begin() {
    [ "$(id -u)" -eq 0 ] || bail_out "dockerd needs root"
    sandbox_needs jq busybox "$program_dir/fakecontainerd" "$dockerd_dir/usr/sbin/dockerd" "$dockerd_dir/usr/bin/docker"
    echo '{}' >"$sandbox/dockerd.json"
    mkdir -p "$sandbox/image/bin"
    cp "$(command -v busybox)" "$sandbox/image/bin/busybox"
    tar --create --directory "$sandbox/image" --file "$sandbox/image.tar" .
}

docker_here() {
    DOCKER_CONFIG=$sandbox bounded "$dockerd_dir/usr/bin/docker" --host "unix://$story_dir/docker.sock" "$@"
}

dockerd_answers() {
    docker_here version >/dev/null 2>&1
}

dockerd_start() {
    PATH=$dockerd_dir/usr/sbin:$dockerd_dir/usr/bin:$PATH "$dockerd_dir/usr/sbin/dockerd" \
        --containerd "$story_dir/containerd.sock" --host "unix://$story_dir/docker.sock" --pidfile "$story_dir/docker.pid" \
        --data-root "$story_dir/data" --exec-root "$story_dir/exec" --config-file "$sandbox/dockerd.json" \
        --storage-driver vfs --bridge none --iptables=false --ip6tables=false >"$sandbox/dockerd-$story_count.log" 2>&1 &
    dockerd_pid=$!
    disown "$dockerd_pid"
    wait_until 20 dockerd_answers
}

fake_log_has() {
    grep -q -e "$1" "$sandbox/fake-$story_count.log" 2>/dev/null
}

# How many execs the file $1 gives of container $2.
execs_given() {
    sed -n "s/^    - {id: $2,.*execs: \[\(.*\)\].*/\1/p" "$scenarios_dir/$1" | grep -o '{id:' | wc -l
}

# story FILE NAME...: plays it, with containers of dockerd's in place of those that it calls so, to its last step.
story_begin() {
    local file=$1 name i
    shift
    story_dir=$sandbox/$((++story_count))
    mkdir "$story_dir"
    "$program_dir/fakecontainerd" --address "$story_dir/containerd.sock" --scenario "$scenarios_dir/$file" --namespace moby \
        --as "$(IFS=,; echo "$*")" >"$sandbox/fake-$story_count.log" 2>&1 &
    fake_pid=$!
    disown "$fake_pid"
    wait_until 10 fake_log_has 'serving on' && dockerd_start || bail_out "dockerd does not start"
    docker_here import "$sandbox/image.tar" image >/dev/null
    for name; do
        docker_here run --detach --network host --name "$name" image /bin/busybox sleep 1000 >/dev/null ||
            bail_out "docker run fails"
        for ((i = $(execs_given "$file" "$name"); i > 0; i--)); do
            docker_here exec --detach "$name" /bin/busybox sleep 1000 || bail_out "docker exec fails"
        done
    done
    wait_until 20 fake_log_has 'has been played' || bail_out "the story does not come to its end"
}

# "exited 3", with " oom" where it was killed for want of memory: what docker says of a container.
state_of() {
    docker_here inspect "$1" |
        jq -r '.[0].State | "\(.Status) \(.ExitCode)" + (if .OOMKilled then " oom" else "" end)'
}

state_is() {
    [ "$(state_of "$1")" = "$2" ]
}

check_state() {
    check_same "$1" "$3" "$(state_of "$2")"
}

# One more container runs and ends behind the story: what dockerd has not understood by then it never does. It waits for
# as long with every exit, 2 s, for the end of what nobody writes.
story_settle() {
    docker_here run --detach --network host --name settled image /bin/busybox sleep 1000 >/dev/null &&
        docker_here kill settled >/dev/null && wait_until 10 state_is settled "exited 137" ||
        bail_out "dockerd does not settle"
}

story_end() {
    end_child "$dockerd_pid" KILL
    end_child "$fake_pid" TERM
    dockerd_pid=
    fake_pid=
}
