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
