/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_CTRSIM_JOBS_H
#define PROGRAMS_CTRSIM_JOBS_H

#include "programs/ctrsim/search.h"

/* The search by one process; progress is its own, and what it is called with. */
int search_alone(struct searched *searched, const struct search *search, struct progress *progress,
                 struct error *error);

/* The same search by search->jobs processes, each with a part of it, and what all have found. As of search_run. */
int jobs_run(struct searched *searched, const struct search *search, struct error *error);

#endif
