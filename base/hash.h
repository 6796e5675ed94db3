/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/*
 * A 128-bit fingerprint of a sequence of values, for comparing states: equal sequences give equal fingerprints on every
 * machine, different ones almost surely different ones. Not for data that an enemy chooses.
 */
struct hash {
    uint64_t a;
    uint64_t b;
};

void hash_init(struct hash *hash);

/* Here because states are hashed by the million. Each lane takes the value in another form and spreads it both ways, so
 * that one lane's collision is not the other's. */
static inline void hash_u64(struct hash *hash, uint64_t value)
{
    uint64_t a = hash->a ^ value;
    uint64_t b = hash->b + value;
    a = (a ^ a >> 32) * UINT64_C(0xbf58476d1ce4e5b9);
    b = (b ^ b >> 30) * UINT64_C(0x94d049bb133111eb);
    hash->a = a ^ a >> 29;
    hash->b = b ^ b >> 31;
}

static inline void hash_i64(struct hash *hash, int64_t value)
{
    hash_u64(hash, (uint64_t)value);
}

/* The bytes with their length, so that "ab","c" differs from "a","bc". */
void hash_bytes(struct hash *hash, const void *bytes, size_t length);
void hash_text(struct hash *hash, struct text text);

/* Adds a fingerprint to a sum that does not depend on the order of additions: for sets. */
void hash_add_unordered(struct hash *sum, const struct hash *element);

bool hash_equal(const struct hash *a, const struct hash *b);

#endif
