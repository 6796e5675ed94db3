#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Each check accepts a small good tree and refuses it with one thing broken, at the right line.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/support.sh"

# ---- layers ----

layers() { "$python" "$project/ci/check_layers.py" "$tree"; }

# row NAME PATH INCLUDE REFUSAL: REFUSAL is empty where the include is allowed.
layer_row() {
    good_tree
    file handler/core/api.h "$c_licence"
    file fakecontainerd/core/api.h "$c_licence"
    file grpc/io/api.h "$c_licence"
    file programs/api.h "$c_licence"
    file tests/api.h "$c_licence"
    file proto/events.proto '// SPDX-License-Identifier: Apache-2.0'
    file "$2" "$c_licence" "#include $3"
    if [ -n "$4" ]; then refuses "layers: $1" "$2:2: $4" layers; else accepts "layers: $1" layers; fi
}

good_tree
accepts 'layers: a good tree' layers
layer_row 'base includes no ring' base/x.c '"handler/core/api.h"' 'base may not include "handler/core/api.h" of handler/core'
layer_row 'the handler never includes the double' handler/wire/x.c '"fakecontainerd/core/api.h"' 'handler/wire may not'
layer_row 'the double never includes the handler' fakecontainerd/io/x.c '"handler/core/api.h"' 'fakecontainerd/io may not'
layer_row 'a wire includes no io' handler/wire/x.c '"grpc/io/api.h"' 'handler/wire may not include "grpc/io/api.h"'
layer_row 'a wire includes its core' handler/wire/x.c '"handler/core/api.h"' ''
layer_row 'a wire includes generated headers' handler/wire/x.c '"proto/events.pb-c.h"' ''
layer_row 'a core includes no generated header' handler/core/x.c '"proto/events.pb-c.h"' 'handler/core may not include'
layer_row 'a header of no .proto is refused' handler/wire/x.c '"proto/tasks.pb-c.h"' '"proto/tasks.pb-c.h" is no path'
layer_row 'a core knows no clock' handler/core/x.c '<time.h>' 'handler/core may not include <time.h> (system)'
layer_row 'a wire knows no socket' grpc/wire/x.c '<sys/socket.h>' 'grpc/wire may not include <sys/socket.h>'
layer_row 'the harness knows no thread' harness/x.c '<pthread.h>' 'harness may not include <pthread.h>'
layer_row 'an io ring knows the system' grpc/io/x.c '<sys/socket.h>' ''
layer_row 'nghttp2 is hidden in grpc/wire' grpc/io/x.c '<nghttp2/nghttp2.h>' 'grpc/io may not include <nghttp2/nghttp2.h>'
layer_row 'grpc/wire uses nghttp2' grpc/wire/x.c '<nghttp2/nghttp2.h>' ''
layer_row 'the harness uses no libevent' harness/x.c '<event2/event.h>' 'harness may not include <event2/event.h>'
layer_row 'yaml is for the language alone' fakecontainerd/script/x.c '<yaml.h>' 'fakecontainerd/script may not'
layer_row 'programs include anything' programs/x.c '<sys/socket.h>' ''
layer_row 'nobody includes tests' programs/x.c '"tests/api.h"' 'programs may not include "tests/api.h" of tests'
layer_row 'no ring includes programs' handler/io/x.c '"programs/api.h"' 'handler/io may not include "programs/api.h"'
layer_row 'tests include programs' tests/x.c '"programs/api.h"' ''
layer_row 'an include is root-relative' handler/core/x.c '"api.h"' '"api.h" is no path from the top of the tree'
layer_row 'an include goes no way up' handler/core/x.c '"handler/wire/../core/api.h"' '"handler/wire/../core/api.h" is no path'
layer_row 'a spaced include is seen' base/x.c ' "handler/core/api.h"' 'base may not include'
good_tree
file helpers/x.c "$c_licence"
refuses 'layers: a folder that is no ring' 'helpers/x.c:1: the folder is no ring' layers
good_tree
sed -i 's/^base = c/base = c wishful/' "$tree/ci/layers.txt"
refuses 'layers: a list with an unknown word' 'base names wishful, which is neither' layers

# ---- purity ----

purity() { "$python" "$project/ci/check_purity.py" --objects build/plain "$tree"; }

compile_tree() {
    (cd "$tree" && find . -name '*.c' | while read -r source; do
        mkdir -p "build/plain/$(dirname "$source")"
        gcc -I. -c "$source" -o "build/plain/${source%.c}.o"
    done)
}

# purity_row NAME PATH CALL HEADER REFUSAL: a function that calls something.
purity_row() {
    good_tree
    file "$2" "$c_licence" "#include $4" 'int extra(void);' 'int extra(void)' '{' "    return $3;" '}'
    compile_tree
    if [ -n "$5" ]; then refuses "purity: $1" "$5" purity; else accepts "purity: $1" purity; fi
}

good_tree
refuses 'purity: a tree that was not built' 'base/sum.c:1: build/plain/base/sum.o does not exist; build first' \
    sh -c "cd '$tree' && '$python' '$project/ci/check_purity.py'"
compile_tree
accepts 'purity: a good tree, a core that uses base' purity
purity_row 'a core reads no clock' handler/core/x.c '(int)time(0)' '<time.h>' \
    'handler/core/x.c:6: handler/core may not import time;'
purity_row 'a wire opens no socket' grpc/wire/x.c 'socket(0, 0, 0)' '<sys/socket.h>' 'grpc/wire/x.c:6: grpc/wire may not import socket'
purity_row 'base draws no random number' base/x.c 'rand()' '<stdlib.h>' 'base/x.c:6: base may not import rand'
purity_row 'base does not print' base/x.c 'printf("%d", 1)' '<stdio.h>' 'base/x.c:6: base may not import printf'
purity_row 'the language opens no file' scenarios/language/x.c 'fopen("a", "r") != 0' '<stdio.h>' 'may not import fopen'
purity_row 'the harness reads no environment' harness/x.c 'getenv("A") != 0' '<stdlib.h>' 'may not import getenv'
purity_row 'a core does not exit' fakecontainerd/core/x.c '(exit(1), 1)' '<stdlib.h>' 'may not import exit'
purity_row 'a core formats text' handler/core/x.c 'snprintf(0, 0, "%d", 1)' '<stdio.h>' ''
purity_row 'base uses no other ring' base/x.c 'twice(2)' '"handler/core/twice.c"' ''
purity_row 'an io ring may read the clock' handler/io/x.c '(int)time(0)' '<time.h>' ''
good_tree
file base/x.c "$c_licence" 'int twice(int a);' 'int extra(void);' 'int extra(void)' '{' '    return twice(1);' '}'
compile_tree
refuses 'purity: a symbol of a ring that may not be used' 'base/x.c:2: base may not import twice' purity
good_tree
file grpc/wire/x.c "$c_licence" 'int nghttp2_time_now_seconds(void), nghttp2_version(int);' 'int extra(void);' \
    'int extra(void)' '{' '    return nghttp2_version(0) + nghttp2_time_now_seconds();' '}'
compile_tree
refuses "purity: a library's own clock" 'grpc/wire may not import nghttp2_time_now_seconds' purity

# ---- sizes ----

sizes() { "$python" "$project/ci/check_sizes.py" "$tree"; }

good_tree
accepts 'sizes: a good tree' sizes
file base/long.c "$c_licence" "$(times 399 ';')"
accepts 'sizes: a file at the limit' sizes
file base/long.c "$c_licence" "$(times 400 ';')"
refuses 'sizes: a file above the limit' 'base/long.c:1: base/long.c has 401 lines, 400 are allowed' sizes
file ci/sizes.txt 'base/long.c 401'
accepts 'sizes: an exception that is listed' sizes
file ci/sizes.txt 'base/long.c 400'
refuses 'sizes: an exception that has grown' 'base/long.c has grown from 400 to 401 lines' sizes
file ci/sizes.txt 'base/long.c 500'
refuses 'sizes: an exception that has fallen' 'ci/sizes.txt:1: base/long.c has fallen to 401 lines; write 401 here' sizes
file ci/sizes.txt 'base/long.c 401' 'base/sum.c 420'
refuses 'sizes: an exception that is needed no more' 'ci/sizes.txt:2: base/sum.c is within the limit now' sizes
file ci/sizes.txt 'base/long.c 401' 'base/gone.c 420'
refuses 'sizes: an exception for nothing' 'ci/sizes.txt:2: base/gone.c does not exist' sizes
good_tree
file base/f.c "$c_licence" 'int f(void)' '{' "$(times 66 '    ;')" '    return 0;' '}'
accepts 'sizes: a function at the limit' sizes
file base/f.c "$c_licence" '' 'int f(void)' '{' "$(times 67 '    ;')" '    return 0;' '}'
refuses 'sizes: a C function above the limit' 'base/f.c:3: base/f.c:f has 71 lines, 70 are allowed' sizes
good_tree
file tests/f.py 'def f():' "$(times 70 '    pass')"
refuses 'sizes: a Python function above the limit' 'tests/f.py:1: tests/f.py:f has 71 lines' sizes
good_tree
file ci/f.sh 'f() { :; }' "$(times 71 ':')" 'g() {' "$(times 68 '    :')" '}'
accepts 'sizes: short shell functions far apart' sizes
file ci/f.sh 'f() {' "$(times 69 '    :')" '}'
refuses 'sizes: a shell function above the limit' 'ci/f.sh:1: ci/f.sh:f has 71 lines' sizes

# ---- limits ----

limits() { "$python" "$project/ci/check_limits.py" "$tree"; }

good_tree
file base/x.h "$c_licence" 'enum { X_MAX = 3, /* Y_MAX = 4 */ };' '#define Z_MAX_NS 5'
refuses 'limits: one that no test names' 'base/x.h:2: no test names X_MAX; test what happens there' limits
refuses 'limits: a macro that no test names' 'base/x.h:3: no test names Z_MAX_NS' limits
file tests/test_x.c 'int x = X_MAX; /* Z_MAX_NS */'
accepts 'limits: all are named, one beside a number; what stands in a comment is none' limits
file tests/test_x.c 'int x = X_MAX_NS;'
file ci/limits.txt '# why' 'X_MAX: room for our own sentences' 'Z_MAX_NS: a portion and no limit'
accepts 'limits: an excuse that is listed' limits
file ci/limits.txt 'X_MAX: room for our own sentences' 'Z_MAX_NS:'
refuses 'limits: an excuse that says nothing' 'ci/limits.txt:2: write NAME: and why' limits
file ci/limits.txt 'X_MAX: room for our own sentences' 'Z_MAX_NS: a portion and no limit' 'W_MAX: is no more there'
refuses 'limits: an excuse for nothing' 'ci/limits.txt:3: W_MAX is no limit of a header any more' limits
file tests/test_x.c 'int x = X_MAX;'
refuses 'limits: an excuse that is needed no more' 'ci/limits.txt:1: a test names X_MAX now' limits

# ---- words ----

words() { "$python" "$project/ci/check_words.py" "$tree"; }

good_tree
accepts 'words: a good tree' words
file base/x.c '' "$c_licence"
refuses 'words: a licence line that is not the first' 'base/x.c:1: the licence line is missing; write: /* SPDX' words
good_tree
file ci/x.py '#!/usr/bin/python3' '# SPDX-License-Identifier: Apache-2.0'
file proto/x.proto '// SPDX-License-Identifier: Apache-2.0'
accepts 'words: the licence line after #! and in a .proto' words
file scenarios/exit/x.yaml 'name: x'
accepts 'words: a scenario needs no licence line' words
file ci/x.py '#!/usr/bin/python3' 'pass'
refuses 'words: a script without a licence line' 'ci/x.py:2: the licence line is missing; write: # SPDX' words
for path in work root home/me; do
    good_tree
    file docs/x.md 'Build it.' "Then see /$path/notes."
    refuses "words: a path below /$path" 'docs/x.md:2: an absolute path of one machine' words
done
good_tree
file docs/x.md 'Look below build/work/x and at "$HOME/work/x".'
accepts 'words: a path that is none of one machine' words
for word in TO''DO FIX''ME X''XX; do
    good_tree
    file base/x.c "$c_licence" "/* $word: later */"
    refuses "words: $word" "base/x.c:2: $word puts something off" words
done
good_tree
file base/x.c "$c_licence" "/* /tmp/XX""XXXX, TO""DOS */"
accepts 'words: a longer word' words

# ---- format ----

format() { "$project/ci/check_format.sh" "$tree"; }

good_tree
accepts 'format: a good tree' format
file base/x.c "$c_licence" 'int f(int a);' 'int   f(int a) { return a; }'
refuses 'format: a line laid out otherwise' 'base/x.c:3: not laid out as .clang-format says' format
accepts 'format: laid out by --fix' sh -c "'$project/ci/check_format.sh' --fix '$tree' && '$project/ci/check_format.sh' '$tree'"

finish
