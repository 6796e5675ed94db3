/* SPDX-License-Identifier: Apache-2.0 */
/* What breaks a story is looked for, with one allocation after the other failing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/explore/explore.h"
#include "tests/harness/explore/worlds.h"
#include "tests/scenarios/language/failing_memory.h"

enum { ALLOCATIONS_MAX = 1000000 };

static void leave_alone(void *context, struct world *world)
{
    (void)context;
    (void)world;
}

struct found {
    int code;
    uint64_t runs;
    size_t findings;
};

struct way {
    const char *story;
    bool all;
    struct explore_options options;
    struct explore_sampling sampling;
};

/* What comes of it, where so many allocations succeed before one fails. */
static struct found explore(const struct scenario *scenario, const struct way *way, long allocations)
{
    struct explore_result *result = calloc(1, sizeof *result);
    struct error error = {""};
    assert_non_null(result);
    memory_has_failed = 0;
    memory_until_failure = allocations;
    int code = way->all ? explore_all(result, scenario, text_of("original"), &way->options, &error)
                        : explore_some(result, scenario, text_of("original"), &way->sampling, &error);
    memory_until_failure = LONG_MAX;
    if (code != 0 && strstr(error.text, "memory") == NULL)
        fail_msg("%ld: %s", allocations, error.text);
    struct found outcome = {code, result->counts.runs, result->findings.count};
    explore_result_release(result);
    free(result);
    return outcome;
}

/* A trace that nobody reads may be cut; nothing else may be missing where nothing is said. (On the level of bytes
 * nghttp2 takes some failures for the end of a stream.) */
static void whatever_allocation_fails_is_told_or_costs_nothing(void **state)
{
    const struct way ways[] = {
        {STORY_THREE_LOSSES, .sampling = {.level = WORLD_VALUES, .seed = 1, .runs_max = 4}},
        {STORY_THREE_LOSSES, .sampling = {.level = WORLD_VALUES, .seed = 1, .runs_max = 1, .tamper = leave_alone}},
        {STORY_ONE_EXIT "expect: {finally: [{container: web, state: none}]}\n", .all = true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct scenario *scenario = story_read(ways[i].story);
        struct found whole = explore(scenario, &ways[i], LONG_MAX);
        long nth = 0;
        long told = 0;
        assert_true(whole.code == 0 && whole.findings > 0);
        do {
            struct found one = explore(scenario, &ways[i], nth++);
            told += one.code != 0;
            if (one.code == 0 && (one.runs != whole.runs || one.findings != whole.findings))
                fail_msg("way %zu, allocation %ld: %d runs", i, nth, (int)one.runs);
        } while (memory_has_failed && nth < ALLOCATIONS_MAX);
        assert_false(memory_has_failed);
        assert_in_range(told, 100, ALLOCATIONS_MAX);
        scenario_free(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_allocation_fails_is_told_or_costs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
