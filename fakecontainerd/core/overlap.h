/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_OVERLAP_H
#define FAKECONTAINERD_CORE_OVERLAP_H

#include "fakecontainerd/core/state.h"

/*
 * Requests that keep others off while they are under way: of two that overlap the first wins, and the other is told
 * what its rule says. Who asked may be gone meanwhile; that makes nothing faster.
 */

/* What one more costs. There must be fewer than FAKE_OVERLAPS_MAX. */
uint64_t overlap_cost(void);

/* From now on, until the answer of the rule comes. A request whose ids are longer than FAKE_ID_MAX keeps nobody off. */
void overlap_begin(struct fake *fake, const struct rule *rule, const struct fake_request *request);

/* The rule of the one that is under way and keeps this request off; NULL for none. */
const struct rule *overlap_find(const struct fake *fake, const struct fake_request *request);

/* Forgets those that are over. */
void overlaps_ripen(struct fake *fake);

#endif
