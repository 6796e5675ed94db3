/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/run.h"
#include "tests/harness/explore/worlds.h"

/* Deletes that fail as long as there are faults. */
#define STORY_DELETES_FAIL                                                                                        \
    STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\n"                                                   \
                 "faults:\n  - {rpc: Tasks.Delete, container: any, do: fail, code: UNAVAILABLE, times: always}\n" \
                 "steps:\n  - exit: {container: web, code: 1}\n    at: +1s\n"

static bool breaks(const char *story, const char *policy, bool settles)
{
    const struct draw draws[] = {{1, 2, RUN_DRAW_VALUES}, {settles, 2, RUN_DRAW_SETTLES}};
    const struct run_choices choices = {.draws = draws, .draw_count = 2};
    struct scenario *scenario = story_read(story);
    struct error error = {""};
    struct run run;
    bool found = false;
    if (run_scenario(&run, scenario, text_of(policy), &choices, &error) != 0)
        fail_msg("%s", error.text);
    for (size_t i = 0; i < run.breach_count; i++)
        found = found || text_is(run.breaches[i].promise, "everything-settles");
    run_release(&run);
    scenario_free(scenario);
    return found;
}

static void who_asks_again_is_done_when_the_faults_have_stopped(void **state)
{
    (void)state;
    assert_false(breaks(STORY_DELETES_FAIL, "reliable", true));
}

static void who_does_not_leaves_a_task(void **state)
{
    (void)state;
    assert_true(breaks(STORY_DELETES_FAIL, "original", true));
}

static void it_is_judged_where_that_is_asked_for_alone(void **state)
{
    (void)state;
    assert_false(breaks(STORY_DELETES_FAIL, "original", false));
}

/* Whoever was told that there is nothing to delete does not ask again. */
static void a_delete_that_is_refused_for_good_is_an_excuse(void **state)
{
    (void)state;
    assert_false(breaks(STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\n"
                                     "faults:\n  - {rpc: Tasks.Delete, container: web, do: fail, code: NOT_FOUND}\n"
                                     "steps:\n  - exit: {container: web, code: 1}\n    at: +1s\n",
                        "reliable", true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks_again_is_done_when_the_faults_have_stopped),
        cmocka_unit_test(who_does_not_leaves_a_task),
        cmocka_unit_test(it_is_judged_where_that_is_asked_for_alone),
        cmocka_unit_test(a_delete_that_is_refused_for_good_is_an_excuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
