/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_TOGETHER_PRIVATE_H
#define HARNESS_EXPLORE_TOGETHER_PRIVATE_H

#include "harness/explore/together.h"

/* Which runs of those that are played together go which way: for together.c. */

/* Runs that have drawn alike: they lie together, by their numbers. */
struct group {
    size_t begin;
    size_t end;
};

/* Those of a group to which the same happens next. */
struct part {
    struct group group;
    uint32_t next;
    struct pending pending;
};

static inline size_t group_size(struct group group)
{
    return group.end - group.begin;
}

/* Each run of the group draws which of `count` ready things happens next. Lists the parts that it has then, the largest
 * last; there is room for PENDING_MAX. Returns how many. */
size_t together_draw_next(struct together *together, struct group group, size_t count, struct part *parts);

/* The first run of the group has drawn within a happening: puts those that draw alike, and have done so then, before
 * the others. Returns where these begin. */
size_t together_part_within(struct together *together, struct group group, const struct choice *choice);

#endif
