/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_LIE_H
#define FAKECONTAINERD_CORE_LIE_H

#include "fakecontainerd/core/output.h"

/*
 * Answers that do not say what is so: of a process another state, pid or end, or of a list less than all.
 */

/* Changes the answer that waits in the outbox for this stream, as a rule that lets it ANSWER or LEAVE_OUT says. An
 * answer that is not there, or is an error, stays as it is. */
void lie(struct fake *fake, const struct rule *rule, uint64_t connection_id, uint32_t stream_id);

#endif
