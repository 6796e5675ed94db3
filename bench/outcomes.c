/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/outcomes.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/time.h"
#include "harness/explore/explore.h"
#include "harness/world.h"
#include "programs/ctrsim/files.h"
#include "programs/ctrsim/load.h"

enum { SEEDS = 6, TRANSITIONS_MAX = 1500, SAMPLED_RUNS = 40 };

static void add_breach(struct hash *hash, struct text promise, const char *finding, struct scenario_place place)
{
    hash_text(hash, promise);
    hash_text(hash, text_of(finding));
    hash_u64(hash, place.line);
    hash_u64(hash, place.column);
}

static void add_draws(struct hash *hash, const struct draw *draws, size_t count)
{
    hash_u64(hash, count);
    for (size_t i = 0; i < count; i++) {
        hash_u64(hash, (uint64_t)draws[i].value << 32 | draws[i].bound);
        hash_text(hash, text_of(draws[i].label));
    }
}

/* ---- single runs ---- */

static int play(struct world *world, struct timeline *ready)
{
    int result = 0;
    while (result == 0 && world->refused.text[0] == '\0') {
        size_t count = world_pending(world, ready);
        if (world_over(world, count > 0 ? ready->items[0].time_ns : TIME_NEVER))
            return world_end(world);
        result = world_happen(world, &ready->items[choice_below(&world->choice, (uint32_t)count, "next")]);
    }
    return result;
}

static void add_world(struct hash *hash, const struct world *world)
{
    struct hash state;
    hash_text(hash, buffer_text(&world->trace.text));
    hash_text(hash, text_of(world->refused.text));
    hash_u64(hash, world->happenings);
    add_draws(hash, world->choice.record, world->choice.record_count);
    for (size_t i = 0; i < world->watch.breach_count; i++) {
        const struct breach *breach = &world->watch.breaches[i];
        add_breach(hash, breach->promise, breach->finding.text, breach->place);
        hash_i64(hash, breach->at_ns);
    }
    if (world->wires.level == WORLD_BYTES)
        return;
    world_hash(world, &state);
    hash_u64(hash, state.a);
    hash_u64(hash, state.b);
}

/* What may happen by chance differs from seed to seed. */
static void add_run(struct hash *hash, const struct scenario *scenario, struct text policy, policy_switches switches,
                    uint64_t seed)
{
    struct world *world = calloc(1, sizeof *world);
    struct timeline *ready = calloc(1, sizeof *ready);
    if (world == NULL || ready == NULL)
        abort();
    int result = world_init(world, seed % 3 == 2 ? WORLD_BYTES : WORLD_VALUES, scenario, policy, switches);
    world->chances = (struct world_chances){.crashes = seed % 2,
                                            .late_max_ns = seed % 4 == 1 ? 200 * TIME_MILLISECOND : 0,
                                            .pieces = seed % 2 == 1,
                                            .settles = seed % 4 == 3};
    if (seed > 0)
        choice_answer_random(&world->choice, seed);
    choice_record(&world->choice);
    if (result == 0)
        result = play(world, ready);
    hash_i64(hash, result);
    add_world(hash, world);
    world_release(world);
    free(world);
    free(ready);
}

/* ---- many ---- */

static void add_result(struct hash *hash, const struct explore_result *result)
{
    const struct explore_counts *counts = &result->counts;
    hash_u64(hash, counts->states);
    hash_u64(hash, counts->transitions);
    hash_u64(hash, counts->runs);
    hash_u64(hash, counts->impossible);
    hash_u64(hash, counts->longest);
    hash_i64(hash, counts->virtual_ns);
    hash_u64(hash, result->cut);
    for (size_t i = 0; i < result->findings.count; i++) {
        const struct finding *finding = &result->findings.items[i];
        add_breach(hash, finding->promise, finding->error.text, finding->place);
        add_draws(hash, finding->draws, finding->draw_count);
        hash_u64(hash, finding->run);
    }
}

static void add_explorations(struct hash *hash, const struct scenario *scenario, struct text policy)
{
    const struct explore_options options = {.transitions_max = TRANSITIONS_MAX, .chances = {.crashes = 1}};
    const struct explore_sampling sampling = {.level = WORLD_VALUES, .seed = 11, .runs_max = SAMPLED_RUNS};
    struct explore_result *result = calloc(1, sizeof *result);
    struct error error = {""};
    if (result == NULL)
        abort();
    hash_i64(hash, explore_all(result, scenario, policy, &options, &error));
    add_result(hash, result);
    explore_result_release(result);
    hash_i64(hash, explore_some(result, scenario, policy, &sampling, &error));
    add_result(hash, result);
    explore_result_release(result);
    free(result);
}

static void print_policy(const char *path, const struct scenario *scenario, struct text policy)
{
    policy_switches switches;
    struct error error;
    struct hash hash;
    if (policy_parse(policy, &switches, &error) != 0)
        return;
    hash_init(&hash);
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        add_run(&hash, scenario, policy, switches, seed);
    printf("%016llx", (unsigned long long)hash.a);
    hash_init(&hash);
    if (!scenario->no_handler)
        add_explorations(&hash, scenario, policy);
    printf(" %016llx %.*s %s\n", (unsigned long long)hash.a, TEXT_ARGUMENTS(policy), path);
}

bool outcomes_print(const char *path)
{
    struct files files = {0};
    struct error error = {""};
    bool all = files_add(&files, path, &error) == 0;
    for (size_t i = 0; all && i < files.count; i++) {
        struct scenario *scenario;
        all = load_scenario(&scenario, files.paths[i], &error) == 0;
        if (!all)
            break;
        print_policy(files.paths[i], scenario, text_of("reliable"));
        for (size_t j = 0; j < scenario->handler_count; j++)
            print_policy(files.paths[i], scenario, scenario->handlers[j].policy);
        scenario_free(scenario);
    }
    if (!all)
        fprintf(stderr, "bench: %s\n", error.text);
    files_release(&files);
    return all;
}
