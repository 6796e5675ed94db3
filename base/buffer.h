/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/*
 * A growing run of bytes on the heap. All appends either happen whole or not at all; the first one that fails for
 * memory marks the buffer as failed and every later append does nothing, so a caller may append many times and ask
 * once.
 */
struct buffer {
    unsigned char *bytes;
    size_t length;
    size_t capacity;
    bool failed;
};

#define BUFFER_INIT       \
    {                     \
        NULL, 0, 0, false \
    }

void buffer_init(struct buffer *buffer);
void buffer_release(struct buffer *buffer);

/* Forgets the content and the failure, keeps the memory. */
void buffer_clear(struct buffer *buffer);

/* Each returns 0 or ERROR_NO_MEMORY. */
int buffer_reserve(struct buffer *buffer, size_t more);
int buffer_append_text(struct buffer *buffer, struct text text);

static inline int buffer_append(struct buffer *buffer, const void *bytes, size_t length)
{
    if (length == 0 && !buffer->failed)
        return 0;
    if (buffer->failed || buffer->capacity - buffer->length < length) {
        int result = buffer_reserve(buffer, length);
        if (result != 0)
            return result;
    }
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
    return 0;
}
int buffer_printf(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Appends the text as a JSON string, quotes included: control characters, quote and backslash escaped; bytes that are
 * not UTF-8 become U+FFFD, one for each byte. */
int buffer_append_json(struct buffer *buffer, struct text text);

/* Drops the first count bytes (all of them where there are fewer). */
void buffer_consume(struct buffer *buffer, size_t count);

/* The content, borrowed until the next call on the buffer. */
struct text buffer_text(const struct buffer *buffer);

#endif
