/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "harness/explore/explore.h"
#include "harness/explore/together.h"
#include "harness/link/fake_end_private.h"
#include "tests/harness/explore/worlds.h"

static struct explore_result *sample_under(const char *policy, const char *story,
                                           const struct explore_sampling *sampling)
{
    struct scenario *scenario = story_read(story);
    struct explore_result *result = calloc(1, sizeof *result);
    struct error error = {""};
    assert_non_null(result);
    if (explore_some(result, scenario, text_of(policy), sampling, &error) != 0)
        fail_msg("%s", error.text);
    scenario_free(scenario);
    return result;
}

static struct explore_result *sample(const char *story, const struct explore_sampling *sampling)
{
    return sample_under("original", story, sampling);
}

static void drop(struct explore_result *result)
{
    explore_result_release(result);
    free(result);
}

/* Whether any draw was about where bytes are cut. */
static bool cuts(const struct explore_result *result)
{
    for (size_t i = 0; i < result->findings.count; i++)
        for (size_t j = 0; j < result->findings.items[i].draw_count; j++)
            if (strcmp(result->findings.items[i].draws[j].label, "piece") == 0)
                return true;
    return false;
}

static void the_same_seed_makes_the_same_runs_on_both_levels(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct explore_sampling sampling = {
            .level = i == 0 ? WORLD_VALUES : WORLD_BYTES, .chances = {.pieces = true}, .seed = 7, .runs_max = 200};
        struct explore_result *one = sample(STORY_DISCONNECT, &sampling);
        struct explore_result *two = sample(STORY_DISCONNECT, &sampling);
        assert_int_equal(one->counts.runs + one->counts.impossible, 200);
        assert_int_equal(one->counts.transitions, two->counts.transitions);
        assert_true(one->findings.count > 0);
        assert_int_equal(one->findings.count, two->findings.count);
        assert_true(cuts(one) == (i == 1));
        for (size_t j = 0; j < one->findings.count; j++) {
            assert_int_equal(one->findings.items[j].run, two->findings.items[j].run);
            assert_int_equal(one->findings.items[j].draw_count, two->findings.items[j].draw_count);
        }
        drop(one);
        drop(two);
    }
}

static void leave_alone(void *context, struct world *world)
{
    (void)context;
    (void)world;
}

static void expect_alike(const struct explore_result *shared, const struct explore_result *whole)
{
    assert_int_equal(shared->counts.runs, whole->counts.runs);
    assert_int_equal(shared->counts.impossible, whole->counts.impossible);
    assert_int_equal(shared->counts.transitions, whole->counts.transitions);
    assert_int_equal(shared->counts.longest, whole->counts.longest);
    assert_int_equal(shared->counts.virtual_ns, whole->counts.virtual_ns);
    assert_true(whole->findings.count > 0);
    assert_int_equal(shared->findings.count, whole->findings.count);
    for (size_t j = 0; j < whole->findings.count; j++) {
        const struct finding *found = &whole->findings.items[j];
        assert_int_equal(shared->findings.items[j].run, found->run);
        assert_string_equal(shared->findings.items[j].error.text, found->error.text);
        assert_int_equal(shared->findings.items[j].draw_count, found->draw_count);
        for (size_t k = 0; k < found->draw_count; k++)
            assert_int_equal(shared->findings.items[j].draws[k].value, found->draws[k].value);
    }
}

/* Whoever looks at each happening must see each made. */
static void runs_that_are_drawn_alike_are_made_once_and_come_to_the_same_as_whole_ones(void **state)
{
    static const char *const stories[] = {STORY_DISCONNECT, STORY_FAILING_DELETES, STORY_THREE_LOSSES};
    (void)state;
    for (size_t i = 0; i < 12; i++) {
        struct explore_sampling sampling = {.level = WORLD_VALUES, .seed = i, .runs_max = 2000};
        sampling.chances.crashes = (uint32_t)i / 6;
        sampling.chances.late_max_ns = i % 4 == 3 ? 200 * TIME_MILLISECOND : 0;
        /* Without the run in which all is ordinary, which breaks most of what can be. */
        if (i % 2 == 1)
            sampling.shard = (struct explore_shard){1, 3};
        struct explore_bound shared_bound;
        struct explore_bound whole_bound;
        sampling.bound = &shared_bound;
        struct explore_result *shared = sample(stories[i % 3], &sampling);
        sampling.tamper = leave_alone;
        sampling.bound = &whole_bound;
        struct explore_result *whole = sample(stories[i % 3], &sampling);
        assert_true(shared->counts.shared > shared->counts.transitions / 2);
        assert_int_equal(whole->counts.shared, 0);
        expect_alike(shared, whole);
        assert_true(whole_bound.runs > 0 && whole_bound.channels > 1);
        assert_int_equal(shared_bound.runs, whole_bound.runs);
        assert_int_equal(shared_bound.channels, whole_bound.channels);
        assert_int_equal(shared_bound.steps, whole_bound.steps);
        drop(shared);
        drop(whole);
    }
}

static bool until_100_are_made(void *context, const struct explore_counts *counts)
{
    (void)context;
    return counts->runs < 100;
}

/* Of those that were begun together only those that came to their end are counted. */
static void runs_end_when_nobody_wants_more(void **state)
{
    const struct explore_sampling sampling = {.level = WORLD_VALUES, .seed = 1, .go_on = until_100_are_made};
    struct explore_sampling known = sampling;
    (void)state;
    known.runs_max = TOGETHER_MAX;
    struct explore_result *one = sample(STORY_TWO_EXITS, &sampling);
    struct explore_result *two = sample(STORY_TWO_EXITS, &known);
    assert_in_range(one->counts.runs, 100, 1000);
    assert_in_range(two->counts.runs, 100, TOGETHER_MAX / 2);
    assert_true(two->counts.transitions > two->counts.shared);
    drop(one);
    drop(two);
}

/* What could be drawn there would be drawn by one run for all that have come so far with it. */
static void where_runs_settle_nothing_is_drawn(void **state)
{
    static const char story[] = STORY_BEGINS
        "given: {containers: [{id: web, pid: 101}]}\n"
        "faults:\n  - {stream: events, do: delay, for: 12s, times: up to 9}\n"
        "  - {store: put, do: fail, message: full, times: up to 9}\n"
        "steps:\n  - exit: {container: web, code: 1}\nexpect: {finally: [{container: web, state: none}]}\n";
    (void)state;
    for (uint64_t seed = 0; seed < 10; seed++) {
        struct explore_sampling sampling = {
            .level = WORLD_VALUES, .chances = {.settles = true}, .seed = seed, .runs_max = 100, .shard = {1, 3}};
        struct explore_result *shared = sample_under("reliable", story, &sampling);
        sampling.tamper = leave_alone;
        struct explore_result *whole = sample_under("reliable", story, &sampling);
        expect_alike(shared, whole);
        drop(shared);
        drop(whole);
    }
}

/* What is held for ever is lost at the end of the story, and no more when it has settled. */
static void where_runs_settle_the_store_is_well(void **state)
{
    const struct explore_sampling sampling = {
        .level = WORLD_VALUES, .chances = {.settles = true}, .seed = 1, .runs_max = 1};
    struct explore_result *result = sample_under(
        "reliable",
        STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\nfaults: [{store: put, do: hold, as: it}]\n"
                     "steps: [{exit: {container: web, code: 1}}]\n",
        &sampling);
    (void)state;
    assert_int_equal(result->findings.count, 1);
    assert_true(text_is(result->findings.items[0].promise, "no-exit-is-lost"));
    drop(result);
}

static bool until_asked_often(void *context, const struct explore_counts *counts)
{
    size_t *left = context;
    (void)counts;
    return *left > 0 && --*left > 0;
}

/* Four hours are thousands of happenings. The first run of each shard, which is made alone, is made in any case. */
static void a_long_run_need_not_end_before_it_is_asked_whether_to_go_on(void **state)
{
    static const struct {
        enum world_level level;
        size_t asked;
        uint64_t runs_max, runs;
        struct explore_shard shard;
    } rows[] = {{WORLD_VALUES, 0, 10, 1, {0, 0}},        {WORLD_VALUES, 3, 10, 1, {0, 0}},
                {WORLD_VALUES, 1000000, 10, 10, {0, 0}}, {WORLD_BYTES, 0, 10, 1, {0, 0}},
                {WORLD_BYTES, 3, 10, 3, {0, 0}},         {WORLD_VALUES, 0, 10, 1, {1, 3}},
                {WORLD_VALUES, 0, 0, 1, {199, 200}}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t left = rows[i].asked;
        const struct explore_sampling sampling = {.level = rows[i].level,
                                                  .seed = 1,
                                                  .runs_max = rows[i].runs_max,
                                                  .shard = rows[i].shard,
                                                  .go_on = until_asked_often,
                                                  .context = &left};
        struct explore_result *result = sample_under("reliable", STORY_ONE_EXIT "  - advance: 4h\n", &sampling);
        assert_int_equal(result->counts.runs, rows[i].runs);
        drop(result);
    }
}

/* Nor what happens behind its end, where it settles. */
static void what_a_run_makes_for_itself_is_not_told_as_shared(void **state)
{
    const struct explore_sampling sampling = {
        .level = WORLD_VALUES, .chances = {.settles = true}, .seed = 1, .runs_max = 2};
    struct explore_result *result = sample_under("reliable", STORY_TWO_EXITS, &sampling);
    (void)state;
    assert_int_equal(result->counts.runs, 2);
    assert_int_equal(result->counts.shared, 0);
    drop(result);
}

/* Before they part and behind that, in those whose script can be followed to its end and in no others. */
static void what_runs_reach_together_is_what_each_of_them_reaches(void **state)
{
    static const char story[] = STORY_BEGINS
        "given: {containers: [{id: web, pid: 101}], socket: missing}\n"
        "steps:\n  - advance: 5s\n  - socket: serves\n  - any order:\n      - exit: {container: web, code: 1}\n"
        "      - exec: {container: web, exec: e, pid: 102}\n"
        "expect: {sometimes: [{dialed: {times: 2}}, {container: web, state: running}]}\n";
    size_t reached[2] = {0};
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        /* A few at a time, and not the ordinary one. */
        struct explore_sampling sampling = {.level = WORLD_VALUES, .seed = seed, .runs_max = 10, .shard = {1, 3}};
        struct explore_result *shared = sample(story, &sampling);
        sampling.tamper = leave_alone;
        struct explore_result *whole = sample(story, &sampling);
        for (size_t i = 0; i < 2; i++) {
            assert_true(shared->reached[i] == whole->reached[i]);
            reached[i] += whole->reached[i];
        }
        drop(shared);
        drop(whole);
    }
    assert_in_range(reached[0], 1, 49);
    assert_in_range(reached[1], 1, 49);
}

/* Every second run is by priorities: of two shards all of the second one's. */
static void what_is_vouched_for_are_the_runs_by_priorities_of_whole_portions(void **state)
{
    static const struct {
        enum world_level level;
        struct explore_shard shard;
        uint64_t runs_max;
        bool (*go_on)(void *context, const struct explore_counts *counts);
        uint64_t by_priorities; /* 0: that does not matter */
        uint64_t vouched;
    } rows[] = {
        {.level = WORLD_VALUES, .shard = {0, 1}, .runs_max = 300, .by_priorities = 150, .vouched = 150},
        {.level = WORLD_VALUES, .shard = {0, 2}, .runs_max = 300, .vouched = 0},
        {.level = WORLD_VALUES, .shard = {1, 2}, .runs_max = 300, .by_priorities = 150, .vouched = 150},
        {.level = WORLD_VALUES, .shard = {0, 1}, .runs_max = TOGETHER_MAX, .go_on = until_100_are_made, .vouched = 0},
        /* A portion of 64, and a beginning of the next. */
        {.level = WORLD_VALUES, .shard = {0, 1}, .go_on = until_100_are_made, .vouched = 32},
        /* Each by itself, in the order in which they are drawn. */
        {.level = WORLD_BYTES, .shard = {0, 1}, .go_on = until_100_are_made, .by_priorities = 50, .vouched = 50},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct explore_bound bound = {.runs = 1};
        const struct explore_sampling sampling = {.level = rows[i].level,
                                                  .seed = 1,
                                                  .runs_max = rows[i].runs_max,
                                                  .shard = rows[i].shard,
                                                  .go_on = rows[i].go_on,
                                                  .bound = &bound};
        struct explore_result *result = sample(STORY_TWO_EXITS, &sampling);
        assert_int_equal(bound.runs, rows[i].vouched);
        if (rows[i].by_priorities > 0)
            assert_int_equal(result->counts.by_priorities, rows[i].by_priorities);
        drop(result);
    }
}

static void other_seeds_make_other_runs(void **state)
{
    const struct explore_sampling one_sampling = {.level = WORLD_VALUES, .seed = 1, .runs_max = 50};
    const struct explore_sampling two_sampling = {.level = WORLD_VALUES, .seed = 2, .runs_max = 50};
    struct explore_result *one = sample(STORY_DISCONNECT, &one_sampling);
    struct explore_result *two = sample(STORY_DISCONNECT, &two_sampling);
    (void)state;
    assert_int_not_equal(one->counts.transitions, two->counts.transitions);
    drop(one);
    drop(two);
}

/* More than are played at once, so that they lie in other portions. */
static void shards_make_the_runs_of_one_between_them(void **state)
{
    const struct explore_sampling whole = {.level = WORLD_VALUES, .seed = 3, .runs_max = TOGETHER_MAX + 1000};
    struct explore_result *all = sample(STORY_DISCONNECT, &whole);
    uint64_t runs = 0;
    uint64_t transitions = 0;
    (void)state;
    assert_int_equal(all->counts.runs + all->counts.impossible, TOGETHER_MAX + 1000);
    for (uint32_t i = 0; i < 3; i++) {
        struct explore_sampling part = whole;
        part.shard = (struct explore_shard){i, 3};
        struct explore_result *some = sample(STORY_DISCONNECT, &part);
        runs += some->counts.runs;
        transitions += some->counts.transitions;
        drop(some);
    }
    assert_int_equal(runs, all->counts.runs);
    assert_int_equal(transitions, all->counts.transitions);
    drop(all);
}

/* 4 channels, 10 steps, depth 3: each run finds it with 1 in 400 at least. */
static void the_bound_is_that_of_the_formula(void **state)
{
    const struct explore_bound none = {0, 4, 10};
    const struct explore_bound one = {1, 4, 10};
    const struct explore_bound many = {4000, 4, 10};
    (void)state;
    assert_true(explore_miss(&none) == 1.0);
    assert_true(explore_miss(&one) > 0.997499 && explore_miss(&one) < 0.997501);
    assert_true(explore_miss(&many) > 4.4e-5 && explore_miss(&many) < 4.6e-5);
    const struct explore_bound below = {1000000000, EXPLORE_CHANNELS_MAX - 1, 10};
    const struct explore_bound at = {1000000000, EXPLORE_CHANNELS_MAX, 10};
    assert_true(explore_miss(&below) < 1e-9);
    assert_true(explore_miss(&at) == 1.0);
}

/* A server that never sees that its clients go has a session for each of them. */
static void a_run_that_needs_more_than_a_world_has_is_no_run_that_held(void **state)
{
    static const size_t silences[] = {LINK_SESSIONS_MAX - 1, LINK_SESSIONS_MAX};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const struct explore_sampling sampling = {.level = WORLD_VALUES, .seed = 1, .runs_max = 4};
        struct buffer story = BUFFER_INIT;
        buffer_printf(&story, STORY_BEGINS "steps:\n");
        for (size_t j = 0; j < silences[i]; j++)
            buffer_printf(&story, "  - silence: {connection: all, server: does nothing}\n  - advance: 60s\n");
        assert_int_equal(buffer_append(&story, "", 1), 0);
        struct explore_result *result = sample_under("reliable", (const char *)story.bytes, &sampling);
        assert_int_equal(result->counts.runs, i == 0 ? 4 : 0);
        assert_int_equal(result->counts.unfinished, i == 0 ? 0 : 4);
        drop(result);
        buffer_release(&story);
    }
}

/* A delivery that is still under way when the story is over, and the call that it kept waiting, are no lost exit. */
static void what_is_late_in_the_end_is_waited_for(void **state)
{
    const struct explore_sampling sampling = {
        .level = WORLD_VALUES, .chances = {.late_max_ns = 20 * TIME_SECOND}, .seed = 1, .runs_max = 300};
    struct explore_result *result = sample_under("reliable", STORY_TWO_EXITS, &sampling);
    (void)state;
    assert_int_equal(result->counts.runs, 300);
    if (result->findings.count > 0)
        fail_msg("%s", result->findings.items[0].error.text);
    drop(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_late_in_the_end_is_waited_for),
        cmocka_unit_test(the_same_seed_makes_the_same_runs_on_both_levels),
        cmocka_unit_test(runs_that_are_drawn_alike_are_made_once_and_come_to_the_same_as_whole_ones),
        cmocka_unit_test(runs_end_when_nobody_wants_more),
        cmocka_unit_test(what_is_vouched_for_are_the_runs_by_priorities_of_whole_portions),
        cmocka_unit_test(where_runs_settle_nothing_is_drawn),
        cmocka_unit_test(where_runs_settle_the_store_is_well),
        cmocka_unit_test(a_long_run_need_not_end_before_it_is_asked_whether_to_go_on),
        cmocka_unit_test(what_a_run_makes_for_itself_is_not_told_as_shared),
        cmocka_unit_test(what_runs_reach_together_is_what_each_of_them_reaches),
        cmocka_unit_test(other_seeds_make_other_runs),
        cmocka_unit_test(shards_make_the_runs_of_one_between_them),
        cmocka_unit_test(the_bound_is_that_of_the_formula),
        cmocka_unit_test(a_run_that_needs_more_than_a_world_has_is_no_run_that_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
