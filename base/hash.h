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
void hash_u64(struct hash *hash, uint64_t value);
void hash_i64(struct hash *hash, int64_t value);

/* The bytes with their length, so that "ab","c" differs from "a","bc". */
void hash_bytes(struct hash *hash, const void *bytes, size_t length);
void hash_text(struct hash *hash, struct text text);

/* Adds a fingerprint to a sum that does not depend on the order of additions: for sets. */
void hash_add_unordered(struct hash *sum, const struct hash *element);

bool hash_equal(const struct hash *a, const struct hash *b);

#endif
