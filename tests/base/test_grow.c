/* SPDX-License-Identifier: Apache-2.0 */
#include "base/grow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/error.h"
#include "tests/scenarios/language/failing_memory.h"

static void there_is_room_for_each_and_all_stay(void **state)
{
    int *numbers = NULL;
    size_t capacity = 0;
    (void)state;
    for (size_t count = 0; count < 1000; count++) {
        void *items = numbers;
        assert_int_equal(grow(&items, count, &capacity, sizeof *numbers), 0);
        numbers = items;
        assert_true(capacity > count);
        numbers[count] = (int)count;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers[i], i);
    free(numbers);
}

static void where_memory_lacks_nothing_has_changed(void **state)
{
    void *items = NULL;
    size_t capacity = 0;
    (void)state;
    assert_int_equal(grow(&items, 0, &capacity, 1), 0);
    void *before = items;
    size_t full = capacity;
    memory_until_failure = 0;
    int result = grow(&items, full, &capacity, 1);
    memory_until_failure = LONG_MAX;
    assert_int_equal(result, ERROR_NO_MEMORY);
    assert_ptr_equal(items, before);
    assert_int_equal(capacity, full);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_is_room_for_each_and_all_stay),
        cmocka_unit_test(where_memory_lacks_nothing_has_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
