/* SPDX-License-Identifier: Apache-2.0 */
/* Many runs, each with other draws. */
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "harness/explore/explore.h"
#include "harness/explore/move.h"
#include "harness/explore/repeat.h"
#include "harness/explore/tally.h"
#include "harness/explore/together.h"

enum { PORTION_MIN = 64 /* runs */ };

struct sample {
    const struct explore_sampling *sampling;
    struct explore_result *result;
    const struct scenario *scenario;
    struct text policy;
    policy_switches switches;
    struct world *start; /* on the level of values: the world at its beginning */
    struct together together;
    struct world *world; /* of a run that is made alone */
    struct timeline *ready;
    struct schedule schedule;
    struct encounters met;
    size_t length;    /* happenings of the run in which every draw is 0 */
    size_t channels;  /* the most that a run had */
    uint64_t vouched; /* runs by priorities that came to their end, in portions that did */
    bool has_begun;   /* the first run of this shard was made */
    bool sees;        /* this run is to be made again */
    struct fingerprints seen;
    struct error error; /* why it was another one then; empty where all were the same */
};

static uint64_t seed_of(const struct sample *sample, uint64_t run)
{
    struct random random;
    random_seed(&random, sample->sampling->seed ^ (run * UINT64_C(0x9e3779b97f4a7c15)));
    return random_next(&random);
}

/* Each run that is made for itself has a world of its own. */
static int set_up(struct sample *sample)
{
    struct world *world = sample->world;
    world_release(world);
    int result = world_init(world, sample->sampling->level, sample->scenario, sample->policy, sample->switches);
    if (result != 0)
        return result;
    for (size_t i = 0; i < sample->scenario->expect.sometimes.count; i++)
        world->watch.expect.reached[i] = sample->result->reached[i];
    world->chances = sample->sampling->chances;
    world->watch.choices = true;
    world->trace.silent = true;
    return 0;
}

/* Which of what is ready happens next, as it is drawn and recorded. */
static size_t draw_next(struct sample *sample, size_t count, bool drawn)
{
    size_t next = 0;
    if (count > 1 && drawn) {
        encounters_meet(&sample->met, sample->ready->items, count);
        next = schedule_next(&sample->schedule, &sample->met, count);
    }
    if (count > 1)
        choice_decided(&sample->world->choice, (uint32_t)next, (uint32_t)count, "next");
    return next;
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
        result = world_happen(world, &sample->ready->items[draw_next(sample, count, drawn)]);
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
                            .seen = &sample->seen,
                            .tamper = sampling->tamper,
                            .context = sampling->context};
    return repeat_run(&repeat, &sample->error);
}

/* Every second run is a walk, and the ordinary one counts as one. */
static enum explore_method method_of(uint64_t number)
{
    return number % 2 == 0 ? EXPLORE_WALK : EXPLORE_PRIORITIES;
}

/* One of each EXPLORE_REPEAT_EVERY runs is made again: of the first that many the ordinary one, of the next one by
 * priorities, and so on in turn. */
static bool is_made_again(uint64_t number)
{
    return number % EXPLORE_REPEAT_EVERY == number / EXPLORE_REPEAT_EVERY % 2;
}

/* By itself, from its beginning. */
static int run_alone(struct sample *sample, const struct drawn *drawn)
{
    struct world *world = sample->world;
    bool is_drawn = drawn->number > 0; /* the first is the ordinary course */
    int result = set_up(sample);
    if (result != 0)
        return result;
    sample->schedule = drawn->schedule;
    sample->met.channel_count = 0;
    sample->met.choices = 0;
    if (is_drawn)
        choice_answer_random(&world->choice, drawn->within.state);
    choice_record(&world->choice);
    sample->sees = is_made_again(drawn->number);
    sample->seen.count = 0;
    result = play(sample, is_drawn);
    if (result == 0 && sample->sees && world->refused.text[0] == '\0' && !world->choice.failed)
        result = make_again(sample);
    sample->sees = false;
    if (sample->met.channel_count > sample->channels)
        sample->channels = sample->met.channel_count;
    /* One that needs more than a world has is no reason to give up the others. */
    if (result != 0 && result != ERROR_LIMIT)
        return result;
    const struct tallied tallied = {.world = world,
                                    .draws = world->choice.record,
                                    .draw_count = world->choice.record_count,
                                    .number = drawn->number,
                                    .count = 1,
                                    .by_priorities = drawn->schedule.method == EXPLORE_PRIORITIES,
                                    .is_finished = result == 0};
    return world->choice.failed ? ERROR_NO_MEMORY : tally_add(sample->result, &tallied);
}

/* How long a run is, so that every shard knows the same of it. */
static int measure(struct sample *sample)
{
    int result = set_up(sample);
    if (result == 0)
        result = play(sample, false);
    sample->length = (size_t)sample->world->happenings;
    return result == ERROR_LIMIT ? 0 : result;
}

static bool goes_on(struct sample *sample)
{
    const struct explore_sampling *sampling = sample->sampling;
    if (sample->together.is_stopped)
        return false;
    return sampling->go_on == NULL || sampling->go_on(sampling->context, &sample->result->counts);
}

/* Whoever looks at each happening must see each made, and so must who makes a run again. The first of a shard is made
 * in any case, so that there is one: those that are made together may all be stopped before their end. */
static bool is_alone(const struct sample *sample, uint64_t number)
{
    const struct explore_sampling *sampling = sample->sampling;
    return is_made_again(number) || !sample->has_begun || sampling->tamper != NULL || sampling->level != WORLD_VALUES;
}

/* The next runs, up to `end`, in the order in which they are drawn: those that need not be made alone together. */
static int run_some(struct sample *sample, uint64_t begin, uint64_t end)
{
    const struct explore_shard *shard = &sample->sampling->shard;
    int result = 0;
    for (uint64_t number = begin; result == 0 && !sample->together.is_stopped && number < end; number++) {
        if (shard->count > 1 && number % shard->count != shard->index)
            continue;
        uint64_t seed = seed_of(sample, number);
        struct drawn drawn = {.number = number};
        schedule_begin(&drawn.schedule, method_of(number), seed, sample->length);
        random_seed(&drawn.within, ~seed);
        if (is_alone(sample, number)) {
            result = run_alone(sample, &drawn);
            sample->has_begun = true;
            sample->together.is_stopped = !goes_on(sample);
        } else {
            result = together_add(&sample->together, &drawn);
        }
    }
    bool are_together = sample->together.count > 0;
    uint64_t made = sample->together.made;
    uint64_t transitions = sample->result->counts.transitions;
    if (result == 0)
        result = together_play(&sample->together);
    made = sample->together.made - made;
    transitions = sample->result->counts.transitions - transitions;
    sample->result->counts.shared += transitions > made ? transitions - made : 0;
    /* Which runs of a portion come first is decided by their draws: the first of one that was left are no sample. */
    if (!sample->together.is_stopped || !are_together)
        sample->vouched = sample->result->counts.by_priorities;
    return result;
}

/* Where time decides how many there are, each portion is as large as all before it together: so about half of what is
 * made then, at least, is in portions that are whole, and lies nowhere in particular. Nobody is asked before the
 * first run of the shard. */
static int run_all(struct sample *sample)
{
    const struct explore_sampling *sampling = sample->sampling;
    uint64_t portion_max = sampling->level == WORLD_VALUES && sampling->tamper == NULL ? TOGETHER_MAX : PORTION_MIN;
    uint64_t portion = sampling->runs_max > 0 ? portion_max : PORTION_MIN;
    uint64_t number = 0;
    int result = measure(sample);
    while (result == 0 && (sampling->runs_max == 0 || number < sampling->runs_max) &&
           (!sample->has_begun || goes_on(sample))) {
        uint64_t end = number + portion;
        if (sampling->runs_max > 0 && end > sampling->runs_max)
            end = sampling->runs_max;
        result = run_some(sample, number, end);
        number = end;
        portion = 2 * portion < portion_max ? 2 * portion : portion_max;
    }
    return result;
}

static int begin(struct sample *sample)
{
    size_t sometimes = sample->scenario->expect.sometimes.count;
    const struct explore_sampling *sampling = sample->sampling;
    int result;
    sample->result->reached = calloc(sometimes + 1, sizeof *sample->result->reached);
    sample->ready = calloc(1, sizeof *sample->ready);
    sample->start = calloc(1, sizeof *sample->start);
    sample->world = calloc(1, sizeof *sample->world);
    if (sample->result->reached == NULL || sample->ready == NULL || sample->start == NULL || sample->world == NULL)
        return ERROR_NO_MEMORY;
    if (sampling->level == WORLD_BYTES)
        return 0;
    result = world_init(sample->start, WORLD_VALUES, sample->scenario, sample->policy, sample->switches);
    sample->start->watch.choices = true;
    sample->start->trace.silent = true;
    sample->start->chances = sampling->chances;
    sample->together = (struct together){.start = sample->start,
                                         .result = sample->result,
                                         .draws_within = move_may_draw(sample->scenario),
                                         .go_on = sampling->go_on,
                                         .context = sampling->context};
    return result != 0 ? result : together_init(&sample->together);
}

static struct explore_bound bound_of(const struct sample *sample)
{
    size_t together = sample->together.channels_most;
    return (struct explore_bound){.runs = sample->vouched,
                                  .channels = together > sample->channels ? together : sample->channels,
                                  .steps = sample->result->counts.longest};
}

static void end(struct sample *sample)
{
    fingerprints_release(&sample->seen);
    together_release(&sample->together);
    world_free(sample->world);
    world_free(sample->start);
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
        *sampling->bound = bound_of(sample);
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
