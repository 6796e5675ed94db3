/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"

static const char *const names[STATUS_COUNT] = {
#define STATUS_TEXT(name, value) [value] = #name,
    STATUS_LIST(STATUS_TEXT)
#undef STATUS_TEXT
};

const char *status_name(int code)
{
    return code >= 0 && code < STATUS_COUNT ? names[code] : "UNDEFINED";
}

int status_of_name(struct text name)
{
    for (int code = 0; code < STATUS_COUNT; code++)
        if (text_is(name, names[code]))
            return code;
    return -1;
}
