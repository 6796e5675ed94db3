/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/status.h"

/* gRPC's own list: doc/statuscodes of the specification. */
static const struct {
    int code;
    const char *name;
} rows[] = {
    {0, "OK"},
    {1, "CANCELLED"},
    {2, "UNKNOWN"},
    {3, "INVALID_ARGUMENT"},
    {4, "DEADLINE_EXCEEDED"},
    {5, "NOT_FOUND"},
    {6, "ALREADY_EXISTS"},
    {7, "PERMISSION_DENIED"},
    {8, "RESOURCE_EXHAUSTED"},
    {9, "FAILED_PRECONDITION"},
    {10, "ABORTED"},
    {11, "OUT_OF_RANGE"},
    {12, "UNIMPLEMENTED"},
    {13, "INTERNAL"},
    {14, "UNAVAILABLE"},
    {15, "DATA_LOSS"},
    {16, "UNAUTHENTICATED"},
};

static void every_code_has_the_name_that_the_specification_gives_it(void **state)
{
    (void)state;
    assert_int_equal(sizeof rows / sizeof rows[0], STATUS_COUNT);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(status_name(rows[i].code), rows[i].name);
}

static void a_number_that_is_no_code_can_still_be_printed(void **state)
{
    (void)state;
    assert_string_equal(status_name(-1), "UNDEFINED");
    assert_string_equal(status_name(17), "UNDEFINED");
    assert_string_equal(status_name(2147483647), "UNDEFINED");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_the_name_that_the_specification_gives_it),
        cmocka_unit_test(a_number_that_is_no_code_can_still_be_printed),
    };
    return cmocka_run_group_tests_name("base/status", tests, NULL, NULL);
}
