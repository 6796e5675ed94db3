/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

/*
 * A seeded generator whose whole state is one field of whoever uses it: the same seed gives the same numbers on every
 * machine. SplitMix64 (Steele, Lea, Flood 2014). Not for secrets.
 */
struct random {
    uint64_t state;
};

void random_seed(struct random *random, uint64_t seed);
uint64_t random_next(struct random *random);

/* What random_next gives when it has given `count` others. */
uint64_t random_ahead(const struct random *random, uint64_t count);

/* Uniform in [0, bound), bound >= 1, without modulo bias. */
uint64_t random_below(struct random *random, uint64_t bound);

/* Uniform in [0, 1) with 53 bits. */
double random_unit(struct random *random);

#endif
