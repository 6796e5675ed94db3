/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_NAMES_H
#define HARNESS_NAMES_H

#include "base/error.h"
#include "scenarios/language/scenario.h"

/*
 * The names in a scenario that only the handler knows: the switches of its policies and its notes. The language checks
 * their shape; a name that does not exist would make an expectation that nothing can meet.
 */

/* 0; or ERROR_INVALID with one sentence that begins "FILE:LINE:COLUMN: " and names the nearest spelling, or what there
 * is. */
int names_check(const struct scenario *scenario, struct error *error);

#endif
