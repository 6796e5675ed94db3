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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_kind_of_a_run_is_read_as_it_was_written),
        cmocka_unit_test(a_list_that_was_made_for_another_run_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
