/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

enum { DISTANCE_LENGTH_MAX = 64 };

bool text_is(struct text a, const char *string)
{
    return text_equal(a, text_of(string));
}

bool text_starts_with(struct text a, const char *prefix)
{
    struct text p = text_of(prefix);
    return a.length >= p.length && (p.length == 0 || memcmp(a.bytes, p.bytes, p.length) == 0);
}

int text_compare(struct text a, struct text b)
{
    size_t shorter = a.length < b.length ? a.length : b.length;
    int order = shorter > 0 ? memcmp(a.bytes, b.bytes, shorter) : 0;
    if (order != 0)
        return order;
    return (a.length > b.length) - (a.length < b.length);
}

void text_copy(struct text from, char *buffer, size_t size)
{
    size_t length = from.length < size ? from.length : size - 1;
    if (length > 0)
        memcpy(buffer, from.bytes, length);
    buffer[length] = '\0';
}

/* The length of the UTF-8 sequence at p with n bytes left, or 0 where it is not valid. */
static size_t utf8_sequence(const unsigned char *p, size_t n)
{
    unsigned char low = 0x80;
    unsigned char high = 0xbf;
    size_t length;

    if (p[0] < 0x80)
        return 1;
    if (p[0] < 0xc2 || p[0] > 0xf4)
        return 0;
    length = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (n < length)
        return 0;
    /* The second byte's range shuts out overlong forms, surrogates and what lies above U+10FFFF. */
    if (p[0] == 0xe0)
        low = 0xa0;
    else if (p[0] == 0xed)
        high = 0x9f;
    else if (p[0] == 0xf0)
        low = 0x90;
    else if (p[0] == 0xf4)
        high = 0x8f;
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if (p[i] < 0x80 || p[i] > 0xbf)
            return 0;
    return length;
}

bool text_is_utf8(struct text a)
{
    const unsigned char *bytes = (const unsigned char *)a.bytes;
    for (size_t i = 0; i < a.length;) {
        size_t length = utf8_sequence(bytes + i, a.length - i);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

size_t text_distance(struct text a, struct text b, size_t limit)
{
    size_t row[DISTANCE_LENGTH_MAX + 1];
    if (a.length > DISTANCE_LENGTH_MAX || b.length > DISTANCE_LENGTH_MAX)
        return limit + 1;
    for (size_t j = 0; j <= b.length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            size_t above = row[j];
            size_t best = diagonal + (a.bytes[i - 1] != b.bytes[j - 1]);
            if (above + 1 < best)
                best = above + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            diagonal = above;
            row[j] = best;
        }
    }
    return row[b.length] <= limit ? row[b.length] : limit + 1;
}
