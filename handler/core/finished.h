/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_FINISHED_H
#define HANDLER_CORE_FINISHED_H

#include <stdint.h>

#include "base/arena.h"
#include "base/map.h"

/*
 * References in the order of (time of finishing, id), the earliest first, kept in an arena. Adding, removing and
 * finding the next one take O(log count). The order depends on times and ids alone, not on who came first.
 */
struct finished {
    struct map map;
};

/* What adding an id of that length, at most MONITOR_ID_MAX, costs at the most, for arena_reserve. */
uint32_t finished_cost(size_t id_length);

/* Adds a time and id that must be absent, with a value other than 0. Room must have been reserved. */
void finished_add(struct arena *arena, struct finished *finished, int64_t at_ns, struct text id, arena_ref value);

/* Removes the value of that time and id; nothing happens where there is none. */
void finished_remove(struct arena *arena, struct finished *finished, int64_t at_ns, struct text id);

/* The value behind *place, 0 at the end. A walk starts with the empty text; *place is borrowed until the value is
 * removed or the arena moves. */
arena_ref finished_next(const struct arena *arena, const struct finished *finished, struct text *place);

#endif
