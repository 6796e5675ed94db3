/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CLIENT_COMPARE_H
#define HARNESS_CLIENT_COMPARE_H

#include "scenarios/language/call.h"

/*
 * Whether what a client got is what a scenario says. Of what is expected each field counts that is written; lists are
 * compared in any order, texts to the byte.
 */
bool told_fits(const struct scenario_told_fields *expected, const struct scenario_told_fields *found);
bool answer_fits(const struct scenario_answer *expected, const struct scenario_answer *found);

/* An exit for which no exec is written is that of an init process. */
bool event_fits(const struct scenario_heard *expected, const struct scenario_heard *found);

#endif
