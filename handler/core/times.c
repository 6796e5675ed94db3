/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/times.h"

#include "base/time.h"

int64_t times_published_ns(const struct timestamp *published_at, int64_t wall_ns)
{
    int64_t at_ns;
    if (published_at->present && time_unix_checked(published_at->seconds, published_at->nanoseconds, &at_ns))
        return at_ns;
    return wall_ns;
}

static bool can_be(const struct timestamp *at, int64_t not_before_ns, int64_t wall_ns, int64_t *ret_ns)
{
    return at->present && time_timestamp_valid(at->seconds, at->nanoseconds) &&
           time_unix_checked(at->seconds, at->nanoseconds, ret_ns) && *ret_ns > 0 && *ret_ns >= not_before_ns &&
           *ret_ns <= time_add(wall_ns, TIMES_AHEAD_MAX_NS);
}

bool times_told_ns(policy_switches policy, const struct timestamp *at, const struct timestamp *published_at,
                   const struct container_record *record, int64_t wall_ns, int64_t *ret_ns)
{
    if (policy_has(policy, POLICY_GUARD_TIMESTAMPS))
        return can_be(at, record->started_at_ns, wall_ns, ret_ns) ||
               can_be(published_at, record->started_at_ns, wall_ns, ret_ns);
    *ret_ns = at->present ? time_unix_wrapping(at->seconds, at->nanoseconds) : TIME_GO_ZERO_NS;
    return true;
}

int64_t times_finished_ns(policy_switches policy, const struct timestamp *at, const struct timestamp *published_at,
                          const struct container_record *record, int64_t wall_ns)
{
    int64_t at_ns;
    if (times_told_ns(policy, at, published_at, record, wall_ns, &at_ns))
        return at_ns;
    at_ns = wall_ns > record->started_at_ns ? wall_ns : record->started_at_ns;
    return at_ns > 0 ? at_ns : 1;
}
