/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_MOVE_H
#define HARNESS_EXPLORE_MOVE_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/world.h"

enum { MOVE_OUTCOMES_MAX = 8 };

/*
 * One of the things that may happen next in a world, with how each draw within it falls. The same move means the same
 * thing in every world that differs only in what the move has nothing to do with.
 */
struct move {
    uint8_t kind; /* enum pending_kind */
    uint8_t outcome_count;
    bool is_whole; /* all its outcomes are here; else it is like no other */
    uint8_t outcomes[MOVE_OUTCOMES_MAX];
    uint32_t token;
};

/* Whether any move of that story may hold draws. */
bool move_may_draw(const struct scenario *scenario);

/* Is in the list. */
bool move_listed(const struct move *moves, size_t count, const struct move *move);

/* The move that `pending` was, given the draws within it. */
struct move move_of(const struct pending *pending, const struct draw *draws, size_t draw_count);

/* Makes the move in the world. Sets *ret_possible to whether it can be made there with just these outcomes. 0 or an
 * error of world_happen. room is for the list of what can happen. */
int move_make(struct world *world, const struct move *move, struct timeline *room, bool *ret_possible);

#endif
