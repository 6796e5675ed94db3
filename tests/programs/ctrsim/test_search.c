/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/ctrsim/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "programs/common/options.h"
#include "tests/harness/explore/worlds.h"

/* Beside the state and the draws of every world, and so what no world may have: happenings since the program began. */
static uint64_t happenings;
static uint64_t strikes_at;

static void strike(void *context, struct world *world)
{
    (void)context;
    if (++happenings == strikes_at)
        assert_int_equal(world_crash_handler(world, WORLD_CRASH_DOWN_NS), 0);
}

static int search(struct search *search, struct error *error)
{
    struct scenario *scenario = story_read(STORY_FAILING_DELETES);
    struct searched *searched = calloc(1, sizeof *searched);
    assert_non_null(searched);
    search->scenario = scenario;
    search->policy = text_of("reliable");
    search->what = "a story";
    search->level = WORLD_VALUES;
    search->chances.settles = true;
    search->seed = 3;
    search->budget.runs = EXPLORE_REPEAT_EVERY + 1;
    search->tamper = strike;
    happenings = 0;
    int code = search_run(searched, search, error);
    searched_release(searched);
    free(searched);
    scenario_free(scenario);
    return code;
}

/* Neither usage, which a caller can mend, nor a break, which is a find. */
static void a_run_that_is_another_one_when_it_is_made_again_has_an_exit_status_of_its_own(void **state)
{
    static const struct {
        bool all;
        size_t jobs;
        const char *said;
    } rows[] = {{true, 1, "the same draws make two runs of story.yaml under reliable"},
                {false, 1, "the same draws make two runs of story.yaml under reliable"},
                {true, 2, "a job has failed: the same draws made another run"},
                {false, 2, "a job has failed: the same draws made another run"}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct search one = {.all = rows[i].all, .some = !rows[i].all, .jobs = rows[i].jobs};
        struct error error = {""};
        strikes_at = rows[i].all ? 20 : 30; /* in the first of the two runs */
        int code = search(&one, &error);
        assert_int_equal(code, ERROR_UNREPEATABLE);
        assert_int_equal(search_failure_status(code), PROGRAM_UNSOUND);
        if (strstr(error.text, rows[i].said) == NULL)
            fail_msg("%s", error.text);
        strikes_at = 0;
        assert_int_equal(search(&one, &error), 0);
    }
    assert_int_equal(search_failure_status(ERROR_INVALID), PROGRAM_USAGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_that_is_another_one_when_it_is_made_again_has_an_exit_status_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
