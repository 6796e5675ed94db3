/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_TIMES_H
#define HANDLER_CORE_TIMES_H

#include "handler/core/policy.h"
#include "handler/core/values.h"

/*
 * Which time is recorded, whatever a server sent.
 */

/* When the container of the record finished: `at` where that can be, else when the event was published, else the wall
 * clock; never before the container started, and never 0. A time can be where it is a time of this era, not before the
 * start and not further ahead of the wall clock than TIMES_AHEAD_MAX_NS. Without the policy: as in 2017, where an
 * absent time was Go's zero time and one too large for nanoseconds wrapped. */
int64_t times_finished_ns(policy_switches policy, const struct timestamp *at, const struct timestamp *published_at,
                          const struct container_record *record, int64_t wall_ns);

/* The same where it is told; false where no time that is told can be: *ret_ns is nothing then. */
bool times_told_ns(policy_switches policy, const struct timestamp *at, const struct timestamp *published_at,
                   const struct container_record *record, int64_t wall_ns, int64_t *ret_ns);

/* When the server made the event; where it does not say, when it came. */
int64_t times_published_ns(const struct timestamp *published_at, int64_t wall_ns);

/* What a server's clock may be ahead of ours. */
#define TIMES_AHEAD_MAX_NS (60 * TIME_SECOND)

#endif
