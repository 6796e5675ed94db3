/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scenarios/language/node.h"

enum { QUOTED_LENGTH_MAX = 60 };

int reading_fail(const struct reading *reading, struct scenario_place place, int code, const char *format, ...)
{
    char sentence[ERROR_TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    return error_set(reading->error, code, "%.*s:%zu:%zu: %s", TEXT_ARGUMENTS(reading->file), place.line, place.column,
                     sentence);
}

int reading_fail_memory(const struct reading *reading)
{
    struct scenario_place start = {1, 1};
    return reading_fail(reading, start, ERROR_NO_MEMORY, "there is not enough memory to read this file");
}

struct quoted quote(struct text text)
{
    struct quoted quoted;
    size_t length = text.length > QUOTED_LENGTH_MAX ? QUOTED_LENGTH_MAX : text.length;
    size_t at = 0;

    /* The cut must not leave half a character. */
    while (length < text.length && length > 0 && ((unsigned char)text.bytes[length] & 0xc0) == 0x80)
        length--;
    quoted.text[at++] = '"';
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        quoted.text[at++] = c < 0x20 || c == 0x7f ? '?' : text.bytes[i];
    }
    (void)snprintf(quoted.text + at, sizeof quoted.text - at, "%s\"", length < text.length ? "..." : "");
    return quoted;
}
