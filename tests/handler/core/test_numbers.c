/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "handler/core/numbers.h"

static void numbers_are_walked_in_their_order_and_removed_by_value(void **context)
{
    static const uint64_t in_order[] = {1, 2, 255, 256, 65535, 65536, UINT64_C(1) << 32, UINT64_MAX};
    static const size_t coming[] = {4, 0, 7, 2, 6, 1, 3, 5};
    struct arena arena = {NULL};
    struct numbers numbers = {{0, 0}};
    uint64_t number = 0;
    (void)context;
    assert_int_equal(arena_init(&arena, 1 << 20), 0);
    assert_int_equal(numbers_next(&arena, &numbers, 0, NULL), 0);
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(arena_reserve(&arena, numbers_insert_cost()), 0);
        numbers_insert(&arena, &numbers, in_order[coming[i]], (arena_ref)coming[i] + 10);
    }
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(numbers_next(&arena, &numbers, number, &number), i + 10);
        assert_true(number == in_order[i]);
    }
    assert_int_equal(numbers_next(&arena, &numbers, number, &number), 0);
    assert_true(number == UINT64_MAX);
    assert_int_equal(numbers_remove(&arena, &numbers, 257), 0);
    assert_int_equal(numbers_remove(&arena, &numbers, 256), 13);
    assert_int_equal(numbers_remove(&arena, &numbers, 256), 0);
    assert_int_equal(numbers_next(&arena, &numbers, 255, &number), 14);
    assert_int_equal(numbers.map.count, 7);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_walked_in_their_order_and_removed_by_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
