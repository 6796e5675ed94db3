/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_TALLY_H
#define HARNESS_EXPLORE_TALLY_H

#include "harness/explore/explore.h"

/* Runs that are over and went the same way, in one world. */
struct tallied {
    const struct world *world;
    const struct draw *draws; /* of that way */
    size_t draw_count;
    uint64_t number; /* of the first of them, as they are drawn, from 0 */
    uint64_t count;
    uint64_t by_priorities; /* of them */
    bool is_finished;       /* else it was given up at a limit of the world */
};

/* Adds them to what an exploration has come to. 0 or ERROR_NO_MEMORY. */
int tally_add(struct explore_result *result, const struct tallied *tallied);

#endif
