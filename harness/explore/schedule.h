/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_SCHEDULE_H
#define HARNESS_EXPLORE_SCHEDULE_H

#include "harness/explore/explore.h"
#include "harness/timeline.h"

/*
 * Which of the things that may happen next does, in a sampled run. What runs that were drawn alike so far have met is
 * the same in all of them, and told apart from what each of them will draw.
 */
struct encounters {
    uint64_t channels[EXPLORE_CHANNELS_MAX]; /* in the order in which they were met */
    size_t channel_count;
    size_t choices;           /* with the present one */
    uint32_t at[PENDING_MAX]; /* the channels of what may happen now */
};

/* What may happen now, of which one is to be chosen; there is at least one. */
void encounters_meet(struct encounters *met, const struct pending *ready, size_t count);

struct schedule {
    struct random random; /* of a walk; by priorities the channels have theirs from it in their order */
    /* Of priorities. Before which choice the channel that would be next is lowered, from 1, and which one was. */
    uint32_t changes[EXPLORE_BUG_DEPTH - 1];
    uint32_t lowered[EXPLORE_BUG_DEPTH - 1];
    enum explore_method method;
};

/* A run of about `length` steps. */
void schedule_begin(struct schedule *schedule, enum explore_method method, uint64_t seed, size_t length);

/* The index of what happens next, of `count` things that were met. */
size_t schedule_next(struct schedule *schedule, const struct encounters *met, size_t count);

#endif
