/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void the_one_api_is_v1(void **state)
{
    static const struct refusal rows[] = {
        {"api: v2\n", "3:6: \"api\" must be v1, which is what is built"},
        {"api: execution\n", "3:6: \"api\" must be v1, which is what is built"},
        {"api: 1\n", "3:6: \"api\" must be v1, which is what is built"},
        {"api: [v1]\n", "3:6: \"api\" must be v1, which is what is built"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_one_api_is_v1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
