/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/*
 * A borrowed piece of text: bytes that somebody else keeps, with their length. Not NUL-terminated, may hold any byte.
 * The empty text has length 0 and bytes that must not be read (they may be NULL).
 */
struct text {
    const char *bytes;
    size_t length;
};

/* For printf: printf("%.*s", TEXT_ARGUMENTS(t)). */
#define TEXT_ARGUMENTS(t) (int)(t).length, (t).length > 0 ? (t).bytes : ""

/* The text of a NUL-terminated string; NULL gives the empty text. Of a literal the compiler counts the length. */
static inline struct text text_of(const char *string)
{
    struct text text = {string, string != NULL ? strlen(string) : 0};
    return text;
}

enum { TEXT_HEAD = 8 };

/*
 * Ids are compared all the time, and mostly are a few bytes: so this is done in line. What is shorter than a word is
 * read as two pieces of it, which may overlap.
 */

static inline uint32_t text_load2(const char *at)
{
    uint16_t pair;
    memcpy(&pair, at, sizeof pair);
    return pair;
}

static inline uint32_t text_load4(const char *at)
{
    uint32_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Of texts that are equally long. */
static inline bool text_same(const char *a, const char *b, size_t length)
{
    if (length > TEXT_HEAD)
        return memcmp(a, b, length) == 0;
    if (length >= 4)
        return text_load4(a) == text_load4(b) && text_load4(a + length - 4) == text_load4(b + length - 4);
    if (length >= 2)
        return text_load2(a) == text_load2(b) && text_load2(a + length - 2) == text_load2(b + length - 2);
    return length == 0 || a[0] == b[0];
}

/* Copies the text to where there is room for it. */
static inline void text_put(char *to, struct text from)
{
    const char *at = from.bytes;
    size_t length = from.length;
    if (length >= 8 && length <= 16) {
        char last[8];
        memcpy(last, at + length - 8, 8);
        memcpy(to, at, 8);
        memcpy(to + length - 8, last, 8);
    } else if (length >= 4 && length < 8) {
        uint32_t first = text_load4(at);
        uint32_t last = text_load4(at + length - 4);
        memcpy(to, &first, sizeof first);
        memcpy(to + length - 4, &last, sizeof last);
    } else if (length > 16) {
        memcpy(to, at, length);
    } else if (length > 0) {
        /* Three bytes, of which some are written twice where there are fewer. */
        to[0] = at[0];
        to[length / 2] = at[length / 2];
        to[length - 1] = at[length - 1];
    }
}

static inline bool text_equal(struct text a, struct text b)
{
    return a.length == b.length && text_same(a.bytes, b.bytes, a.length);
}

/* text_equal with a NUL-terminated string. */
bool text_is(struct text a, const char *string);

bool text_starts_with(struct text a, const char *prefix);

/* Written so that compilers make one load of each. */
static inline uint64_t text_load2_big(const unsigned char *at)
{
    return (uint64_t)((uint32_t)at[0] << 8 | (uint32_t)at[1]);
}

static inline uint64_t text_load4_big(const unsigned char *at)
{
    return (uint64_t)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | (uint32_t)at[3]);
}

/* The first TEXT_HEAD bytes as a number whose order is theirs, with zeros behind a shorter text. */
static inline uint64_t text_head(struct text text)
{
    const unsigned char *at = (const unsigned char *)text.bytes;
    size_t length = text.length < TEXT_HEAD ? text.length : TEXT_HEAD;
    size_t zeros = 8 * (TEXT_HEAD - length);
    if (length >= 4)
        return text_load4_big(at) << 32 | text_load4_big(at + length - 4) << zeros;
    if (length >= 2)
        return text_load2_big(at) << 48 | text_load2_big(at + length - 2) << zeros;
    return length > 0 ? (uint64_t)at[0] << 56 : 0;
}

/* Order by bytes, a prefix before what it begins: <0, 0, >0. */
int text_compare(struct text a, struct text b);

/* Copies into a NUL-terminated buffer of size bytes (size >= 1), cutting what does not fit. */
void text_copy(struct text from, char *buffer, size_t size);

/* True iff the bytes are UTF-8 as Go's utf8.Valid has it: no overlong form, no surrogate, nothing above U+10FFFF. */
bool text_is_utf8(struct text a);

/* The fewest insertions, deletions and substitutions from a to b, counted up to limit: more gives limit + 1.
 * Texts over 64 bytes are too long to be a misspelling: they give limit + 1 as well. */
size_t text_distance(struct text a, struct text b, size_t limit);

#endif
