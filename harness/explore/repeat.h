/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_REPEAT_H
#define HARNESS_EXPLORE_REPEAT_H

#include "harness/explore/explore.h"

/*
 * Whether a run is all in its draws: every EXPLORE_REPEAT_EVERY-th is made a second time in a world of its own, and
 * both must come to the same states step by step. Where they do not, something decides that is no part of the state,
 * and neither what was found nor what was left out can be relied on.
 */
struct fingerprints {
    struct hash *items; /* after each happening, the last one behind the end of the run */
    size_t count;
    size_t capacity;
};

void fingerprints_release(struct fingerprints *fingerprints);

/* Appends that of the world as it is. On the level of bytes it is that of both cores. 0 or ERROR_NO_MEMORY. */
int fingerprints_add(struct fingerprints *fingerprints, const struct world *world);

struct repeat {
    const struct scenario *scenario;
    struct text policy;
    policy_switches switches;
    enum world_level level;
    struct world_chances chances;
    const struct draw *draws; /* of the run, behind its kind */
    size_t draw_count;
    const struct fingerprints *seen;
    void (*tamper)(void *context, struct world *world); /* as in explore_sampling */
    void *context;
};

/* Makes it. 0; ERROR_UNREPEATABLE with a sentence that names the step and both fingerprints where it is another run; or
 * an error of the world. */
int repeat_run(const struct repeat *repeat, struct error *error);

#endif
