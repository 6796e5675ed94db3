/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RUN_H
#define HARNESS_RUN_H

#include "base/buffer.h"
#include "base/error.h"
#include "handler/core/policy.h"
#include "harness/world.h"

/*
 * One run of one scenario under one policy, from the first step to rest, with every draw 0 or as a list says.
 */

/* The first draw of a run: 1 makes it on the level of values, 0, the ordinary course, in bytes. */
#define RUN_DRAW_VALUES "values"

struct run_choices {
    const struct draw *draws; /* behind them every draw is 0 */
    size_t draw_count;
    bool strict;  /* a draw that is not the one that the list was made for is an error */
    bool records; /* the run keeps its draws and steps, and no trace */
};

struct run {
    struct text policy; /* its name, borrowed; "none" where the scenario has no handler */
    struct trace trace;
    struct breach breaches[WATCH_BREACHES_MAX];
    size_t breach_count;
    bool sometimes_not_judged;
    int64_t virtual_ns;
    uint64_t happenings;
    /* Where they are recorded; those of a run that could not be made end where it did. */
    struct draw *draws;
    size_t draw_count;
    struct world_step *steps;
    size_t step_count;
};

/* Runs; choices may be NULL: those of the scenario, which are cut to fit. 0; or an error with a sentence where the run
 * could not be made or did not come to rest. The run must be released after any result. */
int run_scenario(struct run *run, const struct scenario *scenario, struct text policy,
                 const struct run_choices *choices, struct error *error);
void run_release(struct run *run);

#endif
