/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_SCHEDULE_H
#define HARNESS_EXPLORE_SCHEDULE_H

#include "harness/explore/explore.h"
#include "harness/timeline.h"

/*
 * Which of the things that may happen next does, in a sampled run.
 */
struct channel {
    uint64_t key;
    uint64_t priority; /* the highest first; those below EXPLORE_BUG_DEPTH were lowered */
};

struct schedule {
    enum explore_method method;
    struct random random;
    struct channel channels[EXPLORE_CHANNELS_MAX];
    size_t channel_count;
    size_t steps; /* made so far in this run */
    size_t changes[EXPLORE_BUG_DEPTH];
    size_t change_count;
};

/* A run of about `length` steps. */
void schedule_begin(struct schedule *schedule, enum explore_method method, uint64_t seed, size_t length);

/* The index of what happens next, of what may; there is at least one. */
size_t schedule_next(struct schedule *schedule, const struct pending *ready, size_t count);

#endif
