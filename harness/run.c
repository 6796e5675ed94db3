/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/run.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
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
    run->breach_count = world->watch.breach_count;
    if (run->breach_count > 0)
        memcpy(run->breaches, world->watch.breaches, run->breach_count * sizeof run->breaches[0]);
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

size_t run_kind_read(const struct draw *draws, size_t count, enum world_level *ret_level,
                     struct world_chances *ret_chances)
{
    size_t read = 0;
    *ret_level = WORLD_BYTES;
    memset(ret_chances, 0, sizeof *ret_chances);
    for (; read < count; read++) {
        const struct draw *draw = &draws[read];
        if (strcmp(draw->label, RUN_DRAW_VALUES) == 0)
            *ret_level = draw->value != 0 ? WORLD_VALUES : WORLD_BYTES;
        else if (strcmp(draw->label, RUN_DRAW_CRASHES) == 0)
            ret_chances->crashes = draw->value;
        else if (strcmp(draw->label, RUN_DRAW_LATE) == 0)
            ret_chances->late_max_ns = (int64_t)draw->value * TIME_MILLISECOND;
        else if (strcmp(draw->label, RUN_DRAW_PIECES) == 0)
            ret_chances->pieces = draw->value != 0;
        else if (strcmp(draw->label, RUN_DRAW_SETTLES) == 0)
            ret_chances->settles = draw->value != 0;
        else
            break;
    }
    return read;
}

size_t run_kind_write(enum world_level level, const struct world_chances *chances,
                      struct draw draws[RUN_KIND_DRAWS_MAX])
{
    uint32_t late = (uint32_t)(chances->late_max_ns / TIME_MILLISECOND);
    size_t count = 0;
    draws[count++] = (struct draw){level == WORLD_VALUES, 2, RUN_DRAW_VALUES};
    if (chances->crashes > 0)
        draws[count++] = (struct draw){chances->crashes, chances->crashes + 1, RUN_DRAW_CRASHES};
    if (late > 0)
        draws[count++] = (struct draw){late, late + 1, RUN_DRAW_LATE};
    if (chances->pieces)
        draws[count++] = (struct draw){1, 2, RUN_DRAW_PIECES};
    if (chances->settles)
        draws[count++] = (struct draw){1, 2, RUN_DRAW_SETTLES};
    return count;
}

/* The draws of the run: its kind, then those of its world. */
static int keep_draws(struct run *run, const struct choice *choice, enum world_level level,
                      const struct world_chances *chances)
{
    struct draw *draws = malloc((choice->record_count + RUN_KIND_DRAWS_MAX) * sizeof *draws);
    if (draws == NULL || choice->failed) {
        free(draws);
        return ERROR_NO_MEMORY;
    }
    size_t kind = run_kind_write(level, chances, draws);
    if (choice->record_count > 0)
        memcpy(draws + kind, choice->record, choice->record_count * sizeof *draws);
    run->draws = draws;
    run->draw_count = choice->record_count + kind;
    return 0;
}

static int refuse_draw(const struct choice *choice, struct error *error)
{
    size_t at = choice->mismatch;
    return error_set(
        error, ERROR_INVALID,
        "behind its kind, draw %zu of the run is \"%s\" of %u here and \"%s\" of %u in the list: it was made for another scenario, "
        "policy or version",
        at + 1, choice->met.label, choice->met.bound, choice->list[at].label, choice->list[at].bound);
}

/* Whoever edits a list by hand hears of what would be taken for something else. */
static int check_kind(const struct draw *list, size_t count, enum world_level level,
                      const struct world_chances *chances, struct error *error)
{
    struct draw draws[RUN_KIND_DRAWS_MAX];
    size_t written = run_kind_write(level, chances, draws);
    for (size_t i = 0; i < written || i < count; i++) {
        bool is_there = i < count && i < written;
        if (is_there && strcmp(list[i].label, draws[i].label) == 0 && list[i].value == draws[i].value &&
            list[i].bound == draws[i].bound)
            continue;
        if (i >= count)
            return error_set(error, ERROR_INVALID, "the kind of the run lacks \"%s\": a list begins with it",
                             draws[i].label);
        return error_set(error, ERROR_INVALID,
                         "draw %zu of the list is \"%s %u of %u\": no run is of that kind, write the list anew", i + 1,
                         list[i].label, list[i].value, list[i].bound);
    }
    return 0;
}

static int run_world(struct run *run, struct world *world, const struct run_choices *choices, size_t kind,
                     struct error *error)
{
    const struct world_chances chances = world->chances;
    struct timeline *timeline = calloc(1, sizeof *timeline);
    int result = timeline != NULL ? 0 : ERROR_NO_MEMORY;

    choice_answer_list(&world->choice, kind > 0 ? choices->draws + kind : choices->draws, choices->draw_count - kind,
                       choices->strict);
    if (choices->records) {
        choice_record(&world->choice);
        world->records_steps = true;
    }
    if (result == 0)
        result = play(world, timeline);
    if (result == 0)
        result = world_end(world);
    if (choices->records && keep_draws(run, &world->choice, world->wires.level, &chances) != 0)
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
    enum world_level level;
    struct world_chances chances;
    size_t kind = run_kind_read(choices->draws, choices->draw_count, &level, &chances);
    policy_switches switches;
    struct world *world;
    int result = policy_parse(policy, &switches, error);

    if (result == 0 && choices->strict)
        result = check_kind(choices->draws, kind, level, &chances, error);
    if (result != 0)
        return result;
    world = calloc(1, sizeof *world);
    if (world == NULL)
        return error_set(error, ERROR_NO_MEMORY, "the run could not be made: out of memory");
    world->trace.silent = choices->records;
    result = world_init(world, level, scenario, policy, switches);
    world->chances = chances;
    if (result == 0)
        result = run_world(run, world, choices, kind, error);
    else if (result == ERROR_REFUSED)
        (void)error_set(error, result, "%s", world->refused.text);
    keep(run, world);
    world_free(world);
    if (result == 0 && run->trace.text.failed)
        result = ERROR_NO_MEMORY;
    if (result == ERROR_REFUSED || result == ERROR_INVALID)
        return result;
    if (result == ERROR_LIMIT)
        return error_set(error, result, "the run was given up after %" PRIu64 " happenings: it may have " RUN_LIMITS,
                         run->happenings, RUN_LIMITS_ARGUMENTS);
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
