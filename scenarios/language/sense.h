/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_SENSE_H
#define SCENARIOS_LANGUAGE_SENSE_H

#include "scenarios/language/node.h"

/*
 * What no single mapping can tell: whether the parts of a scenario agree. Every container, exec and promise that is
 * named must be there, nothing comes to be twice, and the steps keep within their limits.
 */

/* 0; or ERROR_INVALID, ERROR_LIMIT, ERROR_NO_MEMORY with a sentence. root is the tree that the scenario was read from.
 */
int sense_check(const struct reading *reading, const struct scenario *scenario, const struct node *root);

/* The part of it that is about scripted clients, and about a file without a handler. */
int sense_check_calls(const struct reading *reading, const struct scenario *scenario, const struct node *root);

/* The part of it that is about the owner; root as above. */
int sense_check_owner(const struct reading *reading, const struct scenario *scenario, const struct node *root);

/* Where a text of the scenario stands in the file; it must have been taken from the tree. */
struct scenario_place sense_place(const struct node *root, struct text text);

#endif
