/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_BACKOFF_H
#define HANDLER_CORE_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/random.h"
#include "base/time.h"

/*
 * Exponential backoff with the semantics of the Go library that the 2017 monitor used: delay(attempt) =
 * clamp(minimum * factor^attempt, minimum, maximum), optionally with jitter drawn between minimum and that value before
 * the cap. No clock: it answers how long to wait and never waits.
 */
struct backoff_options {
    int64_t minimum_ns; /* <= 0: 100 ms */
    int64_t maximum_ns; /* <= 0: 10 s */
    double factor;      /* <= 0: 2 */
    bool jitter;
};

struct backoff {
    struct backoff_options options;
    double attempt;
    struct random random; /* read only where options.jitter is set */
};

/* The monitor's own settings: 100 ms, 30 s, factor 2, no jitter. */
extern const struct backoff_options backoff_of_the_monitor;

void backoff_init(struct backoff *backoff, const struct backoff_options *options, uint64_t seed);

/* The delay for the present attempt; then counts the attempt. */
int64_t backoff_next_ns(struct backoff *backoff);

/* The delay for any attempt >= 0 (a fraction of an attempt is dropped), without counting; draws from *random where
 * there is jitter (then it must not be NULL). No draw is made where the minimum reaches the maximum: the delay is then
 * always the maximum. */
int64_t backoff_delay_ns(const struct backoff_options *options, double attempt, struct random *random);

void backoff_reset(struct backoff *backoff);

#endif
