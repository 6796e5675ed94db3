/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_STATES_H
#define HARNESS_EXPLORE_STATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "harness/explore/move.h"

/*
 * A set of fingerprints, and with each the moves that were left out when the state was visited (its sleep set).
 * Different states with one fingerprint would be taken for one; with 128 bits and a billion states the chance of that
 * is below 10^-20.
 */
struct state_entry {
    struct hash hash;
    uint32_t sleep; /* where its moves begin in the pool */
    uint32_t sleep_count;
};

struct states {
    struct state_entry *entries; /* open addressing; a hash of zeros is a free place */
    size_t capacity;             /* a power of two */
    size_t count;
    struct move *pool;
    size_t pool_count;
    size_t pool_capacity;
};

/* The zero value is the empty set. */
void states_release(struct states *states);

/* NULL where it is not in the set. Borrowed until the next insertion. */
struct state_entry *states_find(const struct states *states, const struct hash *hash);

/* Adds a fingerprint that is not in the set yet, with its sleep set. 0 or ERROR_NO_MEMORY. */
int states_add(struct states *states, const struct hash *hash, const struct move *sleep, size_t sleep_count);

#endif
