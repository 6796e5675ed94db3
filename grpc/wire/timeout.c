/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/wire/timeout.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "base/time.h"

enum { DIGITS_MAX = 8 };
#define NUMBER_MAX INT64_C(99999999)

/* From the finest. */
static const struct {
    char letter;
    int64_t ns;
} units[] = {
    {'n', 1},           {'u', TIME_MICROSECOND}, {'m', TIME_MILLISECOND},
    {'S', TIME_SECOND}, {'M', 60 * TIME_SECOND}, {'H', 3600 * TIME_SECOND},
};

void grpc_timeout_encode(int64_t timeout_ns, char buffer[GRPC_TIMEOUT_TEXT_SIZE])
{
    size_t unit = 0;
    int64_t number = timeout_ns < 1 ? 1 : timeout_ns;

    /* INT64_MAX is 2,562,048 hours, so the loop ends at the last unit. */
    while (number > NUMBER_MAX) {
        unit++;
        number = timeout_ns / units[unit].ns + (timeout_ns % units[unit].ns != 0);
    }
    snprintf(buffer, GRPC_TIMEOUT_TEXT_SIZE, "%" PRId64 "%c", number, units[unit].letter);
}

int grpc_timeout_decode(struct text field, int64_t *ret_ns)
{
    int64_t number = 0;

    if (field.length < 2 || field.length > DIGITS_MAX + 1)
        return ERROR_MALFORMED;
    for (size_t i = 0; i + 1 < field.length; i++) {
        if (field.bytes[i] < '0' || field.bytes[i] > '9')
            return ERROR_MALFORMED;
        number = number * 10 + (field.bytes[i] - '0');
    }
    for (size_t unit = 0; unit < sizeof(units) / sizeof(units[0]); unit++) {
        if (units[unit].letter == field.bytes[field.length - 1]) {
            bool fits = number <= (INT64_MAX - 1) / units[unit].ns;

            *ret_ns = fits ? number * units[unit].ns : INT64_MAX - 1;
            return 0;
        }
    }
    return ERROR_MALFORMED;
}
