/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run.h"

#include <stdlib.h>
#include <string.h>

#include "harness/world.h"

/* Until it is over, or a step of the script could not be done. */
static int play(struct world *world, struct timeline *timeline)
{
    while (world->refused.text[0] == '\0') {
        size_t ready = world_pending(world, timeline);
        int64_t next_ns = ready > 0 ? timeline->items[0].time_ns : TIME_NEVER;
        if (world_over(world, next_ns))
            return 0;
        int result = world_happen(world, &timeline->items[choice_below(&world->choice, (uint32_t)ready, "next")]);
        if (result != 0)
            return result;
    }
    return 0;
}

static void keep(struct run *run, struct world *world)
{
    memcpy(run->breaches, world->watch.breaches, sizeof run->breaches);
    run->breach_count = world->watch.breach_count;
    run->sometimes_not_judged = world->watch.choices && world->scenario->expect.sometimes.count > 0;
    run->virtual_ns = world->now_ns;
    run->happenings = world->happenings;
    run->trace = world->trace;
    memset(&world->trace, 0, sizeof world->trace);
    run->steps = world->taken;
    run->step_count = world->taken_count;
    world->taken = NULL;
    world->taken_count = 0;
}

/* The draws of the run: the level, then those of its world. */
static int keep_draws(struct run *run, const struct choice *choice, enum world_level level)
{
    struct draw *draws = malloc((choice->record_count + 1) * sizeof *draws);
    if (draws == NULL || choice->failed) {
        free(draws);
        return ERROR_NO_MEMORY;
    }
    draws[0] = (struct draw){level == WORLD_VALUES, 2, RUN_DRAW_VALUES};
    if (choice->record_count > 0)
        memcpy(draws + 1, choice->record, choice->record_count * sizeof *draws);
    run->draws = draws;
    run->draw_count = choice->record_count + 1;
    return 0;
}

static bool is_level(const struct draw *draw)
{
    return strcmp(draw->label, RUN_DRAW_VALUES) == 0;
}

static int refuse_draw(const struct choice *choice, struct error *error)
{
    size_t at = choice->mismatch;
    return error_set(error, ERROR_INVALID,
                     "draw %zu is \"%s\" of %u here and \"%s\" of %u in the list: it was made for another scenario, "
                     "policy or version",
                     at + 2, choice->met.label, choice->met.bound, choice->list[at].label, choice->list[at].bound);
}

static int run_world(struct run *run, struct world *world, const struct run_choices *choices, struct error *error)
{
    size_t level_count = choices->draw_count > 0 && is_level(&choices->draws[0]) ? 1 : 0;
    struct timeline *timeline = calloc(1, sizeof *timeline);
    int result = timeline != NULL ? 0 : ERROR_NO_MEMORY;

    choice_answer_list(&world->choice, level_count > 0 ? choices->draws + 1 : choices->draws,
                       choices->draw_count - level_count, choices->strict);
    if (choices->records) {
        choice_record(&world->choice);
        world->records_steps = true;
    }
    if (result == 0)
        result = play(world, timeline);
    if (result == 0)
        result = world_end(world);
    if (choices->records && keep_draws(run, &world->choice, world->wires.level) != 0)
        result = ERROR_NO_MEMORY;
    free(timeline);
    if (world->choice.mismatched && result != ERROR_NO_MEMORY)
        return refuse_draw(&world->choice, error);
    if ((result == 0 || result == ERROR_REFUSED) && world->refused.text[0] != '\0')
        return error_set(error, ERROR_REFUSED, "%s", world->refused.text);
    return result;
}

static int run_with(struct run *run, const struct scenario *scenario, struct text policy,
                    const struct run_choices *choices, struct error *error)
{
    bool values = choices->draw_count > 0 && is_level(&choices->draws[0]) && choices->draws[0].value == 1;
    policy_switches switches;
    struct world *world;
    int result = policy_parse(policy, &switches, error);

    if (result != 0)
        return result;
    world = calloc(1, sizeof *world);
    if (world == NULL)
        return error_set(error, ERROR_NO_MEMORY, "the run could not be made: out of memory");
    world->trace.silent = choices->records;
    result = world_init(world, values ? WORLD_VALUES : WORLD_BYTES, scenario, policy, switches);
    if (result == 0)
        result = run_world(run, world, choices, error);
    else if (result == ERROR_REFUSED)
        (void)error_set(error, result, "%s", world->refused.text);
    keep(run, world);
    world_release(world);
    free(world);
    if (result == 0 && run->trace.text.failed)
        result = ERROR_NO_MEMORY;
    if (result == ERROR_REFUSED || result == ERROR_INVALID)
        return result;
    if (result == ERROR_LIMIT)
        return error_set(error, result, "the run does not come to rest: a limit was reached after %llu happenings",
                         (unsigned long long)run->happenings);
    return result == 0 ? 0 : error_set(error, result, "the run could not be made: %s", error_text(result));
}

int run_scenario(struct run *run, const struct scenario *scenario, struct text policy,
                 const struct run_choices *choices, struct error *error)
{
    struct run_choices own = {.draw_count = choices == NULL ? scenario->choice_count : 0};
    struct draw *draws = NULL;
    int result;

    memset(run, 0, sizeof *run);
    run->policy = scenario->no_handler ? text_of("none") : policy;
    if (own.draw_count > 0) {
        draws = calloc(own.draw_count, sizeof *draws);
        if (draws == NULL)
            return error_set(error, ERROR_NO_MEMORY, "the run could not be made: out of memory");
        for (size_t i = 0; i < own.draw_count; i++)
            draws[i] = (struct draw){scenario->choices[i].value, 0, scenario->choices[i].label.bytes};
        own.draws = draws;
    }
    result = run_with(run, scenario, policy, choices != NULL ? choices : &own, error);
    free(draws);
    return result;
}

void run_release(struct run *run)
{
    buffer_release(&run->trace.text);
    free(run->draws);
    free(run->steps);
}
