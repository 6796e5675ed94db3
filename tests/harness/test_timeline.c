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
    struct pending pending = {time_ns, time_ns, class, sequence, PENDING_TO_FAKE, index, index};
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

static void add_of(struct timeline *timeline, enum pending_class class, enum pending_kind kind, int64_t time_ns,
                   int64_t since_ns)
{
    struct pending pending = {time_ns, since_ns, class, 0, kind, 0, 0};
    timeline_add(timeline, &pending);
}

/* A delivery that has waited since 0 may be 5 s late: timers up to then may overtake it, and of these the first. */
static void a_timer_overtakes_what_may_be_so_late(void **state)
{
    const struct {
        int64_t since_ns;
        int64_t timer_ns;
        int64_t late_max_ns;
        size_t ready;
    } rows[] = {
        {0, 5 * TIME_SECOND, 5 * TIME_SECOND, 2},
        {0, 5 * TIME_SECOND, 4 * TIME_SECOND, 1},
        {-TIME_SECOND, 5 * TIME_SECOND, 5 * TIME_SECOND, 1},
        {0, 5 * TIME_SECOND, 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct timeline timeline = {.count = 0};
        add_of(&timeline, PENDING_TIMER, PENDING_FAKE_TIMER, 9 * TIME_SECOND, 9 * TIME_SECOND);
        add_of(&timeline, PENDING_TIMER, PENDING_HANDLER_WIRE, rows[i].timer_ns, rows[i].timer_ns);
        add_of(&timeline, PENDING_DELIVERY, PENDING_TO_HANDLER, 0, rows[i].since_ns);
        assert_int_equal(timeline_ready_late(&timeline, rows[i].late_max_ns), rows[i].ready);
        assert_int_equal(timeline.items[0].kind, PENDING_TO_HANDLER);
        if (rows[i].ready == 2)
            assert_int_equal(timeline.items[1].kind, PENDING_HANDLER_WIRE);
    }
}

static void but_no_timer_overtakes_another(void **state)
{
    static const int64_t seconds[][2] = {{9, 5}, {5, 9}, {5, 5}};
    (void)state;
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        struct timeline timeline = {.count = 0};
        add_of(&timeline, PENDING_DELIVERY, PENDING_TO_HANDLER, 0, 0);
        add_of(&timeline, PENDING_TIMER, PENDING_HANDLER_TIMER, seconds[i][0] * TIME_SECOND, 0);
        add_of(&timeline, PENDING_TIMER, PENDING_HANDLER_WIRE, seconds[i][1] * TIME_SECOND, 0);
        assert_int_equal(timeline_ready_late(&timeline, 20 * TIME_SECOND), i < 2 ? 2 : 3);
        assert_true(timeline.items[1].time_ns == 5 * TIME_SECOND);
    }
}

static void a_step_that_may_be_taken_is_not_overtaken(void **state)
{
    struct timeline timeline = {.count = 0};
    (void)state;
    add_of(&timeline, PENDING_DELIVERY, PENDING_TO_HANDLER, 0, 0);
    add_of(&timeline, PENDING_STEP, PENDING_SCRIPT, 0, 0);
    add_of(&timeline, PENDING_TIMER, PENDING_FAKE_TIMER, 1, 1);
    assert_int_equal(timeline_ready_late(&timeline, TIME_SECOND), 2);
}

static void of_a_burst_nothing_but_its_next_step_is_ready(void **state)
{
    struct timeline timeline = {.count = 0};
    (void)state;
    add_of(&timeline, PENDING_DELIVERY, PENDING_TO_HANDLER, 0, 0);
    add_of(&timeline, PENDING_BURST, PENDING_SCRIPT, 0, 0);
    assert_int_equal(timeline_ready(&timeline), 1);
    assert_int_equal(timeline.items[0].kind, PENDING_SCRIPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timer_overtakes_what_may_be_so_late),
        cmocka_unit_test(but_no_timer_overtakes_another),
        cmocka_unit_test(a_step_that_may_be_taken_is_not_overtaken),
        cmocka_unit_test(of_a_burst_nothing_but_its_next_step_is_ready),
        cmocka_unit_test(the_earliest_come_first_and_the_later_wait),
        cmocka_unit_test(at_one_time_deliveries_go_before_timers_and_timers_before_steps),
        cmocka_unit_test(what_never_comes_is_not_pending),
        cmocka_unit_test(what_does_not_fit_waits_for_another_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
