/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_SAMPLED_H
#define BENCH_SAMPLED_H

#include "base/error.h"
#include "bench/measure.h"
#include "harness/explore/explore.h"

/*
 * Sampled runs of one scenario under `reliable`, as `ctrsim explore --search sampled` makes them.
 */
struct sampled {
    struct scenario *scenario;
    enum world_level level;
    uint64_t seed; /* of the next runs */
    /* All that was done so far. */
    uint64_t runs;
    uint64_t happenings;
    uint64_t shared; /* of these, as in explore_counts */
    int64_t virtual_ns;
};

/* Reads the scenario. 0 or an error with a sentence. */
int sampled_init(struct sampled *sampled, const char *path, enum world_level level, struct error *error);
void sampled_release(struct sampled *sampled);

/* Makes so many runs, with a struct sampled as context. */
measure_work sampled_runs;

#endif
