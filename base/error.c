/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdio.h>
#include <string.h>

const char *error_text(int code)
{
    switch (code) {
    case 0: return "no error";
#define ERROR_CASE(name, value, text) \
    case name: return text;
        ERROR_LIST(ERROR_CASE)
#undef ERROR_CASE
    default: return "unknown error";
    }
}

int error_set(struct error *error, int code, const char *format, ...)
{
    if (error != NULL) {
        va_list arguments;
        va_start(arguments, format);
        (void)vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
    }
    return code;
}

void error_prefix(struct error *error, const char *format, ...)
{
    char joined[ERROR_TEXT_MAX];
    va_list arguments;
    if (error == NULL)
        return;
    va_start(arguments, format);
    int length = vsnprintf(joined, sizeof joined, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof joined)
        return;
    (void)snprintf(joined + length, sizeof joined - (size_t)length, "%s", error->text);
    memcpy(error->text, joined, sizeof joined);
}
