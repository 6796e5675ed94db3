/* SPDX-License-Identifier: Apache-2.0 */
/* The two levels of the world, and its copies, over every scenario that there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/explore/level.h"
#include "harness/explore/move.h"
#include "harness/random/scenario.h"
#include "harness/world.h"
#include "programs/ctrsim/files.h"
#include "programs/ctrsim/load.h"

enum { SEEDS = 3, WORLDS = 120, WORLDS_APART = 19, HAPPENINGS_MAX = 4000, LINES_SHOWN = 10, SHOWN_MAX = 400 };

static const char *const policies[] = {"reliable", "original"};

static struct files all_files;

static int find_files(void **state)
{
    struct error error = {""};
    (void)state;
    if (files_add(&all_files, "scenarios", &error) != 0)
        fail_msg("%s", error.text);
    return 0;
}

static int drop_files(void **state)
{
    (void)state;
    files_release(&all_files);
    return 0;
}

static struct world *world_of(enum world_level level, const struct scenario *scenario, const char *policy)
{
    struct world *world = calloc(1, sizeof *world);
    policy_switches switches;
    assert_non_null(world);
    assert_int_equal(policy_parse(text_of(policy), &switches, NULL), 0);
    assert_int_equal(world_init(world, level, scenario, text_of(policy), switches), 0);
    return world;
}

static void world_drop(struct world *world)
{
    world_release(world);
    free(world);
}

/* The place of a connection may be another where one that is over was settled earlier. */
static bool is_same(const struct world *one, const struct pending *a, const struct world *two, const struct pending *b)
{
    if (a->kind != b->kind || a->time_ns != b->time_ns)
        return false;
    if (a->kind == PENDING_DIAL || a->kind == PENDING_TO_HANDLER || a->kind == PENDING_TO_FAKE)
        return one->net.connections[a->index].id == two->net.connections[b->index].id;
    return a->token == b->token;
}

static size_t find_same(const struct world *values, const struct timeline *timeline, const struct world *bytes,
                        const struct pending *wanted)
{
    for (size_t i = 0; i < timeline->count; i++)
        if (is_same(values, &timeline->items[i], bytes, wanted))
            return i;
    return SIZE_MAX;
}

/* Whether it is messages that come, or the end of them. */
static bool is_end(const struct world *world, const struct pending *pending)
{
    bool is_to_handler = pending->kind == PENDING_TO_HANDLER;
    if (!is_to_handler && pending->kind != PENDING_TO_FAKE)
        return false;
    return world->net.connections[pending->index].to[is_to_handler ? NET_HANDLER : NET_FAKE].bytes.length == 0;
}

static bool is_over(struct world *world, struct timeline *ready)
{
    size_t count = world_pending(world, ready);
    return world->refused.text[0] != '\0' || world_over(world, count > 0 ? ready->items[0].time_ns : TIME_NEVER);
}

/* The same choices in both: of bytes that only keep HTTP/2 going values know nothing, and these must tell no core
 * anything. */
static void play_both(const char *path, struct world *bytes, struct world *values, struct random *random)
{
    static struct timeline ready;
    static struct timeline same;
    for (size_t i = 0; i < HAPPENINGS_MAX && !is_over(bytes, &ready); i++) {
        const struct pending *chosen = &ready.items[random_below(random, ready.count)];
        size_t before = bytes->trace.text.length;
        (void)world_pending(values, &same);
        size_t index = find_same(values, &same, bytes, chosen);
        bool ended = is_end(bytes, chosen);
        assert_int_equal(world_happen(bytes, chosen), 0);
        if (index != SIZE_MAX && is_end(values, &same.items[index]) == ended)
            assert_int_equal(world_happen(values, &same.items[index]), 0);
        else if (bytes->trace.text.length != before)
            fail_msg("%s: behind\n%.*s\nonly bytes do this:\n%.*s\nand values are at\n%.*s", path,
                     TEXT_ARGUMENTS(trace_tail(&bytes->trace, before, LINES_SHOWN)),
                     (int)(bytes->trace.text.length - before), (const char *)bytes->trace.text.bytes + before,
                     TEXT_ARGUMENTS(trace_tail(&values->trace, values->trace.text.length, LINES_SHOWN)));
    }
}

static int shown(struct text trace, size_t at)
{
    return (int)(trace.length - at < SHOWN_MAX ? trace.length - at : SHOWN_MAX);
}

static void compare_traces(const char *path, const char *policy, const struct world *bytes, const struct world *values)
{
    struct text one = buffer_text(&bytes->trace.text);
    struct text two = buffer_text(&values->trace.text);
    size_t at = 0;
    while (at < one.length && at < two.length && one.bytes[at] == two.bytes[at])
        at++;
    if (!text_equal(one, two))
        fail_msg("%s under %s: behind\n%.*s the levels go on with\n%.*s\nand\n%.*s", path, policy,
                 TEXT_ARGUMENTS(trace_tail(&bytes->trace, at, LINES_SHOWN)), shown(one, at), one.bytes + at,
                 shown(two, at), two.bytes + at);
}

static void compare_levels(const char *name, const struct scenario *scenario, const char *policy, uint64_t seed)
{
    struct random random;
    struct world *bytes = world_of(WORLD_BYTES, scenario, policy);
    struct world *values = world_of(WORLD_VALUES, scenario, policy);
    random_seed(&random, seed);
    choice_answer_random(&bytes->choice, seed);
    choice_answer_random(&values->choice, seed);
    play_both(name, bytes, values, &random);
    compare_traces(name, policy, bytes, values);
    world_drop(bytes);
    world_drop(values);
}

static void bytes_and_values_tell_both_cores_the_same(void **state)
{
    size_t compared = 0;
    (void)state;
    for (size_t i = 0; i < all_files.count; i++) {
        struct scenario *scenario;
        struct text why;
        assert_int_equal(load_scenario(&scenario, all_files.paths[i], NULL), 0);
        bool left_out = level_needs_bytes(scenario, &why);
        for (size_t j = 0; !left_out && j < 2; j++)
            for (uint64_t seed = 0; seed < SEEDS; seed++, compared++)
                compare_levels(all_files.paths[i], scenario, policies[j], seed);
        scenario_free(scenario);
    }
    assert_true(compared > 100);
}

static void so_they_do_in_worlds_that_nobody_wrote(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < WORLDS * WORLDS_APART; seed += WORLDS_APART) {
        struct buffer content = BUFFER_INIT;
        struct scenario *scenario;
        struct text why;
        char name[32];
        (void)snprintf(name, sizeof name, "random-%u", (unsigned)seed);
        assert_int_equal(random_scenario(seed, &content), 0);
        assert_int_equal(scenario_parse(&scenario, text_of(name), buffer_text(&content), NULL), 0);
        for (size_t j = 0; !level_needs_bytes(scenario, &why) && j < 2; j++)
            compare_levels(name, scenario, policies[j], seed);
        scenario_free(scenario);
        buffer_release(&content);
    }
}

/* A copy goes on as the original does, and what has been hashed as the same stays so. */
static void play_copy(struct world *original, struct world *copy, struct random *random)
{
    static struct timeline ready;
    static struct timeline same;
    size_t happenings = 0;
    while (happenings++ < HAPPENINGS_MAX && !is_over(original, &ready)) {
        struct hash hashes[2];
        struct move move = move_of(&ready.items[random_below(random, ready.count)], NULL, 0);
        bool possible;
        assert_int_equal(world_copy(copy, original), 0);
        world_hash(original, &hashes[0]);
        world_hash(copy, &hashes[1]);
        assert_true(hash_equal(&hashes[0], &hashes[1]));
        assert_int_equal(move_make(copy, &move, &same, &possible), 0);
        assert_int_equal(move_make(original, &move, &same, &possible), 0);
        world_hash(original, &hashes[0]);
        world_hash(copy, &hashes[1]);
        assert_true(hash_equal(&hashes[0], &hashes[1]));
    }
}

static void a_copy_of_a_world_goes_on_as_it_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < all_files.count; i++) {
        struct scenario *scenario;
        struct text why;
        assert_int_equal(load_scenario(&scenario, all_files.paths[i], NULL), 0);
        for (size_t j = 0; !level_needs_bytes(scenario, &why) && j < 2; j++) {
            struct random random;
            struct world *original = world_of(WORLD_VALUES, scenario, policies[j]);
            struct world *copy = calloc(1, sizeof *copy);
            assert_non_null(copy);
            random_seed(&random, i);
            assert_int_equal(world_clone(copy, original), 0);
            play_copy(original, copy, &random);
            world_drop(copy);
            world_drop(original);
        }
        scenario_free(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_and_values_tell_both_cores_the_same),
        cmocka_unit_test(so_they_do_in_worlds_that_nobody_wrote),
        cmocka_unit_test(a_copy_of_a_world_goes_on_as_it_does),
    };
    return cmocka_run_group_tests(tests, find_files, drop_files);
}
