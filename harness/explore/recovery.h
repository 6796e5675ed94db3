/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_RECOVERY_H
#define HARNESS_EXPLORE_RECOVERY_H

#include <stddef.h>

#include "scenarios/language/scenario.h"

/*
 * How many of a story's troubles never end, as it is written: what is held and not released, a handler that is stopped
 * and not started, a record that stays locked, a path behind which nobody serves any more. Whoever makes a story
 * smaller must not make it hopeless: an exit that is lost because nobody is told to start again is another story.
 */
size_t recovery_owed(const struct scenario *scenario);

#endif
