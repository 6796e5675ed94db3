/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"

/* The numbers that the authors' reference code gives for this seed. */
static void the_generator_is_splitmix64(void **context)
{
    static const uint64_t numbers[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                       UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                       UINT64_C(16408922859458223821)};
    struct random random;
    (void)context;
    random_seed(&random, 1234567);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        assert_true(random_next(&random) == numbers[i]);
}

static void a_number_can_be_had_ahead_of_its_turn(void **context)
{
    struct random random;
    (void)context;
    random_seed(&random, 42);
    uint64_t third = random_ahead(&random, 2);
    uint64_t first = random_ahead(&random, 0);
    assert_true(random_next(&random) == first);
    (void)random_next(&random);
    assert_true(random_next(&random) == third);
}

static void a_number_below_a_bound_reaches_each_value_about_equally_often(void **context)
{
    int counts[6] = {0};
    struct random random;
    (void)context;
    random_seed(&random, 1);
    for (int i = 0; i < 60000; i++) {
        uint64_t number = random_below(&random, 6);
        assert_true(number < 6);
        counts[number]++;
    }
    for (size_t i = 0; i < 6; i++)
        assert_in_range(counts[i], 9600, 10400);
}

static void a_bound_of_one_leaves_only_zero(void **context)
{
    struct random random;
    (void)context;
    random_seed(&random, 1);
    for (int i = 0; i < 10; i++)
        assert_true(random_below(&random, 1) == 0);
}

/* A remainder of what is above the bound twice would be taken half as often again. */
static void a_bound_near_the_range_is_without_bias(void **context)
{
    const uint64_t bound = UINT64_C(3) << 62;
    int low = 0;
    struct random random;
    (void)context;
    random_seed(&random, 1);
    for (int i = 0; i < 30000; i++) {
        uint64_t number = random_below(&random, bound);
        assert_true(number < bound);
        low += number < bound / 3;
    }
    assert_in_range(low, 9600, 10400);
}

static void a_unit_lies_in_its_range_and_fills_it(void **context)
{
    double least = 1;
    double most = 0;
    struct random random;
    (void)context;
    random_seed(&random, 1);
    for (int i = 0; i < 10000; i++) {
        double unit = random_unit(&random);
        assert_true(unit >= 0 && unit < 1);
        least = unit < least ? unit : least;
        most = unit > most ? unit : most;
    }
    assert_true(least < 0.001 && most > 0.999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_generator_is_splitmix64),
        cmocka_unit_test(a_number_can_be_had_ahead_of_its_turn),
        cmocka_unit_test(a_number_below_a_bound_reaches_each_value_about_equally_often),
        cmocka_unit_test(a_bound_of_one_leaves_only_zero),
        cmocka_unit_test(a_bound_near_the_range_is_without_bias),
        cmocka_unit_test(a_unit_lies_in_its_range_and_fills_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
