/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/timeline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"

static void add(struct timeline *timeline, int64_t time_ns, enum pending_class class, uint64_t sequence, size_t index)
{
    struct pending pending = {time_ns, class, sequence, PENDING_TO_FAKE, index, index};
    timeline_add(timeline, &pending);
}

static void the_earliest_come_first_and_the_later_wait(void **state)
{
    struct timeline timeline = {.count = 0};
    (void)state;
    add(&timeline, 20, PENDING_DELIVERY, 1, 1);
    add(&timeline, 10, PENDING_STEP, 2, 2);
    add(&timeline, 10, PENDING_TIMER, 3, 3);
    assert_int_equal(timeline_ready(&timeline), 2);
    assert_int_equal(timeline.items[0].index, 3);
    assert_int_equal(timeline.items[1].index, 2);
}

static void at_one_time_deliveries_go_before_timers_and_timers_before_steps(void **state)
{
    struct timeline timeline = {.count = 0};
    (void)state;
    add(&timeline, 5, PENDING_STEP, 1, 1);
    add(&timeline, 5, PENDING_TIMER, 2, 2);
    add(&timeline, 5, PENDING_DELIVERY, 9, 3);
    add(&timeline, 5, PENDING_DELIVERY, 8, 4);
    assert_int_equal(timeline_ready(&timeline), 4);
    assert_int_equal(timeline.items[0].index, 4);
    assert_int_equal(timeline.items[1].index, 3);
    assert_int_equal(timeline.items[2].index, 2);
    assert_int_equal(timeline.items[3].index, 1);
}

static void what_never_comes_is_not_pending(void **state)
{
    struct timeline timeline = {.count = 0};
    (void)state;
    add(&timeline, TIME_NEVER, PENDING_TIMER, 0, 0);
    assert_int_equal(timeline_ready(&timeline), 0);
}

static void what_does_not_fit_waits_for_another_time(void **state)
{
    struct timeline timeline = {.count = 0};
    (void)state;
    for (size_t i = 0; i < PENDING_MAX + 1; i++)
        add(&timeline, 1, PENDING_DELIVERY, i, i);
    assert_int_equal(timeline_ready(&timeline), PENDING_MAX);
    assert_int_equal(timeline.items[PENDING_MAX - 1].index, PENDING_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_earliest_come_first_and_the_later_wait),
        cmocka_unit_test(at_one_time_deliveries_go_before_timers_and_timers_before_steps),
        cmocka_unit_test(what_never_comes_is_not_pending),
        cmocka_unit_test(what_does_not_fit_waits_for_another_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
