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
#include "tests/harness/explore/worlds.h"

static const char *const stories[] = {STORY_TWO_EXITS, STORY_FAILING_DELETES, STORY_DISCONNECT};
static const char *const policies[] = {"reliable", "original"};

static struct explore_result *explore(const char *story, const char *policy, const struct explore_options *options)
{
    struct scenario *scenario = story_read(story);
    struct explore_result *result = calloc(1, sizeof *result);
    struct error error = {""};
    assert_non_null(result);
    if (explore_all(result, scenario, text_of(policy), options, &error) != 0)
        fail_msg("%s", error.text);
    /* What was found is compared by its name alone, which the scenario does not outlive. */
    for (size_t i = 0; i < result->findings.count; i++)
        for (size_t j = 0; j < PROMISE_COUNT; j++)
            if (text_is(result->findings.items[i].promise, promise_list[j]->name))
                result->findings.items[i].promise = text_of(promise_list[j]->name);
    scenario_free(scenario);
    return result;
}

static void drop(struct explore_result *result)
{
    explore_result_release(result);
    free(result);
}

static bool is_within(const struct states *part, const struct states *whole)
{
    for (size_t i = 0; i < part->capacity; i++)
        if ((part->entries[i].hash.a != 0 || part->entries[i].hash.b != 0) &&
            states_find(whole, &part->entries[i].hash) == NULL)
            return false;
    return true;
}

static bool found_within(const struct findings *part, const struct findings *whole)
{
    for (size_t i = 0; i < part->count; i++) {
        struct breach breach = {.promise = part->items[i].promise, .place = part->items[i].place};
        if (!findings_has(whole, &breach))
            return false;
    }
    return true;
}

static void compare_ways(const char *story, const char *policy, struct world_chances chances)
{
    struct explore_options ways[] = {
        {.keeps_no_states = true, .sleeps_not = true},
        {.sleeps_not = true},
        {.keeps_no_states = true},
        {.keeps_no_states = false},
    };
    for (size_t way = 0; way < 4; way++)
        ways[way].chances = chances;
    /* States that are left out are ones of which nothing new can come. */
    for (size_t way = 0; way < 4; way++)
        ways[way].compare_every = 1;
    struct explore_result *all = explore(story, policy, &ways[0]);
    assert_int_equal(all->cut, EXPLORE_COMPLETE);
    assert_true(all->counts.runs > 1);
    for (size_t way = 1; way < 4; way++) {
        struct explore_result *fewer = explore(story, policy, &ways[way]);
        assert_int_equal(fewer->cut, EXPLORE_COMPLETE);
        assert_int_equal(fewer->finals.count, all->finals.count);
        assert_true(is_within(&fewer->finals, &all->finals));
        assert_true(found_within(&all->findings, &fewer->findings));
        assert_true(found_within(&fewer->findings, &all->findings));
        assert_true(fewer->counts.transitions < all->counts.transitions);
        assert_true((fewer->counts.compared > 0) == !ways[way].keeps_no_states || !ways[way].sleeps_not);
        drop(fewer);
    }
    drop(all);
}

/* The check on the reductions: whatever is left out, the same ends are reached, and the same promises broken. */
static void with_each_reduction_or_none_the_same_ends_are_reached(void **state)
{
    const struct world_chances none = {.crashes = 0};
    (void)state;
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 2; j++)
            compare_ways(stories[i], policies[j], none);
}

static void so_they_are_with_crashes_and_late_deliveries(void **state)
{
    const struct world_chances crash = {.crashes = 1};
    const struct world_chances late = {.late_max_ns = 20 * TIME_SECOND};
    (void)state;
    compare_ways(STORY_ONE_EXIT, "original", crash);
    compare_ways(STORY_ONE_EXIT, "original", late);
    compare_ways(STORY_ONE_EXIT, "reliable", late);
}

static void sleeping_leaves_out_moves_and_no_state(void **state)
{
    const struct explore_options both = {.keeps_no_states = false};
    const struct explore_options awake = {.sleeps_not = true};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct explore_result *sleepy = explore(stories[i], "original", &both);
        struct explore_result *all = explore(stories[i], "original", &awake);
        assert_int_equal(sleepy->counts.states, all->counts.states);
        assert_true(sleepy->counts.transitions <= all->counts.transitions);
        drop(sleepy);
        drop(all);
    }
}

static uint64_t delays_of(const struct finding *finding)
{
    uint64_t delays = 0;
    for (size_t i = 0; i < finding->draw_count; i++)
        delays += finding->draws[i].value;
    return delays;
}

/* Whatever is seen again, the same ends are within a bound, and what is found is. */
static struct explore_result *explore_within(const char *story, struct world_chances chances, uint32_t bound)
{
    const struct explore_options once = {.chances = chances, .is_bounded = true, .delays_max = bound};
    struct explore_options again = once;
    again.keeps_no_states = true;
    struct explore_result *within = explore(story, "original", &once);
    struct explore_result *naive = explore(story, "original", &again);
    assert_int_equal(within->cut, EXPLORE_COMPLETE);
    assert_int_equal(within->finals.count, naive->finals.count);
    assert_true(is_within(&naive->finals, &within->finals));
    assert_true(bound > 0 || naive->counts.runs + naive->counts.impossible == 1);
    for (size_t i = 0; i < within->findings.count; i++)
        assert_true(delays_of(&within->findings.items[i]) <= bound);
    drop(naive);
    return within;
}

/* Each bound has what the one below it has, and a high one has everything. */
static void orders_within_a_bound_are_all_that_are_so_near(void **state)
{
    const struct world_chances none = {.crashes = 0};
    const struct world_chances crash = {.crashes = 1};
    const struct explore_options whole = {.states_max = 0};
    struct explore_result *all = explore(STORY_DISCONNECT, "original", &whole);
    struct explore_result *high = explore_within(STORY_DISCONNECT, none, 8);
    (void)state;
    assert_int_equal(high->finals.count, all->finals.count);
    assert_true(is_within(&all->finals, &high->finals));
    drop(high);
    drop(all);
    for (size_t i = 0; i < 3; i++) {
        struct explore_result *before = explore_within(stories[i], crash, 0);
        for (uint32_t bound = 1; bound <= 3; bound++) {
            struct explore_result *within = explore_within(stories[i], crash, bound);
            assert_true(is_within(&before->finals, &within->finals));
            drop(before);
            before = within;
        }
        drop(before);
    }
}

static void shards_together_see_what_one_sees(void **state)
{
    const struct explore_options whole = {.states_max = 0};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct explore_result *all = explore(stories[i], "original", &whole);
        struct explore_result *parts[3];
        uint64_t runs = 0;
        for (uint32_t j = 0; j < 3; j++) {
            const struct explore_options options = {.shard = {j, 3}};
            parts[j] = explore(stories[i], "original", &options);
            assert_true(is_within(&parts[j]->finals, &all->finals));
            assert_true(found_within(&parts[j]->findings, &all->findings));
            runs += parts[j]->counts.runs;
        }
        assert_true(runs >= all->counts.runs);
        for (size_t j = 0; j < all->finals.capacity; j++) {
            const struct hash *hash = &all->finals.entries[j].hash;
            bool seen = hash->a == 0 && hash->b == 0;
            for (size_t k = 0; k < 3; k++)
                seen = seen || states_find(&parts[k]->finals, hash) != NULL;
            assert_true(seen);
        }
        for (size_t j = 0; j < all->findings.count; j++) {
            struct breach breach = {.promise = all->findings.items[j].promise, .place = all->findings.items[j].place};
            assert_true(findings_has(&parts[0]->findings, &breach) || findings_has(&parts[1]->findings, &breach) ||
                        findings_has(&parts[2]->findings, &breach));
        }
        for (size_t j = 0; j < 3; j++)
            drop(parts[j]);
        drop(all);
    }
}

static bool stop_at_once(void *context, const struct explore_counts *counts)
{
    (void)context;
    return counts->transitions == 0;
}

static void an_order_of_more_happenings_than_it_may_have_is_cut_off(void **state)
{
    const struct explore_options options = {.depth_max = EXPLORE_DEPTH_MAX};
    (void)state;
    struct explore_result *whole = explore(STORY_DISCONNECT, "original", &options);
    assert_int_equal(whole->cut, EXPLORE_COMPLETE);
    for (size_t spared = 0; spared < 2; spared++) {
        const struct explore_options bounded = {.depth_max = whole->counts.longest - spared};
        struct explore_result *result = explore(STORY_DISCONNECT, "original", &bounded);
        assert_int_equal(result->cut, spared == 0 ? EXPLORE_COMPLETE : EXPLORE_TOO_LONG);
        assert_true(spared == 0 || result->counts.runs < whole->counts.runs);
        drop(result);
    }
    drop(whole);
}

static void what_cut_it_short_is_said(void **state)
{
    const struct target target = {text_of("no-exit-is-lost"), ""};
    const struct {
        struct explore_options options;
        enum explore_cut cut;
    } rows[] = {
        {{.states_max = 0}, EXPLORE_COMPLETE},
        {{.states_max = 3}, EXPLORE_TOO_MANY_STATES},
        {{.transitions_max = 3}, EXPLORE_STOPPED},
        {{.keeps_no_states = true, .sleeps_not = true, .go_on = stop_at_once}, EXPLORE_STOPPED},
        {{.target = &target}, EXPLORE_FOUND},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct explore_result *result = explore(STORY_DISCONNECT, "original", &rows[i].options);
        assert_int_equal(result->cut, rows[i].cut);
        drop(result);
    }
}

/* Each outcome of each fault is a run of its own: none, one, or two failures. */
static void what_may_be_spared_is_spared_too(void **state)
{
    const struct explore_options options = {.states_max = 0};
    (void)state;
    struct explore_result *result =
        explore(STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\n"
                             "faults:\n  - {rpc: Events.Subscribe, do: fail, code: UNAVAILABLE, times: up to 2}\n"
                             "steps: []\nexpect: {within: 1s}\n",
                "original", &options);
    assert_int_equal(result->counts.runs, 3);
    drop(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(with_each_reduction_or_none_the_same_ends_are_reached),
        cmocka_unit_test(so_they_are_with_crashes_and_late_deliveries),
        cmocka_unit_test(sleeping_leaves_out_moves_and_no_state),
        cmocka_unit_test(orders_within_a_bound_are_all_that_are_so_near),
        cmocka_unit_test(shards_together_see_what_one_sees),
        cmocka_unit_test(an_order_of_more_happenings_than_it_may_have_is_cut_off),
        cmocka_unit_test(what_cut_it_short_is_said),
        cmocka_unit_test(what_may_be_spared_is_spared_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
