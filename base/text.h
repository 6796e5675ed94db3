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

/* Of texts that are equally long. */
bool text_same(const char *a, const char *b, size_t length);

static inline bool text_equal(struct text a, struct text b)
{
    return a.length == b.length && text_same(a.bytes, b.bytes, a.length);
}

/* text_equal with a NUL-terminated string. */
bool text_is(struct text a, const char *string);

bool text_starts_with(struct text a, const char *prefix);

enum { TEXT_HEAD = 8 };

/* The first TEXT_HEAD bytes as a number whose order is theirs, with zeros behind a shorter text. */
uint64_t text_head(struct text text);

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
