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

/* A sum of its own (FNV-1a): base/hash may be what is made faster. */
struct sum {
    uint64_t value;
};

#define SUM_INIT                     \
    {                                \
        UINT64_C(0xcbf29ce484222325) \
    }

static void add_byte(struct sum *sum, unsigned char byte)
{
    sum->value = (sum->value ^ byte) * UINT64_C(0x100000001b3);
}

static void add_number(struct sum *sum, uint64_t number)
{
    for (int i = 0; i < 8; i++)
        add_byte(sum, (unsigned char)(number >> (8 * i)));
}

static void add_text(struct sum *sum, struct text text)
{
    add_number(sum, text.length);
    for (size_t i = 0; i < text.length; i++)
        add_byte(sum, (unsigned char)text.bytes[i]);
}

static void add_breach(struct sum *sum, struct text promise, const char *finding, struct scenario_place place)
{
    add_text(sum, promise);
    add_text(sum, text_of(finding));
    add_number(sum, place.line);
    add_number(sum, place.column);
}

static void add_draws(struct sum *sum, const struct draw *draws, size_t count)
{
    add_number(sum, count);
    for (size_t i = 0; i < count; i++) {
        add_number(sum, (uint64_t)draws[i].value << 32 | draws[i].bound);
        add_text(sum, text_of(draws[i].label));
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

static void add_world(struct sum *sum, const struct world *world)
{
    add_text(sum, buffer_text(&world->trace.text));
    add_text(sum, text_of(world->refused.text));
    add_number(sum, world->happenings);
    add_draws(sum, world->choice.record, world->choice.record_count);
    for (size_t i = 0; i < world->watch.breach_count; i++) {
        const struct breach *breach = &world->watch.breaches[i];
        add_breach(sum, breach->promise, breach->finding.text, breach->place);
        add_number(sum, (uint64_t)breach->at_ns);
    }
}

/* What may happen by chance differs from seed to seed. */
static void add_run(struct sum *sum, const struct scenario *scenario, struct text policy, policy_switches switches,
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
    add_number(sum, (uint64_t)result);
    add_world(sum, world);
    world_free(world);
    free(ready);
}

/* ---- many ---- */

static void add_result(struct sum *sum, const struct explore_result *result)
{
    const struct explore_counts *counts = &result->counts;
    add_number(sum, counts->states);
    add_number(sum, counts->transitions);
    add_number(sum, counts->runs);
    add_number(sum, counts->impossible);
    add_number(sum, counts->longest);
    add_number(sum, (uint64_t)counts->virtual_ns);
    add_number(sum, result->cut);
    for (size_t i = 0; i < result->findings.count; i++) {
        const struct finding *finding = &result->findings.items[i];
        add_breach(sum, finding->promise, finding->error.text, finding->place);
        add_draws(sum, finding->draws, finding->draw_count);
        add_number(sum, finding->run);
    }
}

static void add_explorations(struct sum *sum, const struct scenario *scenario, struct text policy)
{
    const struct explore_options options = {.transitions_max = TRANSITIONS_MAX, .chances = {.crashes = 1}};
    const struct explore_sampling sampling = {.level = WORLD_VALUES, .seed = 11, .runs_max = SAMPLED_RUNS};
    struct explore_result *result = calloc(1, sizeof *result);
    struct error error = {""};
    if (result == NULL)
        abort();
    add_number(sum, (uint64_t)explore_all(result, scenario, policy, &options, &error));
    add_result(sum, result);
    explore_result_release(result);
    add_number(sum, (uint64_t)explore_some(result, scenario, policy, &sampling, &error));
    add_result(sum, result);
    explore_result_release(result);
    free(result);
}

static void print_policy(const char *path, const struct scenario *scenario, struct text policy)
{
    policy_switches switches;
    struct error error;
    struct sum runs = SUM_INIT;
    struct sum explored = SUM_INIT;
    if (policy_parse(policy, &switches, &error) != 0)
        return;
    for (uint64_t seed = 0; seed < SEEDS; seed++)
        add_run(&runs, scenario, policy, switches, seed);
    if (!scenario->no_handler)
        add_explorations(&explored, scenario, policy);
    printf("%016llx %016llx %.*s %s\n", (unsigned long long)runs.value, (unsigned long long)explored.value,
           TEXT_ARGUMENTS(policy), path);
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
