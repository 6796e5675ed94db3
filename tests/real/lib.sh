# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash source-path=SCRIPTDIR
# What every test of this folder sources first. Then it calls real_begin (or sandbox_needs), starts what it needs,
# and checks; whatever it started is ended for it, also when it fails or is interrupted.
#
# PLAIN_BIN is the folder of our programs (default build/bin); containerd, ctr, runc, jq and a static busybox are
# taken from PATH.
set -u

real_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program_dir=${PLAIN_BIN:-$real_dir/../../build/bin}

. "$real_dir/support/tap.sh"
. "$real_dir/support/process.sh"
. "$real_dir/support/sandbox.sh"
. "$real_dir/support/containerd.sh"
. "$real_dir/support/monitor.sh"

sandbox_enter
