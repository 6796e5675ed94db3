/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_SEARCH_H
#define PROGRAMS_CTRSIM_SEARCH_H

#include "harness/explore/explore.h"
#include "programs/ctrsim/budget.h"

/*
 * The exploration of one scenario under one policy, by one process or several.
 */
enum { SEARCH_JOBS_MAX = 256 };

struct search {
    const struct scenario *scenario;
    struct text policy;
    enum world_level level;
    struct world_chances chances;
    bool is_bounded;     /* every order is that of runs which are at most so far from the ordinary course */
    uint32_t delays_max; /* as in explore_options */
    bool all;            /* every order, on the level of values */
    bool some;           /* samples, where not every order was to be seen or could be */
    uint64_t seed;
    struct budget budget;
    struct explore_shard shard;
    uint64_t transitions_max; /* of every order; 0: no limit */
    size_t jobs;
    const char *what; /* for the terminal */
    /* For tests: as in explore_options and explore_sampling. */
    void (*tamper)(void *context, struct world *world);
};

/* What came of it: of every order, of samples, and both together. */
struct searched {
    bool tried_all;
    struct explore_counts all;
    enum explore_cut cut;
    bool sampled;
    struct explore_counts some;
    struct explore_bound bound;
    struct explore_result result; /* the findings and what was reached; its counts are not set */
};

/* Searches. 0, or an error with a sentence; *searched must be released in any case. ERROR_UNREPEATABLE: two runs of the
 * same draws were not the same, and nothing that was found or left out can be relied on. */
int search_run(struct searched *searched, const struct search *search, struct error *error);

/* What the program exits with after a search that ended in that error. */
int search_failure_status(int code);
void searched_release(struct searched *searched);

/* True where not one run was made, and nobody has interrupted it: that nothing broke says nothing then. */
bool search_is_empty(const struct searched *searched);

/* Says how far it got, on stdout. */
void search_say(const struct searched *searched, const struct search *search);

#endif
