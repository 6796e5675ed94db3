/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scenarios/language/region.h"
#include "scenarios/language/scenario.h"
#include "tests/scenarios/language/failing_memory.h"
#include "tests/scenarios/language/whole.h"

static long fail_each_allocation(const char *content)
{
    long failures = 0;
    for (long allowed = 0;; allowed++) {
        struct error error = {{0}};
        struct scenario *scenario;
        memory_has_failed = 0;
        memory_until_failure = allowed;
        int result = scenario_parse(&scenario, text_of("f"), text_of(content), &error);
        memory_until_failure = LONG_MAX;
        /* qsort takes memory but does without; then nothing is refused. */
        if (result == 0) {
            scenario_free(scenario);
            if (!memory_has_failed)
                break;
            continue;
        }
        failures++;
        assert_int_equal(result, ERROR_NO_MEMORY);
        assert_null(scenario);
        assert_string_equal(error.text, "f:1:1: there is not enough memory to read this file");
    }
    return failures;
}

static void a_file_is_refused_whichever_allocation_fails(void **state)
{
    (void)state;
    assert_true(fail_each_allocation(WHOLE_SCENARIO) > 100);
    assert_true(fail_each_allocation(WHOLE_ANCESTOR) > 50);
    assert_true(fail_each_allocation(WHOLE_OWNER) > 50);
}

static void pieces_of_a_region_are_apart_aligned_and_zero(void **state)
{
    struct region region;
    unsigned char *pieces[500];
    (void)state;
    region_init(&region);
    for (size_t i = 0; i < 500; i++) {
        size_t size = i * 131;
        pieces[i] = region_alloc(&region, size);
        assert_non_null(pieces[i]);
        assert_int_equal((uintptr_t)pieces[i] % 16, 0);
        for (size_t j = 0; j < size; j++)
            assert_int_equal(pieces[i][j], 0);
        memset(pieces[i], (int)(i % 255 + 1), size);
    }
    for (size_t i = 1; i < 500; i++)
        assert_true(pieces[i][0] == i % 255 + 1 && pieces[i][i * 131 - 1] == i % 255 + 1);
    assert_null(region_alloc(&region, SIZE_MAX));
    assert_null(region_array(&region, SIZE_MAX / 2, 3));
    assert_non_null(region_array(&region, 0, 0));
    region_release(&region);
    region_release(&region);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_refused_whichever_allocation_fails),
        cmocka_unit_test(pieces_of_a_region_are_apart_aligned_and_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
