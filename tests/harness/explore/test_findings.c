/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/explore/findings.h"

static void add(struct findings *findings, size_t line, uint64_t run)
{
    struct breach breach = {.promise = text_of("recorded"), .sentence = "s", .place = {line, 1}};
    const struct draw draws[] = {{(uint32_t)run, 100, "next"}};
    assert_int_equal(findings_add(findings, &breach, draws, 1, run), 0);
}

static void check(const struct findings *findings, size_t place, size_t line, uint64_t run)
{
    assert_int_equal(findings->items[place].place.line, line);
    assert_int_equal(findings->items[place].run, run);
    assert_int_equal(findings->items[place].draws[0].value, run);
}

/* Whatever comes first, of each kind the earliest run is kept, in the order of the runs. */
static void of_each_kind_the_earliest_run_is_kept(void **state)
{
    static struct findings findings;
    (void)state;
    add(&findings, 1, 7);
    add(&findings, 2, 5);
    add(&findings, 1, 9);
    add(&findings, 3, 7);
    assert_int_equal(findings.count, 3);
    check(&findings, 0, 2, 5);
    check(&findings, 1, 1, 7);
    check(&findings, 2, 3, 7);
    add(&findings, 1, 3);
    add(&findings, 2, 3);
    assert_int_equal(findings.count, 3);
    check(&findings, 0, 1, 3);
    check(&findings, 1, 2, 3);
    check(&findings, 2, 3, 7);
    findings_release(&findings);
}

static void where_no_place_is_left_the_latest_runs_are_left_out(void **state)
{
    static struct findings findings;
    (void)state;
    for (size_t i = 0; i < WATCH_BREACHES_MAX; i++)
        add(&findings, i, 10 + i);
    add(&findings, 1000, 10 + WATCH_BREACHES_MAX);
    assert_int_equal(findings.count, WATCH_BREACHES_MAX);
    check(&findings, WATCH_BREACHES_MAX - 1, WATCH_BREACHES_MAX - 1, 9 + WATCH_BREACHES_MAX);
    add(&findings, 1000, 10);
    assert_int_equal(findings.count, WATCH_BREACHES_MAX);
    check(&findings, 0, 0, 10);
    check(&findings, 1, 1000, 10);
    check(&findings, WATCH_BREACHES_MAX - 1, WATCH_BREACHES_MAX - 2, 8 + WATCH_BREACHES_MAX);
    findings_release(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_each_kind_the_earliest_run_is_kept),
        cmocka_unit_test(where_no_place_is_left_the_latest_runs_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
