/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <string.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void hash_init(struct hash *hash)
{
    hash->a = UINT64_C(0x6a09e667f3bcc908);
    hash->b = UINT64_C(0xbb67ae8584caa73b);
}

void hash_u64(struct hash *hash, uint64_t value)
{
    hash->a = mix(hash->a + UINT64_C(0x9e3779b97f4a7c15) + value);
    /* The second lane meets the value in another form, so that one lane's collision is not the other's. */
    hash->b = mix((hash->b ^ (value * UINT64_C(0xd6e8feb86659fd93))) + UINT64_C(0x3c6ef372fe94f82b));
}

void hash_i64(struct hash *hash, int64_t value)
{
    hash_u64(hash, (uint64_t)value);
}

void hash_bytes(struct hash *hash, const void *bytes, size_t length)
{
    const unsigned char *p = bytes;
    uint64_t rest = 0;
    hash_u64(hash, length);
    /* Assembled byte by byte, of which compilers make one load: the fingerprint must not depend on the machine's byte
     * order. */
    for (; length >= 8; p += 8, length -= 8)
        hash_u64(hash, (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
                           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 | (uint64_t)p[7] << 56);
    if (length == 0)
        return;
    for (size_t i = 0; i < length; i++)
        rest |= (uint64_t)p[i] << (8 * i);
    hash_u64(hash, rest);
}

void hash_text(struct hash *hash, struct text text)
{
    hash_bytes(hash, text.bytes, text.length);
}

void hash_add_unordered(struct hash *sum, const struct hash *element)
{
    sum->a += element->a;
    sum->b += element->b;
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
    return a->a == b->a && a->b == b->b;
}
