/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "tests/harness/explore/worlds.h"

/* So that a list of draws says all of what a run was. */
static void the_kind_of_a_run_is_read_as_it_was_written(void **state)
{
    static const struct {
        enum world_level level;
        struct world_chances chances;
    } rows[] = {
        {WORLD_BYTES, {.crashes = 0}},
        {WORLD_VALUES, {.crashes = 3}},
        {WORLD_VALUES, {.late_max_ns = 20 * TIME_SECOND}},
        {WORLD_BYTES, {.pieces = true}},
        {WORLD_VALUES, {.settles = true}},
        {WORLD_BYTES, {.crashes = 1, .late_max_ns = TIME_MILLISECOND, .pieces = true, .settles = true}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct draw draws[RUN_KIND_DRAWS_MAX + 1];
        enum world_level level;
        struct world_chances chances;
        size_t count = run_kind_write(rows[i].level, &rows[i].chances, draws);
        for (size_t j = 0; j < count; j++)
            assert_true(draws[j].value < draws[j].bound);
        draws[count] = (struct draw){1, 2, "next"};
        assert_int_equal(run_kind_read(draws, count + 1, &level, &chances), count);
        assert_int_equal(level, rows[i].level);
        assert_int_equal(chances.crashes, rows[i].chances.crashes);
        assert_int_equal(chances.late_max_ns, rows[i].chances.late_max_ns);
        assert_int_equal(chances.pieces, rows[i].chances.pieces);
        assert_int_equal(chances.settles, rows[i].chances.settles);
    }
}

static void a_list_that_was_made_for_another_run_is_refused_with_its_place(void **state)
{
    struct scenario *scenario = story_read(STORY_TWO_EXITS);
    const struct run_choices recorded = {.records = true};
    struct run first;
    struct error error = {""};
    (void)state;
    assert_int_equal(run_scenario(&first, scenario, text_of("reliable"), &recorded, &error), 0);
    assert_true(first.draw_count >= 3);
    for (int row = 0; row < 3; row++) {
        const struct run_choices strict = {.draws = first.draws, .draw_count = first.draw_count, .strict = true};
        struct draw *last = &first.draws[first.draw_count - 1];
        struct draw kept = *last;
        char expected[200];
        struct run again;
        if (row == 1)
            last->label = "nixt";
        if (row == 2)
            last->bound++;
        (void)snprintf(expected, sizeof expected,
                       "behind its kind, draw %zu of the run is \"%s\" of %u here and \"%s\" of %u in the list: it was "
                       "made for another scenario, policy or version",
                       first.draw_count - 1, kept.label, kept.bound, last->label, last->bound);
        int result = run_scenario(&again, scenario, text_of("reliable"), &strict, &error);
        assert_int_equal(result, row == 0 ? 0 : ERROR_INVALID);
        if (row > 0)
            assert_string_equal(error.text, expected);
        run_release(&again);
        *last = kept;
    }
    run_release(&first);
    scenario_free(scenario);
}

static void a_list_that_says_a_kind_that_no_run_is_of_is_refused(void **state)
{
    static const struct {
        struct draw draws[2];
        size_t count;
        const char *error;
    } rows[] = {
        {{{1, 2, "values"}}, 1, ""},
        {{{1, 2, "values"}, {3, 4, "crashes"}}, 2, ""},
        {{{5, 7, "values"}}, 1, "draw 1 of the list is \"values 5 of 7\""},
        {{{1, 2, "values"}, {3, 9, "crashes"}}, 2, "draw 2 of the list is \"crashes 3 of 9\""},
        {{{1, 2, "settles"}, {1, 2, "values"}}, 2, "draw 1 of the list is \"settles 1 of 2\""},
        {{{1, 2, "values"}, {1, 2, "values"}}, 2, "draw 2 of the list is \"values 1 of 2\""},
        {{{0, 1, ""}}, 0, "the kind of the run lacks \"values\""},
    };
    struct scenario *scenario = story_read(STORY_TWO_EXITS);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct run_choices strict = {.draws = rows[i].draws, .draw_count = rows[i].count, .strict = true};
        struct error error = {""};
        struct run run;
        int result = run_scenario(&run, scenario, text_of("reliable"), &strict, &error);
        assert_int_equal(result, rows[i].error[0] == '\0' ? 0 : ERROR_INVALID);
        if (strncmp(error.text, rows[i].error, strlen(rows[i].error)) != 0)
            fail_msg("row %zu: %s", i, error.text);
        run_release(&run);
    }
    scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kind_of_a_run_is_read_as_it_was_written),
        cmocka_unit_test(a_list_that_was_made_for_another_run_is_refused_with_its_place),
        cmocka_unit_test(a_list_that_says_a_kind_that_no_run_is_of_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
