/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/tally.h"

#include "base/time.h"
#include "harness/explore/frame.h"

static int64_t times(int64_t duration_ns, uint64_t count)
{
    bool fits = duration_ns <= 0 || count <= (uint64_t)(TIME_NEVER / duration_ns);
    return fits ? duration_ns * (int64_t)count : TIME_NEVER;
}

int tally_add(struct explore_result *result, const struct tallied *tallied)
{
    const struct world *world = tallied->world;
    struct explore_counts *counts = &result->counts;
    size_t happenings = (size_t)world->happenings;
    int code = 0;

    counts->transitions += happenings * tallied->count;
    if (world->refused.text[0] != '\0') {
        counts->impossible += tallied->count;
        return 0;
    }
    counts->runs += tallied->is_finished ? tallied->count : 0;
    counts->by_priorities += tallied->is_finished ? tallied->by_priorities : 0;
    counts->unfinished += tallied->is_finished ? 0 : tallied->count;
    counts->longest = happenings > counts->longest ? happenings : counts->longest;
    counts->virtual_ns = time_add(counts->virtual_ns, times(world->now_ns, tallied->count));
    for (size_t i = 0; code == 0 && i < world->watch.breach_count; i++)
        code = findings_add(&result->findings, &world->watch.breaches[i], tallied->draws, tallied->draw_count,
                            tallied->number + 1);
    frame_add_reached(world, result->reached);
    return code;
}
