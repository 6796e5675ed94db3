/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "handler/core/times.h"

#define GUARDED   ((policy_switches)1 << POLICY_GUARD_TIMESTAMPS)
#define NOW       INT64_C(1700000000)
#define STARTED   (NOW - 100)
#define PUBLISHED (NOW - 5)

static int64_t finished_ns(policy_switches policy, struct timestamp at, struct timestamp published, int64_t started_ns,
                           int64_t wall_ns)
{
    struct container_record record = {.started_at_ns = started_ns};
    return times_finished_ns(policy, &at, &published, &record, wall_ns);
}

/* With the published time where the time itself cannot be. */
enum { AHEAD = TIMES_AHEAD_MAX_NS / TIME_SECOND };

static void a_time_that_can_be_is_kept_and_any_other_gives_way(void **context)
{
    static const struct {
        struct timestamp at;
        int64_t seconds;
    } rows[] = {
        {{true, NOW - 7, 0}, NOW - 7},
        {{true, STARTED, 0}, STARTED},
        {{true, STARTED - 1, 0}, PUBLISHED}, /* before it started */
        {{true, NOW + AHEAD, 0}, NOW + AHEAD},
        {{true, NOW + AHEAD + 1, 0}, PUBLISHED}, /* in the future */
        {{false, 0, 0}, PUBLISHED},
        {{true, 0, 0}, PUBLISHED},                    /* the epoch */
        {{true, -1, 0}, PUBLISHED},                   /* before it */
        {{true, TIME_GO_ZERO_SECONDS, 0}, PUBLISHED}, /* year 1 */
        {{true, NOW - 7, 1000000000}, PUBLISHED},     /* not a time */
        {{true, NOW - 7, -1}, PUBLISHED},
        {{true, INT64_MAX, 0}, PUBLISHED},
        {{true, INT64_MIN, 0}, PUBLISHED},
    };
    struct timestamp published = {true, PUBLISHED, 0};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t found =
            finished_ns(GUARDED, rows[i].at, published, STARTED * TIME_SECOND, NOW * TIME_SECOND) / TIME_SECOND;
        if (found != rows[i].seconds)
            fail_msg("row %zu", i);
    }
}

static void where_no_time_can_be_the_wall_clock_tells_it_but_never_before_the_start(void **context)
{
    struct timestamp none = {false, 0, 0};
    struct timestamp epoch = {true, 0, 0};
    (void)context;
    assert_int_equal(finished_ns(GUARDED, none, epoch, 5, NOW), NOW);
    /* The clock has stepped back. */
    assert_int_equal(finished_ns(GUARDED, none, epoch, NOW, 5), NOW);
    /* 0 would say that it has not finished. */
    assert_int_equal(finished_ns(GUARDED, none, none, 0, 0), 1);
    assert_int_equal(finished_ns(GUARDED, none, none, 0, -5), 1);
}

static void without_the_guard_the_time_is_what_the_monitor_of_2017_made_of_it(void **context)
{
    struct timestamp published = {true, PUBLISHED, 0};
    struct timestamp none = {false, 0, 0};
    struct timestamp epoch = {true, 0, 0};
    struct timestamp far = {true, INT64_C(1) << 40, 7};
    (void)context;
    assert_int_equal(finished_ns(0, none, published, 5, NOW), TIME_GO_ZERO_NS);
    assert_int_equal(finished_ns(0, epoch, published, 5, NOW), 0);
    assert_int_equal(finished_ns(0, far, published, 5, NOW), time_unix_wrapping(INT64_C(1) << 40, 7));
}

static void an_event_was_made_when_it_says_or_else_now(void **context)
{
    struct timestamp published = {true, 7, 5};
    struct timestamp none = {false, 0, 0};
    struct timestamp far = {true, INT64_MAX, 0};
    (void)context;
    assert_int_equal(times_published_ns(&published, NOW), 7 * TIME_SECOND + 5);
    assert_int_equal(times_published_ns(&none, NOW), NOW);
    assert_int_equal(times_published_ns(&far, NOW), NOW);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_that_can_be_is_kept_and_any_other_gives_way),
        cmocka_unit_test(where_no_time_can_be_the_wall_clock_tells_it_but_never_before_the_start),
        cmocka_unit_test(without_the_guard_the_time_is_what_the_monitor_of_2017_made_of_it),
        cmocka_unit_test(an_event_was_made_when_it_says_or_else_now),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
