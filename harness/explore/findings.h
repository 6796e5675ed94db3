/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_FINDINGS_H
#define HARNESS_EXPLORE_FINDINGS_H

#include "harness/choice.h"
#include "harness/watch.h"

/*
 * What exploration has found broken: each promise and each expectation once, with the draws of the first run that broke
 * it.
 */
struct finding {
    struct text promise; /* as in struct breach */
    const char *sentence;
    struct error error;
    struct scenario_place place;
    struct draw *draws; /* its own; labels are static */
    size_t draw_count;
    uint64_t run; /* the number of the run that broke it, from 1 */
};

/* What is looked for: a promise by its name, or where that is empty an expectation without one, by its sentence. */
struct target {
    struct text promise;
    const char *sentence;
};

bool target_hit(const struct target *target, const struct breach *breach);

struct findings {
    struct finding items[WATCH_BREACHES_MAX];
    size_t count;
};

void findings_release(struct findings *findings);

bool findings_has(const struct findings *findings, const struct breach *breach);

/* Adds it, with a copy of the draws, where there is none of its kind yet or one of a later run, which it takes the
 * place of. They lie in the order of their runs; where no place is left, those of the latest runs are left out. 0 or
 * ERROR_NO_MEMORY. */
int findings_add(struct findings *findings, const struct breach *breach, const struct draw *draws, size_t draw_count,
                 uint64_t run);

#endif
