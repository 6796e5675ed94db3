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
}

int run_scenario(struct run *run, const struct scenario *scenario, struct text policy,
                 const struct run_choices *choices, struct error *error)
{
    static const struct run_choices none = {WORLD_BYTES, NULL, 0, false};
    policy_switches switches;
    struct world *world;
    struct timeline *timeline;
    int result;

    memset(run, 0, sizeof *run);
    run->policy = scenario->no_handler ? text_of("none") : policy;
    if (choices == NULL)
        choices = &none;
    result = policy_parse(policy, &switches, error);
    if (result != 0)
        return result;
    world = calloc(1, sizeof *world);
    timeline = calloc(1, sizeof *timeline);
    result = world == NULL || timeline == NULL ? ERROR_NO_MEMORY : 0;
    if (result == 0)
        result = world_init(world, choices->level, scenario, policy, switches);
    if (result == 0)
        choice_answer_list(&world->choice, choices->draws, choices->draw_count, choices->strict);
    if (result == 0)
        result = play(world, timeline);
    if (result == 0)
        result = world_end(world);
    if ((result == 0 || result == ERROR_REFUSED) && world->refused.text[0] != '\0')
        result = error_set(error, ERROR_REFUSED, "%s", world->refused.text);
    if (world != NULL) {
        keep(run, world);
        world_release(world);
    }
    free(world);
    free(timeline);
    if (result == 0 && run->trace.text.failed)
        result = ERROR_NO_MEMORY;
    if (result == ERROR_REFUSED)
        return result;
    if (result == ERROR_LIMIT)
        return error_set(error, result, "the run does not come to rest: a limit was reached after %llu happenings",
                         (unsigned long long)run->happenings);
    return result == 0 ? 0 : error_set(error, result, "the run could not be made: %s", error_text(result));
}

void run_release(struct run *run)
{
    buffer_release(&run->trace.text);
}
