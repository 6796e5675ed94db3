/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/explore/explore.h"
#include "harness/explore/shrink.h"
#include "harness/run.h"
#include "tests/harness/explore/worlds.h"

/* Of all this one exit before the subscription is what loses something under every policy that does not list. */
#define CRASHES "reliable-without=journal"

#define STORY_LONG                                                                                                 \
    STORY_BEGINS "given:\n  containers:\n    - {id: web, pid: 101, execs: [{id: probe, pid: 102}]}\n"              \
                 "    - {id: db, pid: 202}\n    - {id: job, pid: 303}\n"                                           \
                 "faults:\n  - {rpc: Tasks.Delete, container: any, do: fail, code: UNAVAILABLE, times: up to 2}\n" \
                 "  - {rpc: Tasks.Delete, container: db, do: delay, for: 1s, times: 3}\n"                          \
                 "steps:\n  - exit: {container: web, exec: probe, code: 0}\n  - any order:\n"                      \
                 "      - oom: {container: db}\n      - exit: {container: db, code: 137}\n"                        \
                 "      - exit: {container: web, code: 1}\n        at: +1s\n  - exit: {container: job, code: 2}\n" \
                 "    at: +1s\n"                                                                                   \
                 "expect:\n  finally:\n    - {container: job, state: exited, code: 2}\n"

static struct explore_result *find(struct scenario *scenario, const char *policy)
{
    const struct target target = {text_of("no-exit-is-lost"), ""};
    const struct explore_options options = {.target = &target};
    struct explore_result *result = calloc(1, sizeof *result);
    struct error error = {""};
    assert_non_null(result);
    if (explore_all(result, scenario, text_of(policy), &options, &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(result->cut, EXPLORE_FOUND);
    return result;
}

static const struct finding *lost_exit(const struct explore_result *result)
{
    for (size_t i = 0; i < result->findings.count; i++)
        if (text_is(result->findings.items[i].promise, "no-exit-is-lost"))
            return &result->findings.items[i];
    fail_msg("nothing was found");
    return NULL;
}

static struct shrink_asked asked_for(const char *story, const struct finding *finding)
{
    return (struct shrink_asked){.file = text_of("story.yaml"),
                                 .content = text_of(story),
                                 .policy = text_of("original"),
                                 .level = WORLD_VALUES,
                                 .target = {text_of("no-exit-is-lost"), finding->sentence},
                                 .draws = finding->draws,
                                 .draw_count = finding->draw_count};
}

static void a_long_story_becomes_one_container_and_one_step(void **state)
{
    struct scenario *scenario = story_read(STORY_LONG);
    struct explore_result *found = find(scenario, "original");
    struct shrink_asked asked = asked_for(STORY_LONG, lost_exit(found));
    struct shrunk shrunk;
    struct error error = {""};
    (void)state;
    if (shrink(&shrunk, &asked, &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(shrunk.before.containers, 3);
    assert_int_equal(shrunk.before.steps, 5);
    assert_int_equal(shrunk.after.containers, 1);
    assert_int_equal(shrunk.after.faults, 0);
    assert_int_equal(shrunk.after.steps, 1);
    assert_true(shrunk.after.draws <= 1);
    shrunk_release(&shrunk);
    explore_result_release(found);
    free(found);
    scenario_free(scenario);
}

/* The story by its own choices and by the draws of its replay: the same trace, which breaks the promise. */
static void assert_same_run(const struct shrunk *shrunk, const char *policy)
{
    const struct run_choices choices = {.draws = shrunk->draws, .draw_count = shrunk->draw_count, .strict = true};
    struct scenario *small;
    struct run runs[2];
    struct error error = {""};
    if (scenario_parse(&small, text_of("small.yaml"), buffer_text(&shrunk->yaml), &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(run_scenario(&runs[0], small, text_of(policy), NULL, &error), 0);
    if (run_scenario(&runs[1], small, text_of(policy), &choices, &error) != 0)
        fail_msg("%s", error.text);
    assert_true(runs[0].breach_count > 0);
    assert_true(text_is(runs[0].breaches[0].promise, "no-exit-is-lost"));
    assert_true(text_equal(buffer_text(&runs[0].trace.text), buffer_text(&runs[1].trace.text)));
    run_release(&runs[0]);
    run_release(&runs[1]);
    scenario_free(small);
}

/* What comes out is a file like any other: run by itself, it breaks what it says, by the same draws, with the same
 * trace. */
static void what_is_left_breaks_the_same_and_is_run_by_its_own_choices(void **state)
{
    struct scenario *scenario = story_read(STORY_LONG);
    struct explore_result *found = find(scenario, "original");
    struct shrink_asked asked = asked_for(STORY_LONG, lost_exit(found));
    struct shrunk shrunk;
    struct error error = {""};
    (void)state;
    assert_int_equal(shrink(&shrunk, &asked, &error), 0);
    assert_same_run(&shrunk, "original");
    shrunk_release(&shrunk);
    explore_result_release(found);
    free(found);
    scenario_free(scenario);
}

static void a_run_that_breaks_nothing_is_not_shrunk(void **state)
{
    const struct finding finding = {.sentence = ""};
    struct shrink_asked asked = asked_for(STORY_TWO_EXITS, &finding);
    struct shrunk shrunk;
    struct error error = {""};
    (void)state;
    asked.target.promise = text_of("no-delete-of-a-live-task");
    assert_int_equal(shrink(&shrunk, &asked, &error), ERROR_MISSING);
    shrunk_release(&shrunk);
}

/* The Delete that hits the next task leaves nothing that could be started: every run that breaks it stops there. */
static void a_run_that_cannot_go_on_from_what_it_breaks_is_shrunk_to_one_that_ends_there(void **state)
{
    static const char story[] =
        STORY_BEGINS "given: {containers: [{id: web, pid: 101}, {id: db, pid: 202}]}\n"
                     "faults:\n  - {stream: events, event: exit, container: web, do: hold, as: old}\n"
                     "steps:\n  - exit: {container: web, code: 2}\n  - remove: {container: web}\n"
                     "  - create: {container: web, pid: 101}\n    at: +1s\n  - release: old\n    at: +1s\n"
                     "  - start: {container: web}\n    at: +5s\n";
    struct shrink_asked asked = {.file = text_of("story.yaml"),
                                 .content = text_of(story),
                                 .policy = text_of("reliable-without=incarnations"),
                                 .level = WORLD_VALUES,
                                 .target = {text_of("no-delete-of-a-live-task"), ""}};
    struct scenario *scenario = story_read(story);
    struct scenario *small;
    struct shrunk shrunk;
    struct run runs[2];
    struct error error = {""};
    (void)state;
    assert_int_equal(run_scenario(&runs[0], scenario, asked.policy, NULL, &error), ERROR_REFUSED);
    if (shrink(&shrunk, &asked, &error) != 0)
        fail_msg("%s", error.text);
    assert_int_equal(shrunk.after.steps, 4);
    assert_int_equal(scenario_parse(&small, text_of("small.yaml"), buffer_text(&shrunk.yaml), &error), 0);
    if (run_scenario(&runs[1], small, asked.policy, NULL, &error) != 0)
        fail_msg("%s", error.text);
    bool breaks = false;
    for (size_t i = 0; i < runs[1].breach_count; i++)
        breaks = breaks || text_is(runs[1].breaches[i].promise, "no-delete-of-a-live-task");
    assert_true(breaks);
    run_release(&runs[0]);
    run_release(&runs[1]);
    scenario_free(small);
    shrunk_release(&shrunk);
    scenario_free(scenario);
}

/* Nobody who reads a story sees that a draw of it is a crash. */
static void a_crash_that_came_by_chance_becomes_a_step(void **state)
{
    static const char story[] = STORY_BEGINS
        "given: {containers: [{id: web, pid: 101}, {id: db, pid: 202}]}\n"
        "steps:\n  - any order:\n      - exit: {container: db, code: 1}\n      - exit: {container: web, code: 2}\n"
        "        at: +1s\n";
    const struct target target = {text_of("no-exit-is-lost"), ""};
    const struct world_chances chances = {.crashes = 1};
    const struct explore_options options = {.target = &target, .chances = chances};
    struct scenario *scenario = story_read(story);
    struct explore_result *found = calloc(1, sizeof *found);
    struct error error = {""};
    struct shrunk shrunk;
    (void)state;
    assert_non_null(found);
    assert_int_equal(explore_all(found, scenario, text_of(CRASHES), &options, &error), 0);
    struct shrink_asked asked = asked_for(story, lost_exit(found));
    asked.policy = text_of(CRASHES);
    asked.chances = chances;
    if (shrink(&shrunk, &asked, &error) != 0)
        fail_msg("%s", error.text);
    buffer_append(&shrunk.yaml, "", 1);
    const char *yaml = (const char *)shrunk.yaml.bytes;
    shrunk.yaml.length--;
    if (strstr(yaml, "- handler: {do: crash, down: 100ms}") == NULL || strstr(yaml, "crashes:") != NULL)
        fail_msg("%s", yaml);
    assert_same_run(&shrunk, CRASHES);
    shrunk_release(&shrunk);
    explore_result_release(found);
    free(found);
    scenario_free(scenario);
}

/* Where bytes are cut is a draw like any other. */
static void what_was_sampled_through_both_wires_is_run_again_there(void **state)
{
    const struct world_chances chances = {.crashes = 1, .pieces = true};
    const struct explore_sampling sampling = {.level = WORLD_BYTES, .chances = chances, .seed = 2, .runs_max = 60};
    struct scenario *scenario = story_read(STORY_DISCONNECT);
    struct explore_result *found = calloc(1, sizeof *found);
    struct error error = {""};
    struct shrunk shrunk;
    (void)state;
    assert_non_null(found);
    assert_int_equal(explore_some(found, scenario, text_of("original"), &sampling, &error), 0);
    struct shrink_asked asked = asked_for(STORY_DISCONNECT, lost_exit(found));
    asked.level = WORLD_BYTES;
    asked.chances = chances;
    if (shrink(&shrunk, &asked, &error) != 0)
        fail_msg("%s", error.text);
    assert_true(shrunk.after.steps <= shrunk.before.steps);
    assert_same_run(&shrunk, "original");
    shrunk_release(&shrunk);
    explore_result_release(found);
    free(found);
    scenario_free(scenario);
}

/* Without its exit or its fault the story would break it too, and make no sense. */
static void what_a_file_expects_keeps_the_story_that_it_is_about(void **state)
{
#define STORY_EXPECTS(times)                                                                                       \
    STORY_BEGINS "given: {containers: [{id: web, pid: 101}, {id: db, pid: 202}]}\n"                                \
                 "faults:\n  - {rpc: Tasks.Delete, container: web, do: fail, code: UNAVAILABLE, times: up to 1}\n" \
                 "steps:\n  - exit: {container: db, code: 1}\n    at: +1s\n  - exit: {container: web, code: 2}\n"  \
                 "expect:\n  finally:\n    - called: {rpc: Tasks.Delete, container: web, times: " times "}\n"
    static const struct {
        const char *story;
        struct shrink_size after;
    } rows[] = {
        {STORY_EXPECTS("2"), {.containers = 1, .faults = 1, .steps = 1, .draws = 1}},
        /* In no order does it hold: nothing can be said of another story. */
        {STORY_EXPECTS("5"), {.containers = 2, .faults = 1, .steps = 2, .draws = 0}},
    };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct scenario *scenario = story_read(rows[i].story);
        const struct explore_options options = {.transitions_max = 3000};
        struct explore_result *found = calloc(1, sizeof *found);
        struct error error = {""};
        struct shrunk shrunk;
        assert_non_null(found);
        assert_int_equal(explore_all(found, scenario, text_of("reliable"), &options, &error), 0);
        assert_int_equal(found->findings.count, 1);
        struct shrink_asked asked = asked_for(rows[i].story, &found->findings.items[0]);
        asked.policy = text_of("reliable");
        asked.target.promise = text_of("");
        if (shrink(&shrunk, &asked, &error) != 0)
            fail_msg("%s", error.text);
        assert_memory_equal(&shrunk.after, &rows[i].after, sizeof shrunk.after);
        shrunk_release(&shrunk);
        explore_result_release(found);
        free(found);
        scenario_free(scenario);
    }
}

static bool once(void *context)
{
    int *left = context;
    return (*left)-- > 0;
}

/* Whoever has no time left gets what has been reached, which still breaks it. */
static void shrinking_that_is_stopped_gives_what_it_has(void **state)
{
    struct scenario *scenario = story_read(STORY_LONG);
    struct explore_result *found = find(scenario, "original");
    struct shrink_asked asked = asked_for(STORY_LONG, lost_exit(found));
    struct shrunk shrunk;
    struct error error = {""};
    int left = 1;
    (void)state;
    asked.go_on = once;
    asked.context = &left;
    assert_int_equal(shrink(&shrunk, &asked, &error), 0);
    assert_int_equal(shrunk.tries, 1);
    assert_int_equal(shrunk.after.containers, 3);
    shrunk_release(&shrunk);
    explore_result_release(found);
    free(found);
    scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_story_becomes_one_container_and_one_step),
        cmocka_unit_test(what_is_left_breaks_the_same_and_is_run_by_its_own_choices),
        cmocka_unit_test(a_run_that_breaks_nothing_is_not_shrunk),
        cmocka_unit_test(a_run_that_cannot_go_on_from_what_it_breaks_is_shrunk_to_one_that_ends_there),
        cmocka_unit_test(a_crash_that_came_by_chance_becomes_a_step),
        cmocka_unit_test(what_was_sampled_through_both_wires_is_run_again_there),
        cmocka_unit_test(what_a_file_expects_keeps_the_story_that_it_is_about),
        cmocka_unit_test(shrinking_that_is_stopped_gives_what_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
