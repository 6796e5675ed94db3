/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_FORGET_H
#define HANDLER_CORE_FORGET_H

#include <stdbool.h>

#include "handler/core/state.h"
#include "handler/core/writes.h"

/*
 * Where every place for a record is taken, the one that finished longest ago makes room. It goes at once here; the
 * embedder's store is asked to forget it too, and when that is done the owner is told. A record is forgotten only where
 * it is EXITED, not locked, and no exit of it is under way, so no exit is lost by it.
 */

/* What forgetting one record costs at the most, for arena_reserve. */
static inline uint32_t forget_cost(void)
{
    return writes_put_cost();
}

/* True where there is no room for another record. */
bool forget_is_due(const struct state *state);

/* Forgets one record; false where none may go, or where MONITOR_WRITES_MAX writes are under way. Of those that have
 * finished only the first MONITOR_FORGET_TRIES_MAX are looked at. */
bool forget_one(struct step *step);

#endif
