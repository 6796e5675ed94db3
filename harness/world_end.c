/* SPDX-License-Identifier: Apache-2.0 */
/* When a run is over, and what is judged then. */
#include "harness/world.h"

/* When a run ends that does not come to rest. */
static int64_t end_ns(const struct world *world)
{
    const struct scenario_expect *expect = &world->scenario->expect;
    return time_add(world->last_step_ns, expect->has_within ? expect->within_ns : SCENARIO_WITHIN_DEFAULT_NS);
}

/* At a fixed time after the last step where the file says so, else when all is quiet, at the latest after
 * SCENARIO_WITHIN_DEFAULT_NS. */
bool world_over(const struct world *world, int64_t next_ns)
{
    if (!script_done(world->script))
        return next_ns == TIME_NEVER;
    return next_ns > end_ns(world) || (!world->scenario->expect.has_within && world_quiet(world));
}

int world_end(struct world *world)
{
    bool waits = world->scenario->expect.has_within || !world_quiet(world);
    if (script_done(world->script) && waits && world->refused.text[0] == '\0' && end_ns(world) > world->now_ns)
        world->now_ns = end_ns(world);
    struct moment moment = {.kind = MOMENT_END,
                            .now_ns = world->now_ns,
                            .monitor = world->monitor,
                            .fake = world->fake,
                            .ledger = &world->watch.ledger};
    watch_stored(&world->watch, world->store.records, world->store.record_count);
    trace_remark(&world->trace, world->now_ns, "end", text_of(world_quiet(world) ? "all is quiet" : "time is up"));
    return watch_see(&world->watch, &moment);
}
