#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Unpacks Debian's dockerd and docker below the folder $1, where nothing of the kind is yet. Nothing is installed: no
# daemon is started on this machine, and none that is there is touched. APT_GET and DPKG_DEB replace the programs called.
set -eu

fail() {
    echo "dockerd: $*" >&2
    exit 1
}

[ $# -eq 1 ] || fail "name the folder to unpack it in"
[ ! -x "$1/usr/sbin/dockerd" ] || exit 0
apt_get=${APT_GET:-apt-get}
echo "dockerd: unpacking docker.io in $1"
mkdir -p "$1.new"
cd "$1.new"
"$apt_get" -q download docker.io >log 2>&1 || { "$apt_get" -q -y update && "$apt_get" -q download docker.io; } >log 2>&1 ||
    { cat log >&2 && fail "$apt_get could not download docker.io (its own words are above)"; }
"${DPKG_DEB:-dpkg-deb}" -x docker.io_*.deb . || fail "docker.io cannot be unpacked"
rm -f docker.io_*.deb log
cd - >/dev/null
rm -rf "$1"
mv "$1.new" "$1"
