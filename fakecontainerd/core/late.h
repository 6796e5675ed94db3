/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_LATE_H
#define FAKECONTAINERD_CORE_LATE_H

#include "fakecontainerd/core/state.h"

/*
 * Effects that come after their answer: a caller has been told that its request failed, or nothing, and it is done
 * all the same. Nobody hears how that ends; whoever has gone meanwhile does not stop it.
 */

/* What one more costs. */
uint64_t late_cost(void);

/* Whether the effect of such a request can come later. */
bool late_can(enum fake_method method);

/* The request will be done in after_ns. One whose ids are longer than FAKE_ID_MAX can have no effect and is forgotten,
 * and so is one of an exec. What is created late has neither a runtime nor a spec of its own. */
void late_add(struct fake *fake, const struct fake_request *request, int64_t after_ns);

/* When the next is due, TIME_NEVER where none is to come. */
int64_t late_deadline_ns(const struct fake *fake);

/* What late_ripen at now_ns costs at the most, for arena_reserve. */
uint64_t late_ripen_cost(const struct fake *fake, int64_t now_ns);

/* Does what is due. */
void late_ripen(struct fake *fake);

#endif
