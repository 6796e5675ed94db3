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

/*
 * The first draws of a run say what kind of world it is in, each 0 where it is the ordinary course and then left out:
 * whether it is on the level of values, how many crashes of the handler come by chance, by how many milliseconds a
 * delivery may be late, whether bytes may come in pieces, and whether the run goes on without faults when it is over.
 */
#define RUN_DRAW_VALUES  "values"
#define RUN_DRAW_CRASHES "crashes"
#define RUN_DRAW_LATE    "late"
#define RUN_DRAW_PIECES  "pieces"
#define RUN_DRAW_SETTLES "settles"

enum { RUN_KIND_DRAWS_MAX = 5 };

/* Reads the first draws; returns how many these are. */
size_t run_kind_read(const struct draw *draws, size_t count, enum world_level *ret_level,
                     struct world_chances *ret_chances);

/* Writes them, the level always; returns how many these are. */
size_t run_kind_write(enum world_level level, const struct world_chances *chances,
                      struct draw draws[RUN_KIND_DRAWS_MAX]);

struct run_choices {
    const struct draw *draws; /* behind them every draw is 0 */
    size_t draw_count;
    bool strict;  /* a draw that is not the one that the list was made for is an error */
    bool records; /* the run keeps its draws and steps, and no trace */
};

/* What a run may need, in words, as a format and its arguments. One that needs more is given up. */
#define RUN_LIMITS           "%llu happenings, %d connections at once, and %d answers and events of a scripted client"
#define RUN_LIMITS_ARGUMENTS (unsigned long long)WORLD_HAPPENINGS_MAX, NET_CONNECTIONS_MAX, CLIENT_LOG_MAX

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
