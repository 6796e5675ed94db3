/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_NUMBERS_H
#define HANDLER_CORE_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"

/*
 * An ordered map from a number to a reference, kept in an arena: calls and writes under way, by their number.
 */
struct numbers {
    struct map map;
};

/* What an insertion costs at the most, for arena_reserve. */
static inline uint32_t numbers_insert_cost(void)
{
    return map_insert_number_cost();
}

/* Adds a number that must be absent, with a value other than 0. Room must have been reserved. */
static inline void numbers_insert(struct arena *arena, struct numbers *numbers, uint64_t number, arena_ref value)
{
    map_insert_number(arena, &numbers->map, number, value);
}

/* Takes the number out and returns its value, or 0 where it was absent. */
static inline arena_ref numbers_remove(struct arena *arena, struct numbers *numbers, uint64_t number)
{
    return numbers->map.root != 0 ? map_remove_number(arena, &numbers->map, number) : 0;
}

/* The value of the smallest number, 0 where there is none. */
static inline arena_ref numbers_first(const struct arena *arena, const struct numbers *numbers)
{
    return numbers->map.root != 0 ? map_first(arena, &numbers->map) : 0;
}

/* The value of the smallest number greater than after, 0 where there is none; with number_found, the number. A walk
 * starts with 0, which is never visited. */
static inline arena_ref numbers_next(const struct arena *arena, const struct numbers *numbers, uint64_t after,
                                     uint64_t *number_found)
{
    return numbers->map.root != 0 ? map_next_number(arena, &numbers->map, after, number_found) : 0;
}

#endif
