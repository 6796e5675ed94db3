/* SPDX-License-Identifier: Apache-2.0 */
/* When a run is over, and what is judged then. */
#include <string.h>

#include "base/time.h"
#include "harness/world.h"

/* When nothing is late any more. */
static int64_t late_until_ns(const struct world *world)
{
    const struct scenario_expect *expect = &world->scenario->expect;
    if (!script_done(world->script))
        return TIME_NEVER;
    return time_add(world->last_step_ns, expect->has_within ? expect->within_ns : SCENARIO_WITHIN_DEFAULT_NS);
}

int64_t world_late_max_ns(const struct world *world)
{
    return world->now_ns < late_until_ns(world) ? world->chances.late_max_ns : 0;
}

/* When a run ends that does not come to rest. What may be late is waited for, and for the retries and the sweep behind
 * it, so that nothing is lost but what would have been lost otherwise. */
static int64_t end_ns(const struct world *world)
{
    int64_t waits_ns = world->chances.late_max_ns > 0 ? world->chances.late_max_ns + WORLD_SETTLES_NS : 0;
    return time_add(late_until_ns(world), waits_ns);
}

/* At a fixed time after the last step where the file says so or something may have been late, else when all is quiet,
 * at the latest after SCENARIO_WITHIN_DEFAULT_NS. A gap that a late subscription has left is found by the next sweep.
 */
bool world_over(const struct world *world, int64_t next_ns)
{
    if (!script_done(world->script))
        return next_ns == TIME_NEVER;
    bool waits = world->scenario->expect.has_within || world->chances.late_max_ns > 0;
    return next_ns > end_ns(world) || (!waits && world_quiet(world));
}

static int judge(struct world *world, enum moment_kind kind, const char *what)
{
    struct moment moment = world_moment(world, kind);
    watch_stored(&world->watch, world->store.records, world->store.record_count);
    trace_remark(&world->trace, world->now_ns, "end", text_of(what));
    return watch_see(&world->watch, &moment);
}

/* Without faults, chances and draws. */
static int settle(struct world *world)
{
    struct fake_event calm = {.kind = FAKE_COMMAND, .command = {.kind = FAKE_COMMAND_CALM}};
    struct timeline *ready = &world->room->settling;
    int64_t until_ns = time_add(world->now_ns, WORLD_SETTLES_NS);
    const struct choice drawn = world->choice;
    int result;

    memset(&world->chances, 0, sizeof world->chances);
    choice_init(&world->choice);
    store_calm(&world->store, &world->net.sequence, world->now_ns);
    result = world_fake_event(world, &calm, 0);
    if (result == 0)
        result = world_fake_drain(world);
    while (result == 0 && world_pending(world, ready) > 0 && ready->items[0].time_ns <= until_ns)
        result = world_happen(world, &ready->items[0]);
    world->now_ns = until_ns;
    world->choice = drawn;
    return result != 0 ? result : judge(world, MOMENT_SETTLED, "60 s without faults have passed");
}

int world_end(struct world *world)
{
    bool waits = world->scenario->expect.has_within || world->chances.late_max_ns > 0 || !world_quiet(world);
    int result;
    if (script_done(world->script) && waits && world->refused.text[0] == '\0' && end_ns(world) > world->now_ns)
        world->now_ns = end_ns(world);
    result = judge(world, MOMENT_END, world_quiet(world) ? "all is quiet" : "time is up");
    bool settles = world->chances.settles && !world->scenario->no_handler && world->refused.text[0] == '\0';
    return result == 0 && settles ? settle(world) : result;
}
