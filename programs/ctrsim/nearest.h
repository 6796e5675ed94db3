/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_NEAREST_H
#define PROGRAMS_CTRSIM_NEAREST_H

#include "base/buffer.h"
#include "scenarios/language/scenario.h"

/*
 * What became of the fault rules in a run, from its trace: how often each was used; of one that was never used, the
 * request that came nearest and why it missed; of one that was used up, the first request that came too late and got no
 * other.
 */

/* Appends a line for each fault; nothing where the scenario has none. */
void nearest_explain(const struct scenario *scenario, struct text trace, struct buffer *out);

#endif
