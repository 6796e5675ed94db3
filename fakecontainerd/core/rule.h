/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_RULE_H
#define FAKECONTAINERD_CORE_RULE_H

#include "fakecontainerd/core/state.h"

/*
 * Faults: rules in the order in which they were added. A request, or an event, gets the first that matches and is not
 * used up.
 */
uint64_t rule_cost(const struct fake_rule *rule);
void rule_add(struct fake *fake, const struct fake_rule *rule);

/* The rule that this request gets, counted as used and told as FAKE_DID_FAULT; NULL for none. A FAIL with status OK is
 * a rule like any other. */
const struct rule *rule_meet(struct fake *fake, const struct fake_request *request);

/* Tells that it was met. */
void rule_tell(struct fake *fake, const struct rule *rule);

/* The rule of that index, which must be there. */
struct rule *rule_at(const struct fake *fake, uint32_t index);

/* True iff the rule that this request gets is one that may spare it; or iff any that is about events may spare some. */
bool rule_may_spare(const struct fake *fake, const struct fake_request *request);
bool rule_may_spare_events(const struct fake *fake);

/* The same as rule_meet for an event that is about to be sent. Bytes that are no event get none. */
const struct rule *rule_meet_event(struct fake *fake, const struct fake_published *event);

#endif
