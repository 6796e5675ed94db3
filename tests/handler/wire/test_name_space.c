/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "handler/wire/name_space.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void what_containerd_takes_is_valid(void **state)
{
    static const char *const names[] = {"default", "k8s.io", "plugins.moby", "a", "9", "a-b_c.d", "real-AbC12xYz"};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        assert_true(name_space_valid(text_of(names[i])));
}

static void what_containerd_refuses_is_not_valid(void **state)
{
    static const char *const names[] = {"",    "-bad-", "a-", ".a", "a..b", "a.-b",    "a b",
                                        "a/b", "a,b",   "a|", "\"", "a\n",  "\xc3\xa9"};
    (void)state;
    for (size_t i = 0; i < COUNT(names); i++)
        assert_false(name_space_valid(text_of(names[i])));
}

static void a_name_may_be_76_bytes_long(void **state)
{
    char name[NAME_SPACE_MAX + 1];
    struct text text = {name, sizeof name - 1};
    (void)state;
    memset(name, 'n', sizeof name);
    assert_true(name_space_valid(text));
    text.length++;
    assert_false(name_space_valid(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_containerd_takes_is_valid),
        cmocka_unit_test(what_containerd_refuses_is_not_valid),
        cmocka_unit_test(a_name_may_be_76_bytes_long),
    };
    return cmocka_run_group_tests_name("handler/wire/name_space", tests, NULL, NULL);
}
