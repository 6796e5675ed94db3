/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Rates that can be compared on a machine that others use as well: what this thread has spent of one core counts, not
 * what the clock says, and two things are measured in turn.
 */

/* Seconds of one core that the calling thread has used. */
double measure_spent(void);

/* Does the work that many times; 0 or an error. */
typedef int measure_work(void *context, uint64_t times);

/* How often a second of one core does the work, measured for about that long; < 0 after an error. */
double measure_rate(measure_work *work, void *context, double seconds);

enum { MEASURE_ROUNDS = 5 };

struct measure_pair {
    double rate;      /* medians */
    double yardstick; /* its rate */
    double ratio;     /* of the rate to the yardstick's, round by round */
};

/* Rounds of both, in turn. 0, or ERROR_IO where one of them failed. */
int measure_beside(struct measure_pair *pair, measure_work *work, void *context, measure_work *yardstick,
                   void *yardstick_context, double seconds);

#endif
