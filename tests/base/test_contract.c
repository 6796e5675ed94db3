/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* Also in a build that leaves contracts out. */
#undef CONTRACT_OFF
#include "base/contract.h"

struct heard {
    int count;
    const char *sentence;
    const char *file;
    int line;
};

static void hear(const char *sentence, const char *file, int line, void *context)
{
    struct heard *heard = context;
    heard->count++;
    heard->sentence = sentence;
    heard->file = file;
    heard->line = line;
}

static void a_breach_is_told_to_the_handler_with_its_place_and_what_holds_is_not(void **context)
{
    struct heard heard = {0, NULL, NULL, 0};
    int one = 1;
    (void)context;
    contract_set_handler(hear, &heard);
    CONTRACT(one == 1);
    assert_int_equal(heard.count, 0);
    CONTRACT(one == 2);
    assert_int_equal(heard.line, __LINE__ - 1);
    contract_set_handler(NULL, NULL);
    assert_int_equal(heard.count, 1);
    assert_string_equal(heard.sentence, "one == 2");
    assert_string_equal(heard.file, __FILE__);
}

static void a_condition_is_evaluated_once(void **context)
{
    int count = 0;
    (void)context;
    CONTRACT(++count > 0);
    assert_int_equal(count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_breach_is_told_to_the_handler_with_its_place_and_what_holds_is_not),
        cmocka_unit_test(a_condition_is_evaluated_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
