/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenarios/language/node.h"

static bool looks_typed(const char *string, bool plain)
{
    struct node node = {.kind = NODE_SCALAR, .plain = plain, .text = text_of(string)};
    return node_looks_typed(&node);
}

/* The forms of YAML 1.1 (yaml.org/type) and of the core schema of YAML 1.2. */
static void numbers_booleans_and_null_look_typed(void **state)
{
    static const char *const rows[] = {
        "",    "~",   "null", "Null",   "NULL",      "true",  "False", "yes",   "No",    "ON",   "off",  "y",  "N",
        "=",   "0",   "7",    "007",    "-1",        "+1",    "1_000", "0x1F",  "0o17",  "0b10", "1.5",  "1.", ".5",
        "-.5", "1e3", "1E-3", "1.5e+3", "190:20:30", "1:2.5", ".inf",  "-.Inf", "+.INF", ".nan", ".NaN",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!looks_typed(rows[i], true))
            fail_msg("%s looks like a text", rows[i]);
        assert_false(looks_typed(rows[i], false));
    }
}

static void texts_do_not_look_typed(void **state)
{
    static const char *const rows[] = {
        "web", "none", "always", "any",       "100ms", "+2s", "1.6s", "a1",  "1a",  "-",          "+",
        ".",   "..",   "...",    "e3",        "1e",    "1e+", "0xg",  "0x",  "nul", "tru",        "yess",
        "inf", "nan",  "1.2.3",  "127.0.0.1", "--1",   "_1",  ":1",   "1-2", "v1",  "2017-05-31",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (looks_typed(rows[i], true))
            fail_msg("%s looks typed", rows[i]);
}

static void only_scalars_look_typed(void **state)
{
    struct node list = {.kind = NODE_LIST, .plain = true};
    (void)state;
    assert_false(node_looks_typed(&list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_booleans_and_null_look_typed),
        cmocka_unit_test(texts_do_not_look_typed),
        cmocka_unit_test(only_scalars_look_typed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
