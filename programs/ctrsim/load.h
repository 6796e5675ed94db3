/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_LOAD_H
#define PROGRAMS_CTRSIM_LOAD_H

#include "base/error.h"
#include "scenarios/language/scenario.h"

/* Reads a scenario from disk and checks all that can be checked without running it. 0; or an error with one sentence
 * that begins with the path and, where there is one, with the place. The scenario is freed by the caller. */
int load_scenario(struct scenario **ret_scenario, const char *path, struct error *error);

#endif
