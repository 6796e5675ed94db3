/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_UNTOLD_H
#define FAKECONTAINERD_CORE_UNTOLD_H

#include "fakecontainerd/core/state.h"

/*
 * Exits while nobody serves, as containerd's shims treat them: one that cannot be told is tried again 1, 2, 3, 4 and 5
 * seconds after the try before, and then it is lost for good.
 */
uint64_t untold_cost(void);

/* One reference to the event is taken over. There must be fewer than FAKE_UNTOLD_MAX. */
void untold_add(struct fake *fake, arena_ref published);

/* When the next is tried again, TIME_NEVER where none is. */
int64_t untold_deadline_ns(const struct fake *fake);

/* What untold_ripen at now_ns costs at the most, for arena_reserve. */
uint64_t untold_ripen_cost(const struct fake *fake, int64_t now_ns);

/* Tries again what is due. */
void untold_ripen(struct fake *fake);

#endif
