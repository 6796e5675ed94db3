/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_OUTCOMES_H
#define BENCH_OUTCOMES_H

#include <stdbool.h>

#include "base/error.h"

/*
 * What runs come to, as fingerprints: for each scenario and policy runs of some seeds on both levels with all that can
 * happen by chance, each with its trace, its draws, and what it broke and where; and
 * what a short exploration of every order counted and found. Whatever makes exploring faster has to leave every line as
 * it was: the same command before and after, and the two compared.
 */

/* Prints a line for each scenario at the path, or below it, and policy. Returns whether all could be read. */
bool outcomes_print(const char *path);

#endif
