/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_FAKECONTAINERD_UNSUPPORTED_H
#define PROGRAMS_FAKECONTAINERD_UNSUPPORTED_H

#include "base/buffer.h"
#include "scenarios/language/scenario.h"

/*
 * What a scenario says that cannot be done or judged on a socket, because it needs the handler or the client that
 * ctrsim has built in: a line for each such step, and one for each list of expectations, each with its place.
 */

/* Appends the lines, each "FILE:LINE: sentence" with its end of line; nothing where all of it can be played. out is
 * marked as failed where memory is short. */
void unsupported_tell(const struct scenario *scenario, struct buffer *out);

#endif
