/* SPDX-License-Identifier: Apache-2.0 */
/* Many runs, each with other draws. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "harness/explore/beginnings.h"
#include "harness/explore/explore.h"
#include "harness/explore/frame.h"
#include "harness/explore/repeat.h"
#include "harness/explore/schedule.h"

enum { ASK_EVERY = 64 /* runs between two questions whether to go on */ };

struct sample {
    const struct explore_sampling *sampling;
    struct explore_result *result;
    const struct scenario *scenario;
    struct text policy;
    policy_switches switches;
    struct world *start; /* on the level of values: the world at its beginning, */
    struct world *world; /* and the run's */
    struct beginnings beginnings;
    struct timeline *ready;
    struct schedule schedule;
    size_t length;   /* happenings of the run in which every draw is 0 */
    size_t channels; /* the most that a run had */
    bool sees;       /* this run is to be made again */
    struct fingerprints seen;
    struct error error; /* why it was another one then; empty where all were the same */
};

static uint64_t seed_of(const struct sample *sample, uint64_t run)
{
    struct random random;
    random_seed(&random, sample->sampling->seed ^ (run * UINT64_C(0x9e3779b97f4a7c15)));
    return random_next(&random);
}

static int go_on_from(struct sample *sample, const struct world *beginning)
{
    sample->result->counts.copied += beginning->happenings;
    return world_copy(sample->world, beginning);
}

/* On the level of bytes each run has a world of its own. */
static int set_up(struct sample *sample)
{
    struct world *world = sample->world;
    if (sample->sampling->level == WORLD_VALUES)
        return go_on_from(sample, sample->start);
    world_release(world);
    int result = world_init(world, WORLD_BYTES, sample->scenario, sample->policy, sample->switches);
    for (size_t i = 0; i < sample->scenario->expect.sometimes.count; i++)
        world->watch.expect.reached[i] = sample->result->reached[i];
    world->chances = sample->sampling->chances;
    world->watch.choices = true;
    world->trace.silent = true;
    return result;
}

/* Which of what is ready happens next, as it is drawn and recorded. */
static size_t draw_next(struct sample *sample, const struct pending *ready, size_t count, bool drawn)
{
    size_t next = count > 1 && drawn ? schedule_next(&sample->schedule, ready, count) : 0;
    if (count > 1)
        choice_decided(&sample->world->choice, (uint32_t)next, (uint32_t)count, "next");
    return next;
}

/* Draws the beginning as far as it has been made before, and the next thing that happens. Behind that it is kept, where
 * nothing but what is next has been drawn. */
static int play_beginning(struct sample *sample, bool drawn)
{
    struct beginnings *all = &sample->beginnings;
    struct world *world = sample->world;
    size_t at = 0;
    size_t next = 0;
    size_t behind = 0;
    do {
        at = behind;
        const struct beginning *beginning = &all->items[at];
        if (beginning->ready_count == 0)
            return go_on_from(sample, beginning->world);
        next = draw_next(sample, beginning->ready, beginning->ready_count, drawn);
        behind = beginning->behind[next];
    } while (behind != 0);
    uint64_t draws = world->choice.draws;
    int result = go_on_from(sample, all->items[at].world);
    if (result == 0)
        result = world_happen(world, &all->items[at].ready[next]);
    if (result != 0 || world->choice.draws != draws || world->refused.text[0] != '\0')
        return result;
    return beginnings_add(all, at, next, world, sample->ready);
}

static int play(struct sample *sample, bool drawn)
{
    const struct explore_sampling *sampling = sample->sampling;
    struct world *world = sample->world;
    int result = 0;
    while (result == 0 && world->refused.text[0] == '\0') {
        if (sampling->tamper != NULL)
            sampling->tamper(sampling->context, world);
        size_t count = world_pending(world, sample->ready);
        if (world_over(world, count > 0 ? sample->ready->items[0].time_ns : TIME_NEVER))
            break;
        result = world_happen(world, &sample->ready->items[draw_next(sample, sample->ready->items, count, drawn)]);
        if (result == 0 && sample->sees)
            result = fingerprints_add(&sample->seen, world);
    }
    bool is_over = result == 0 && world->refused.text[0] == '\0';
    if (is_over)
        result = world_end(world);
    if (is_over && result == 0 && sample->sees)
        result = fingerprints_add(&sample->seen, world);
    return result;
}

/* A run that was seen step by step is made again. */
static int make_again(struct sample *sample)
{
    const struct explore_sampling *sampling = sample->sampling;
    const struct choice *choice = &sample->world->choice;
    struct repeat repeat = {.scenario = sample->scenario,
                            .policy = sample->policy,
                            .switches = sample->switches,
                            .level = sampling->level,
                            .chances = sampling->chances,
                            .draws = choice->record,
                            .draw_count = choice->record_count,
                            .skipped = sampling->level == WORLD_VALUES ? sample->start->happenings : 0,
                            .seen = &sample->seen,
                            .tamper = sampling->tamper,
                            .context = sampling->context};
    return repeat_run(&repeat, &sample->error);
}

static int keep(struct sample *sample, bool is_finished)
{
    const struct world *world = sample->world;
    struct explore_result *kept = sample->result;
    size_t happenings = (size_t)(world->happenings);
    int result = world->choice.failed ? ERROR_NO_MEMORY : 0;

    kept->counts.transitions += happenings;
    if (world->refused.text[0] != '\0') {
        kept->counts.impossible++;
        return result;
    }
    kept->counts.runs += is_finished;
    kept->counts.unfinished += !is_finished;
    kept->counts.longest = happenings > kept->counts.longest ? happenings : kept->counts.longest;
    kept->counts.virtual_ns = time_add(kept->counts.virtual_ns, world->now_ns);
    for (size_t i = 0; result == 0 && i < world->watch.breach_count; i++)
        result = findings_add(&kept->findings, &world->watch.breaches[i], world->choice.record,
                              world->choice.record_count, kept->counts.runs);
    frame_add_reached(world, kept->reached);
    return result;
}

static int run(struct sample *sample, uint64_t number)
{
    uint64_t seed = seed_of(sample, number);
    enum explore_method method = number % 2 == 0 ? EXPLORE_WALK : EXPLORE_PRIORITIES;
    /* What is to be made again is seen from its beginning. */
    bool sees = number % EXPLORE_REPEAT_EVERY == 0;
    bool is_whole = sees || sample->sampling->tamper != NULL || sample->sampling->level != WORLD_VALUES;
    int result = is_whole ? set_up(sample) : 0;

    if (result != 0)
        return result;
    schedule_begin(&sample->schedule, method, seed, sample->length);
    /* The first is the ordinary course. */
    if (number > 0)
        choice_answer_random(&sample->world->choice, ~seed);
    choice_record(&sample->world->choice);
    sample->sees = sees;
    sample->seen.count = 0;
    if (!is_whole)
        result = play_beginning(sample, number > 0);
    if (result == 0)
        result = play(sample, number > 0);
    if (result == 0 && sample->sees && sample->world->refused.text[0] == '\0' && !sample->world->choice.failed)
        result = make_again(sample);
    sample->sees = false;
    if (sample->schedule.channel_count > sample->channels)
        sample->channels = sample->schedule.channel_count;
    /* One that needs more than a world has is no reason to give up the others. */
    bool is_finished = result != ERROR_LIMIT;
    return result != 0 && is_finished ? result : keep(sample, is_finished);
}

/* How long a run is, so that every shard knows the same of it. */
static int measure(struct sample *sample)
{
    int result = set_up(sample);
    if (result == 0)
        result = play(sample, false);
    sample->length = (size_t)sample->world->happenings;
    sample->result->counts.copied = 0;
    return result == ERROR_LIMIT ? 0 : result;
}

static bool goes_on(const struct sample *sample, uint64_t number)
{
    const struct explore_sampling *sampling = sample->sampling;
    if (sampling->runs_max > 0 && number >= sampling->runs_max)
        return false;
    return number % ASK_EVERY != 0 || sampling->go_on == NULL ||
           sampling->go_on(sampling->context, &sample->result->counts);
}

static int run_all(struct sample *sample)
{
    const struct explore_shard *shard = &sample->sampling->shard;
    int result = measure(sample);
    for (uint64_t number = 0; result == 0 && goes_on(sample, number); number++)
        if (shard->count <= 1 || number % shard->count == shard->index)
            result = run(sample, number);
    return result;
}

static int begin(struct sample *sample)
{
    size_t sometimes = sample->scenario->expect.sometimes.count;
    int result;
    sample->result->reached = calloc(sometimes + 1, sizeof *sample->result->reached);
    sample->ready = calloc(1, sizeof *sample->ready);
    sample->start = calloc(1, sizeof *sample->start);
    sample->world = calloc(1, sizeof *sample->world);
    if (sample->result->reached == NULL || sample->ready == NULL || sample->start == NULL || sample->world == NULL)
        return ERROR_NO_MEMORY;
    if (sample->sampling->level == WORLD_BYTES)
        return 0;
    result = world_init(sample->start, WORLD_VALUES, sample->scenario, sample->policy, sample->switches);
    sample->start->watch.choices = true;
    if (result == 0)
        result = world_clone(sample->world, sample->start);
    sample->start->chances = sample->sampling->chances;
    if (result == 0)
        result = beginnings_init(&sample->beginnings, sample->start, sample->ready);
    if (result == 0)
        frame_add_reached(sample->beginnings.next, sample->result->reached);
    return result;
}

static void end(struct sample *sample)
{
    fingerprints_release(&sample->seen);
    beginnings_release(&sample->beginnings);
    if (sample->world != NULL)
        world_release(sample->world);
    if (sample->start != NULL)
        world_release(sample->start);
    free(sample->world);
    free(sample->start);
    free(sample->ready);
}

int explore_some(struct explore_result *result, const struct scenario *scenario, struct text policy,
                 const struct explore_sampling *sampling, struct error *error)
{
    struct sample *sample = calloc(1, sizeof *sample);
    int code;

    memset(result, 0, sizeof *result);
    if (sample == NULL)
        return error_set(error, ERROR_NO_MEMORY, "out of memory");
    *sample = (struct sample){.sampling = sampling, .result = result, .scenario = scenario, .policy = policy};
    code = policy_parse(policy, &sample->switches, error);
    if (code != 0) {
        free(sample);
        return code;
    }
    code = begin(sample);
    if (code == 0)
        code = run_all(sample);
    if (sampling->bound != NULL)
        *sampling->bound = (struct explore_bound){result->counts.runs / 2, sample->channels, result->counts.longest};
    struct error other = sample->error;
    end(sample);
    free(sample);
    if (code != 0 && other.text[0] != '\0')
        return error_set(error, code, "%s", other.text);
    return code == 0 ? 0 : error_set(error, code, "the exploration could not be made: %s", error_text(code));
}

/* (1 - p) ^ runs, from above. */
double explore_miss(const struct explore_bound *bound)
{
    double chance = bound->channels < EXPLORE_CHANNELS_MAX ? 1 : 0;
    double miss = 1;
    for (size_t i = 0; i + 1 < EXPLORE_BUG_DEPTH; i++)
        chance /= (double)(bound->steps > 0 ? bound->steps : 1);
    chance /= (double)(bound->channels > 0 ? bound->channels : 1);
    /* By squaring, for numbers of runs that no loop should count. */
    double factor = 1 - chance;
    for (uint64_t runs = bound->runs; runs > 0; runs >>= 1) {
        if ((runs & 1) != 0)
            miss *= factor;
        factor *= factor;
    }
    return miss;
}
