/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_RANDOM_SCENARIO_H
#define HARNESS_RANDOM_SCENARIO_H

#include "base/buffer.h"

/*
 * Scenarios that nobody wrote: containers, what happens to them, and faults, made up from a number. The text is one
 * that the parser takes, and each step can be done in whatever order the blocks allow, unless the handler has deleted a
 * task that it must not. It expects nothing of its own, so the built-in promises judge it, and it leaves them a chance:
 * every fault comes to an end, what is held is released, no exit is forged for a task that runs, and no event is
 * dropped that nothing else tells of.
 *
 * Of the kinds of what can happen each number switches about half off, so that each world is about something.
 */
enum random_scenario_limits {
    RANDOM_CONTAINERS_MAX = 4,
    RANDOM_EXECS_MAX = 2, /* of one container */
    RANDOM_TROUBLES_MAX = 4,
    RANDOM_FAULTS_MAX = 4
};

/* Appends the text; the same seed gives the same bytes. 0 or ERROR_NO_MEMORY. */
int random_scenario(uint64_t seed, struct buffer *out);

#endif
