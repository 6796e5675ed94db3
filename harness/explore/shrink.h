/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_SHRINK_H
#define HARNESS_EXPLORE_SHRINK_H

#include "base/buffer.h"
#include "harness/explore/findings.h"
#include "harness/world.h"

/*
 * The same break in a smaller story: fewer containers, faults, steps and expectations, then fewer and lower draws,
 * until nothing more can go. What is left still breaks the same promise, if in another run than the one that was found.
 */
struct shrink_asked {
    struct text file; /* names the scenario in messages */
    struct text content;
    struct text why; /* that the smaller story is to give; empty: as it was */
    struct text policy;
    enum world_level level;
    struct world_chances chances;
    struct target target;
    const struct draw *draws; /* of the run that broke it, without its kind */
    size_t draw_count;
    /* Asked before each try: false ends it with what has been reached. NULL: nobody is asked. */
    bool (*go_on)(void *context);
    void *context;
};

/* How large a story is. */
struct shrink_size {
    size_t containers;
    size_t faults;
    size_t steps; /* blocks not counted */
    size_t draws; /* that are not 0 */
};

struct shrunk {
    struct buffer yaml;
    struct draw *draws; /* of the run that breaks it, its kind first; those behind them are 0. Labels are static */
    size_t draw_count;
    struct shrink_size before;
    struct shrink_size after;
    uint64_t tries;
};

/* 0; ERROR_MISSING where the run of those draws does not break it; or an error with a sentence. To be released in any
 * case. */
int shrink(struct shrunk *ret_shrunk, const struct shrink_asked *asked, struct error *error);
void shrunk_release(struct shrunk *shrunk);

#endif
