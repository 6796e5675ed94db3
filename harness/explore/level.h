/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_LEVEL_H
#define HARNESS_EXPLORE_LEVEL_H

#include <stdbool.h>

#include "base/text.h"
#include "scenarios/language/scenario.h"

/* True where a story is about bytes: on the level of values it would be another. *ret_why then says what in it is. */
bool level_needs_bytes(const struct scenario *scenario, struct text *ret_why);

#endif
