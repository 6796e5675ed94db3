/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_BY_TIME_H
#define HANDLER_CORE_BY_TIME_H

#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"

/*
 * References in the order of (time, id), the earliest first, kept in an arena: records by when they finished, lives by
 * when they are due. Adding, removing and finding the next one take O(log count). The order depends on times and ids
 * alone, not on who came first.
 */
struct by_time {
    struct map map;
};

enum { BY_TIME_KEY_TIME = 8 /* bytes of a key that are the time */ };

/* What adding an id of that length, at most MONITOR_ID_MAX, costs at the most, for arena_reserve. */
static inline uint32_t by_time_cost(size_t id_length)
{
    return map_insert_cost(BY_TIME_KEY_TIME + id_length);
}

/* Adds a time and id that must be absent, with a value other than 0. Room must have been reserved. */
void by_time_add(struct arena *arena, struct by_time *index, int64_t at_ns, struct text id, arena_ref value);

/* Removes the value of that time and id; nothing happens where there is none. */
void by_time_remove(struct arena *arena, struct by_time *index, int64_t at_ns, struct text id);

/* The value behind *place, 0 at the end. A walk starts with the empty text; *place is borrowed until the value is
 * removed or the arena moves. */
arena_ref by_time_next(const struct arena *arena, const struct by_time *index, struct text *place);

/* The earliest time, TIME_NEVER where there is none. */
int64_t by_time_first_ns(const struct arena *arena, const struct by_time *index);

#endif
