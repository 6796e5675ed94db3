/* SPDX-License-Identifier: Apache-2.0 */
#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "handler/core/backoff.h"

#define MS TIME_MILLISECOND
#define S  TIME_SECOND

static void the_monitors_own_delays_double_from_100_ms_to_the_cap_of_30_s(void **context)
{
    static const int64_t delays_ns[] = {100 * MS,  200 * MS,   400 * MS,   800 * MS, 1600 * MS, 3200 * MS,
                                        6400 * MS, 12800 * MS, 25600 * MS, 30 * S,   30 * S,    30 * S};
    struct backoff backoff;
    (void)context;
    backoff_init(&backoff, &backoff_of_the_monitor, 1);
    for (size_t i = 0; i < sizeof delays_ns / sizeof delays_ns[0]; i++)
        assert_int_equal(backoff_next_ns(&backoff), delays_ns[i]);
}

static void a_reset_begins_again_at_the_minimum(void **context)
{
    struct backoff backoff;
    (void)context;
    backoff_init(&backoff, &backoff_of_the_monitor, 1);
    (void)backoff_next_ns(&backoff);
    (void)backoff_next_ns(&backoff);
    backoff_reset(&backoff);
    assert_int_equal(backoff_next_ns(&backoff), 100 * MS);
}

static void what_is_not_given_has_a_default_and_the_delay_stays_between_its_bounds(void **context)
{
    static const struct {
        struct backoff_options options;
        double attempt;
        int64_t delay_ns;
    } rows[] = {
        {{0, 0, 0, false}, 0, 100 * MS},
        {{0, 0, 0, false}, 1, 200 * MS},
        {{0, 0, 0, false}, 6, 6400 * MS},
        {{0, 0, 0, false}, 7, 10 * S},
        {{-1, -1, -1, false}, 1, 200 * MS},
        {{1 * S, 0, 0, false}, 2, 4 * S},
        {{0, 1 * S, 0, false}, 9, 1 * S},
        {{0, 0, 3, false}, 2, 900 * MS},
        {{0, 0, 1.5, false}, 2, 225 * MS},
        /* A factor below 1 would fall below the minimum. */
        {{100, 1000, 0.5, false}, 3, 100},
        {{100, 1000, 1, false}, 1e6, 100},
        /* A fraction of an attempt is dropped. */
        {{0, 0, 0, false}, 1.9, 200 * MS},
        /* Truncated to whole nanoseconds: 7 * 1.5 = 10.5. */
        {{7, 1000, 1.5, false}, 1, 10},
        /* A minimum that reaches the maximum gives the maximum, whatever the attempt. */
        {{5 * S, 5 * S, 2, false}, 0, 5 * S},
        {{6 * S, 5 * S, 2, false}, 0, 5 * S},
        {{20 * S, 0, 2, false}, 0, 10 * S},
        {{6 * S, 5 * S, 2, true}, 3, 5 * S},
    };
    struct random random;
    (void)context;
    random_seed(&random, 1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(backoff_delay_ns(&rows[i].options, rows[i].attempt, &random), rows[i].delay_ns);
}

static void a_value_beyond_what_an_int64_holds_is_the_maximum(void **context)
{
    static const struct backoff_options wide = {1, INT64_MAX, 2, false};
    static const struct backoff_options steep = {1, INT64_MAX, DBL_MAX, false};
    (void)context;
    assert_int_equal(backoff_delay_ns(&wide, 62, NULL), INT64_C(1) << 62);
    assert_int_equal(backoff_delay_ns(&wide, 63, NULL), INT64_MAX);
    assert_int_equal(backoff_delay_ns(&wide, 2000, NULL), INT64_MAX);
    assert_int_equal(backoff_delay_ns(&wide, 1e300, NULL), INT64_MAX);
    assert_int_equal(backoff_delay_ns(&steep, 2, NULL), INT64_MAX);
    assert_int_equal(backoff_delay_ns(&backoff_of_the_monitor, 1e18, NULL), 30 * S);
}

/* 2^63 - 513 rounds to 2^63 - 1024 as a double, which is the largest value that is still converted. */
static void the_largest_value_that_is_converted_is_the_double_next_below_two_to_the_63(void **context)
{
    static const struct backoff_options below = {INT64_MAX / 1024 - 1, INT64_MAX, 1024, false};
    static const struct backoff_options at = {(INT64_C(1) << 53) - 1, INT64_MAX, 1024, false};
    static const struct backoff_options above = {INT64_C(1) << 53, INT64_MAX, 1024, false};
    (void)context;
    assert_int_equal(backoff_delay_ns(&below, 1, NULL), (INT64_MAX / 1024 - 1) * 1024);
    assert_int_equal(backoff_delay_ns(&at, 1, NULL), INT64_MAX - 1023);
    assert_int_equal(backoff_delay_ns(&above, 1, NULL), INT64_MAX);
}

static void jitter_lies_between_the_minimum_and_the_value_and_is_drawn_before_the_cap(void **context)
{
    static const struct backoff_options options = {100 * MS, 30 * S, 2, true};
    struct random random;
    bool below_cap = false;
    bool at_cap = false;
    (void)context;
    random_seed(&random, 42);
    for (int i = 0; i < 1000; i++) {
        int64_t third_ns = backoff_delay_ns(&options, 2, &random);
        int64_t late_ns = backoff_delay_ns(&options, 10, &random);
        assert_in_range(third_ns, 100 * MS, 400 * MS);
        assert_in_range(late_ns, 100 * MS, 30 * S);
        /* The value of attempt 10 is 102.4 s: drawn before the cap most draws are above 30 s, but not all. */
        below_cap = below_cap || late_ns < 30 * S;
        at_cap = at_cap || late_ns == 30 * S;
    }
    assert_true(below_cap && at_cap);
}

static void jitter_fills_its_range_and_leaves_the_first_delay_alone(void **context)
{
    static const struct backoff_options options = {100 * MS, 30 * S, 2, true};
    struct random random;
    int64_t least_ns = INT64_MAX;
    int64_t most_ns = 0;
    (void)context;
    random_seed(&random, 7);
    for (int i = 0; i < 1000; i++) {
        int64_t delay_ns = backoff_delay_ns(&options, 2, &random);
        least_ns = time_min(least_ns, delay_ns);
        most_ns = delay_ns > most_ns ? delay_ns : most_ns;
        assert_int_equal(backoff_delay_ns(&options, 0, &random), 100 * MS);
    }
    assert_in_range(least_ns, 100 * MS, 110 * MS);
    assert_in_range(most_ns, 390 * MS, 400 * MS);
}

static void the_same_seed_gives_the_same_delays_and_another_seed_others(void **context)
{
    static const struct backoff_options options = {100 * MS, 30 * S, 2, true};
    struct backoff a, b, c;
    bool differs = false;
    (void)context;
    backoff_init(&a, &options, 5);
    backoff_init(&b, &options, 5);
    backoff_init(&c, &options, 6);
    for (int i = 0; i < 8; i++) {
        int64_t delay_ns = backoff_next_ns(&a);
        assert_int_equal(backoff_next_ns(&b), delay_ns);
        differs = differs || backoff_next_ns(&c) != delay_ns;
    }
    assert_true(differs);
}

static void without_jitter_nothing_is_drawn(void **context)
{
    struct backoff backoff;
    struct random untouched;
    (void)context;
    backoff_init(&backoff, &backoff_of_the_monitor, 9);
    random_seed(&untouched, 9);
    (void)backoff_next_ns(&backoff);
    assert_true(random_next(&backoff.random) == random_next(&untouched));
}

static void a_value_that_overflows_and_is_drawn_at_zero_is_the_minimum(void **context)
{
    static const struct backoff_options options = {100 * MS, 30 * S, 2, true};
    /* The state before the one whose number is 0: the generator's mix has one zero, at 0. */
    struct random random = {UINT64_C(0) - UINT64_C(0x9e3779b97f4a7c15)};
    (void)context;
    assert_int_equal(backoff_delay_ns(&options, 5000, &random), 100 * MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_monitors_own_delays_double_from_100_ms_to_the_cap_of_30_s),
        cmocka_unit_test(a_reset_begins_again_at_the_minimum),
        cmocka_unit_test(what_is_not_given_has_a_default_and_the_delay_stays_between_its_bounds),
        cmocka_unit_test(a_value_beyond_what_an_int64_holds_is_the_maximum),
        cmocka_unit_test(the_largest_value_that_is_converted_is_the_double_next_below_two_to_the_63),
        cmocka_unit_test(jitter_lies_between_the_minimum_and_the_value_and_is_drawn_before_the_cap),
        cmocka_unit_test(jitter_fills_its_range_and_leaves_the_first_delay_alone),
        cmocka_unit_test(the_same_seed_gives_the_same_delays_and_another_seed_others),
        cmocka_unit_test(without_jitter_nothing_is_drawn),
        cmocka_unit_test(a_value_that_overflows_and_is_drawn_at_zero_is_the_minimum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
