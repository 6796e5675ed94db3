/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/repeat.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/harness/explore/worlds.h"

/* What no world has: something beside its state and its draws that decides. Here the number of happenings since the
 * program began. */
struct hidden {
    uint64_t happenings;
    uint64_t strikes_at; /* 0: never */
};

static void strike(void *context, struct world *world)
{
    struct hidden *hidden = context;
    if (++hidden->happenings == hidden->strikes_at)
        assert_int_equal(world_crash_handler(world, WORLD_CRASH_DOWN_NS), 0);
}

static int sample_some(enum world_level level, uint64_t runs, struct hidden *hidden, struct error *error)
{
    struct scenario *scenario = story_read(STORY_FAILING_DELETES);
    const struct explore_sampling sampling = {.level = level,
                                              .chances = {.pieces = level == WORLD_BYTES, .settles = true},
                                              .seed = 3,
                                              .runs_max = runs,
                                              .context = hidden,
                                              .tamper = strike};
    struct explore_result *result = calloc(1, sizeof *result);
    assert_non_null(result);
    int code = explore_some(result, scenario, text_of("reliable"), &sampling, error);
    explore_result_release(result);
    free(result);
    scenario_free(scenario);
    return code;
}

static int sample(enum world_level level, struct hidden *hidden, struct error *error)
{
    return sample_some(level, EXPLORE_REPEAT_EVERY + 1, hidden, error);
}

static int explore(struct hidden *hidden, struct error *error)
{
    struct scenario *scenario = story_read(STORY_FAILING_DELETES);
    const struct explore_options options = {.chances = {.settles = true}, .context = hidden, .tamper = strike};
    struct explore_result *result = calloc(1, sizeof *result);
    assert_non_null(result);
    int code = explore_all(result, scenario, text_of("reliable"), &options, error);
    explore_result_release(result);
    free(result);
    scenario_free(scenario);
    return code;
}

static void assert_tells(const struct error *error)
{
    if (strstr(error->text, "the same draws make two runs of story.yaml under reliable: after happening ") == NULL ||
        strstr(error->text, " in the other; something that is no part of the state decides") == NULL)
        fail_msg("%s", error->text);
}

static void a_run_that_is_all_in_its_draws_is_the_same_again(void **state)
{
    struct error error = {""};
    struct hidden hidden = {.strikes_at = 0};
    (void)state;
    for (int level = 0; level < 2; level++)
        if (sample(level == 0 ? WORLD_VALUES : WORLD_BYTES, &hidden, &error) != 0)
            fail_msg("%s", error.text);
    uint64_t before = hidden.happenings;
    if (explore(&hidden, &error) != 0)
        fail_msg("%s", error.text);
    assert_true(hidden.happenings > before);
}

/* Struck in one of the two, in the first, in a step late in it, or in the second alone. */
static void what_is_no_part_of_the_state_and_decides_is_found_out(void **state)
{
    struct hidden undisturbed = {.strikes_at = 0};
    struct error error = {""};
    (void)state;
    for (int level = 0; level < 2; level++)
        for (uint64_t at = 30; at <= 45; at += 5) {
            struct hidden hidden = {.strikes_at = at};
            assert_int_equal(sample(level == 0 ? WORLD_VALUES : WORLD_BYTES, &hidden, &error), ERROR_UNREPEATABLE);
            assert_tells(&error);
        }
    assert_int_equal(explore(&undisturbed, &error), 0);
    for (uint64_t at = 5; at <= 20; at += 5) {
        struct hidden hidden = {.strikes_at = at};
        assert_int_equal(explore(&hidden, &error), ERROR_UNREPEATABLE);
        assert_tells(&error);
    }
}

/* The second that is made again is the last but none here: what strikes at its end strikes in the second of the two. */
static void a_run_by_priorities_is_made_again_as_well(void **state)
{
    struct hidden undisturbed = {.strikes_at = 0};
    struct error error = {""};
    (void)state;
    assert_int_equal(sample_some(WORLD_VALUES, EXPLORE_REPEAT_EVERY + 2, &undisturbed, &error), 0);
    struct hidden hidden = {.strikes_at = undisturbed.happenings - 1};
    assert_int_equal(sample_some(WORLD_VALUES, EXPLORE_REPEAT_EVERY + 2, &hidden, &error), ERROR_UNREPEATABLE);
    assert_tells(&error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_is_all_in_its_draws_is_the_same_again),
        cmocka_unit_test(what_is_no_part_of_the_state_and_decides_is_found_out),
        cmocka_unit_test(a_run_by_priorities_is_made_again_as_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
