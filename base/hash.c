/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"

#include <string.h>

void hash_init(struct hash *hash)
{
    hash->a = UINT64_C(0x6a09e667f3bcc908);
    hash->b = UINT64_C(0xbb67ae8584caa73b);
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
    /* What two elements have in common must not add up. */
    struct hash spread = *element;
    hash_u64(&spread, element->b);
    sum->a += spread.a;
    sum->b += spread.b;
}

bool hash_equal(const struct hash *a, const struct hash *b)
{
    return a->a == b->a && a->b == b->b;
}
