#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The Makefile on a small tree: what it finds, what it builds again, what it installs. And the check of warnings on it.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"
unset CFLAGS CPPFLAGS LDFLAGS BUILD SANITIZER COVERAGE

build() { make -C "$tree" --no-print-directory -j2 PACKAGES=no "$@"; }
is_up_to_date() { build all >"$scratch/built" && ! grep -E '^  (CC|AR|LINK|PROTOC)' "$scratch/built"; }
rebuilds() { build all >"$scratch/built" && grep -F "$1" "$scratch/built"; }

buildable_tree() {
    good_tree
    cp "$project/Makefile" "$project/VERSION" "$tree"
    file proto/id.proto 'syntax = "proto3";' 'package p;' 'message Id { bytes text = 1; }'
    file proto/event.proto 'syntax = "proto3";' 'package p;' 'import "proto/id.proto";' 'message Event { Id id = 1; }'
    file handler/wire/size.c '#include "proto/event.pb-c.h"' 'size_t size(void);' 'size_t size(void)' '{' \
        '    return sizeof(P__Event);' '}'
    file programs/common/name.c 'const char *name(void);' 'const char *name(void)' '{' '    return PROJECT_VERSION;' '}'
    file programs/one.c '#include "base/sum.h"' '#include <stdio.h>' 'const char *name(void);' 'int main(void)' '{' \
        '    return printf("%s %d\n", name(), sum(1, 2)) < 0;' '}'
}

buildable_tree
accepts 'make: builds archives, generated code and programs' build
accepts 'make: the program knows the version' sh -c "'$tree/build/bin/one' | grep -qx '$(cat "$project/VERSION") 3'"
accepts 'make: nothing is built twice' is_up_to_date
touch "$tree/base/sum.h"
accepts 'make: a header builds anew what includes it' rebuilds 'build/plain/base/sum.o'
file base/more.c 'int more(void);' 'int more(void)' '{' '    return 1;' '}'
accepts 'make: a new file is found' rebuilds 'build/plain/base/more.o'
rm "$tree/base/more.c"
build all >/dev/null
accepts 'make: a removed file leaves its archive' sh -c "! ar t '$tree/build/plain/lib/libbase.a' | grep -q more"
touch "$tree/proto/id.proto"
accepts 'make: a .proto builds anew what includes it' rebuilds 'build/plain/handler/wire/size.o'
accepts 'make install: below DESTDIR and PREFIX' build install PREFIX=/usr DESTDIR="$scratch/image"
accepts 'make install: the programs are there' test -x "$scratch/image/usr/bin/one"
accepts 'make help: names the goals' build help
says 'make help: says what a goal does' 'Install the programs below'
accepts 'make SANITIZER=...: builds into its own folder' build SANITIZER=address
accepts 'make SANITIZER=...: leaves the plain programs alone' is_up_to_date
accepts 'make clean: removes everything' build clean
accepts 'make clean: nothing is left' test ! -e "$tree/build"

file base/sum.c '#include "base/sum.h"' 'int sum(int a, int b)' '{' '    unsigned c = a;' '    return a + b;' '}'
refuses 'make: a warning is an error' "base/sum.c:4:18: error: conversion to" build
accepts 'make WERROR=: a warning is a warning' build WERROR=
file base/sum.c '#include "base/sum.h"' '#include <unistd.h>' 'int sum(int a, int b)' '{' '    return a + b + gettid();' '}'
refuses 'make: a core sees only the C standard' 'gettid' build

good_tree
cp "$project/Makefile" "$project/VERSION" "$tree"
rm -r "$tree/base" "$tree/handler"
accepts 'make: an empty tree builds to nothing' build

warnings() { (cd "$tree" && PACKAGES=no BUILD=build MAKE=make "$project/ci/check_warnings.sh"); }

buildable_tree
accepts 'warnings: a good tree' warnings
says 'warnings: asks gcc' 'warnings: none from CC=gcc'
says 'warnings: asks clang' 'warnings: none from CC=clang'
file base/x.c 'int x(int a);' 'int x(int a)' '{' '    if ((a == 1))' '        return 2;' '    return 3;' '}'
refuses 'warnings: what only clang warns about' 'base/x.c:4:12: error: equality comparison with extraneous' warnings
says 'warnings: gcc was content' 'warnings: none from CC=gcc'

finish
