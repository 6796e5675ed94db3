/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_FAKECONTAINERD_AWAITED_H
#define PROGRAMS_FAKECONTAINERD_AWAITED_H

#include "base/buffer.h"
#include "fakecontainerd/wire/names.h"
#include "scenarios/language/scenario.h"

/*
 * What clients have to make before the first step of a scenario that is played with names: so that who waits for a
 * story that does not begin sees why. A line for what is awaited, and one for each name that the scenario does not
 * give.
 */

/* Appends the lines, each with its end of line. out is marked as failed where memory is short. */
void awaited_tell(const struct scenario *scenario, const struct names *names, struct buffer *out);

#endif
