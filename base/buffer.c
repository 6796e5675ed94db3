/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { CAPACITY_MIN = 64 };

void buffer_init(struct buffer *buffer)
{
    memset(buffer, 0, sizeof *buffer);
}

void buffer_release(struct buffer *buffer)
{
    if (buffer == NULL)
        return;
    free(buffer->bytes);
    buffer_init(buffer);
}

void buffer_clear(struct buffer *buffer)
{
    buffer->length = 0;
    buffer->failed = false;
}

int buffer_reserve(struct buffer *buffer, size_t more)
{
    size_t capacity = buffer->capacity > 0 ? buffer->capacity : CAPACITY_MIN;
    if (buffer->failed)
        return ERROR_NO_MEMORY;
    if (more > SIZE_MAX / 4 || buffer->length > SIZE_MAX / 4) {
        buffer->failed = true;
        return ERROR_NO_MEMORY;
    }
    while (capacity - buffer->length < more)
        capacity *= 2;
    if (capacity == buffer->capacity)
        return 0;
    unsigned char *bytes = realloc(buffer->bytes, capacity);
    if (bytes == NULL) {
        buffer->failed = true;
        return ERROR_NO_MEMORY;
    }
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    return 0;
}

int buffer_append_text(struct buffer *buffer, struct text text)
{
    return buffer_append(buffer, text.bytes, text.length);
}

int buffer_printf(struct buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0) {
        buffer->failed = true;
        return ERROR_NO_MEMORY;
    }
    /* One byte more than is kept, for the NUL that vsnprintf writes. */
    int result = buffer_reserve(buffer, (size_t)length + 1);
    if (result != 0)
        return result;
    va_start(arguments, format);
    (void)vsnprintf((char *)buffer->bytes + buffer->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buffer->length += (size_t)length;
    return 0;
}

static int append_json_character(struct buffer *buffer, struct text rest, size_t *used)
{
    unsigned char c = (unsigned char)rest.bytes[0];
    size_t length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    struct text one = {rest.bytes, length};

    *used = 1;
    if (c == '"' || c == '\\')
        return buffer_printf(buffer, "\\%c", c);
    if (c == '\n')
        return buffer_append(buffer, "\\n", 2);
    if (c == '\t')
        return buffer_append(buffer, "\\t", 2);
    if (c < 0x20 || c == 0x7f)
        return buffer_printf(buffer, "\\u%04x", c);
    if (length > rest.length || !text_is_utf8(one))
        return buffer_append(buffer, "\\ufffd", 6);
    *used = length;
    return buffer_append_text(buffer, one);
}

int buffer_append_json(struct buffer *buffer, struct text text)
{
    size_t before = buffer->length;
    (void)buffer_append(buffer, "\"", 1);
    while (text.length > 0 && !buffer->failed) {
        size_t used;
        (void)append_json_character(buffer, text, &used);
        text.bytes += used;
        text.length -= used;
    }
    (void)buffer_append(buffer, "\"", 1);
    if (!buffer->failed)
        return 0;
    buffer->length = before;
    return ERROR_NO_MEMORY;
}

void buffer_consume(struct buffer *buffer, size_t count)
{
    if (count > buffer->length)
        count = buffer->length;
    buffer->length -= count;
    if (buffer->length > 0 && count > 0)
        memmove(buffer->bytes, buffer->bytes + count, buffer->length);
}

struct text buffer_text(const struct buffer *buffer)
{
    struct text text = {(const char *)buffer->bytes, buffer->length};
    return text;
}
