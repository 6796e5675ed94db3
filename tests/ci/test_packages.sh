#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ci/packages.sh against a dpkg-query, an apt-get and a sudo that only write down how they were called.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

tool() {
    printf '%s\n' '#!/bin/sh' "$2" >"$scratch/$1"
    chmod +x "$scratch/$1"
}

# packages INSTALLED GROUP...: INSTALLED is a pattern of what is installed already.
packages() {
    tool dpkg-query "case \$4 in $1) echo installed ;; *) exit 1 ;; esac"
    shift
    rm -f "$scratch/calls"
    env APT_GET="$scratch/apt-get" DPKG_QUERY="$scratch/dpkg-query" "$project/ci/packages.sh" "$@"
}

is_silent() { [ -z "$("$@" 2>&1)" ]; }

tool apt-get "echo \"\$@\" >>'$scratch/calls'"
tool dpkg-query true
export BECOME_ROOT=env

accepts 'quiet when nothing is missing' is_silent packages '*' build test real dockerd check coverage
accepts 'apt-get is not called when nothing is missing' test ! -e "$scratch/calls"
accepts 'installs what is missing' packages '[!l]*|libc6-dev|libevent-dev|libyaml-dev' build
says 'says in one line what is missing' 'packages: missing: libnghttp2-dev libprotobuf-c-dev; installing with'
accepts 'installs exactly what is missing' grep -q 'install --no-install-recommends libnghttp2-dev libprotobuf-c-dev$' "$scratch/calls"
accepts 'asks for the newest lists first' sh -c "head -n 1 '$scratch/calls' | grep -q update"
accepts 'takes several groups' packages '[!cl]*|clang*|lib[!c]*|libclang*|libc6-dev' build test coverage
says 'names the packages of each group' 'packages: missing: lcov libcmocka-dev; installing'
refuses 'a group that does not exist' 'no such group of packages: wishes' packages '*' wishes
refuses 'no group at all' 'name at least one group' packages '*'

tool apt-get 'echo E: no network; exit 100'
refuses 'an apt-get that fails' 'could not install: libyaml-dev' packages '[!l]*|lib[!y]*' build
says "passes on apt-get's own words" 'E: no network'

BECOME_ROOT=
refuses 'neither root nor sudo' 'missing: libyaml-dev; there is neither root nor sudo' packages '[!l]*|lib[!y]*' build
export BECOME_ROOT=env
refuses 'no Debian' 'this is no Debian with apt-get: install what corresponds to gcc' \
    env DPKG_QUERY=no-such-dpkg "$project/ci/packages.sh" build

# ---- ci/dockerd.sh ----

tool apt-get "echo \"\$@\" >>'$scratch/calls'; case \$* in *download*) [ -e '$scratch/lists' ] && : >docker.io_20_amd64.deb ;; *) : >'$scratch/lists' ;; esac"
tool dpkg-deb "mkdir -p \$3/usr/sbin && echo '#!/bin/sh' >\$3/usr/sbin/dockerd && chmod +x \$3/usr/sbin/dockerd"
rm -f "$scratch/calls"
dockerd() { env APT_GET="$scratch/apt-get" DPKG_DEB="$scratch/dpkg-deb" "$project/ci/dockerd.sh" "$@"; }

accepts 'dockerd is unpacked where it is asked for' dockerd "$scratch/dockerd"
accepts 'it is there' test -x "$scratch/dockerd/usr/sbin/dockerd"
accepts 'the lists are asked for only where the package is not known' grep -q -x -e '-q -y update' "$scratch/calls"
rm -f "$scratch/calls"
accepts 'what is there is not unpacked again' is_silent dockerd "$scratch/dockerd"
accepts 'nor downloaded' test ! -e "$scratch/calls"
accepts 'and known lists are enough' sh -c "APT_GET='$scratch/apt-get' DPKG_DEB='$scratch/dpkg-deb' '$project/ci/dockerd.sh' '$scratch/second' && ! grep -q update '$scratch/calls'"
refuses 'no folder' 'name the folder' dockerd
tool apt-get 'echo E: no network; exit 100'
refuses 'a download that fails' 'could not download docker.io' dockerd "$scratch/third"
says "passes on apt-get's own words there, too" 'E: no network'

finish
