#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Sees to it that the Debian packages of the named groups are installed: build, test, real, dockerd, check, coverage.
# Quiet when nothing is missing; otherwise one line says what is missing and that it is being installed.
# APT_GET, DPKG_QUERY and BECOME_ROOT replace the programs called (the tests of this script use them).
set -eu

apt_get=${APT_GET:-apt-get}
dpkg_query=${DPKG_QUERY:-dpkg-query}

fail() {
    echo "packages: $*" >&2
    exit 1
}

# A static busybox is needed as the whole root file system of a container.
has_static_busybox() {
    busybox=$(command -v busybox) && ldd "$busybox" 2>&1 | grep -q 'not a dynamic executable'
}

packages_of_real() {
    if ! command -v containerd >/dev/null || ! command -v ctr >/dev/null; then
        echo containerd
    fi
    command -v runc >/dev/null || echo runc
    echo jq
    has_static_busybox || echo busybox-static
}

# What Debian's dockerd is linked with, beyond what every test of real programs needs.
packages_of_dockerd() {
    packages_of_real
    echo libdevmapper1.02.1 libsystemd0
}

packages_of() {
    case $1 in
    build) echo gcc libc6-dev make pkg-config protobuf-c-compiler libprotobuf-c-dev libevent-dev libnghttp2-dev libyaml-dev ;;
    test) echo libcmocka-dev patch python3 python3-grpcio python3-jsonschema python3-protobuf python3-yaml protobuf-compiler procps ;;
    real) packages_of_real ;;
    dockerd) packages_of_dockerd ;;
    check) echo git python3 clang clang-format libclang-rt-14-dev binutils universal-ctags ;;
    coverage) echo python3 lcov ;;
    *) fail "no such group of packages: $1 (there are: build test real dockerd check coverage)" ;;
    esac
}

is_installed() {
    [ "$($dpkg_query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing_of() {
    for package in $1; do
        is_installed "$package" || echo "$package"
    done | sort -u | tr '\n' ' ' | sed 's/ $//'
}

root_prefix() {
    if [ "${BECOME_ROOT+set}" = set ]; then
        echo "$BECOME_ROOT"
    elif [ "$(id -u)" -eq 0 ]; then
        echo env
    elif command -v sudo >/dev/null; then
        echo sudo
    fi
}

[ $# -gt 0 ] || fail "name at least one group of packages: build test real dockerd check coverage"
wanted=
for group in "$@"; do
    packages=$(packages_of "$group") || exit 1
    wanted="$wanted $packages"
done
if ! command -v "$dpkg_query" >/dev/null || ! command -v "$apt_get" >/dev/null; then
    fail "this is no Debian with apt-get: install what corresponds to$wanted yourself, then call make with PACKAGES=no"
fi

missing=$(missing_of "$wanted")
[ -n "$missing" ] || exit 0
prefix=$(root_prefix)
[ -n "$prefix" ] || fail "missing: $missing; there is neither root nor sudo here to install them, please have them installed"
echo "packages: missing: $missing; installing with $apt_get"
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086 # the list is meant to be split
if ! { $prefix "$apt_get" -q -y update &&
    $prefix env DEBIAN_FRONTEND=noninteractive "$apt_get" -q -y -o DPkg::Lock::Timeout=300 \
        install --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    fail "$apt_get could not install: $missing (its own words are above)"
fi
