/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_KEEP_H
#define PROGRAMS_CTRSIM_KEEP_H

#include "harness/explore/shrink.h"
#include "programs/ctrsim/search.h"

/*
 * What exploration has found, made small and written to disk: NAME.yaml, NAME.replay and NAME.trace in a folder.
 */

/* Shrinks the finding and writes the three files, whose name is made of the scenario's, the policy and the promise;
 * says on stdout how small it has become and where it is. file and content: the scenario's; search: of which it came.
 * for_ns: how long the shrinking may take. 0, or an error with a sentence. */
int keep_finding(const char *folder, struct text file, struct text content, struct text policy,
                 const struct search *search, const struct finding *finding, int64_t for_ns, struct error *error);

#endif
