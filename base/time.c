/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

int64_t time_unix_wrapping(int64_t seconds, int32_t nanoseconds)
{
    uint64_t product = (uint64_t)seconds * (uint64_t)TIME_SECOND;
    return (int64_t)(product + (uint64_t)(int64_t)nanoseconds);
}

bool time_unix_checked(int64_t seconds, int32_t nanoseconds, int64_t *ret_ns)
{
    int64_t carry = nanoseconds / TIME_SECOND;
    int64_t rest = nanoseconds % TIME_SECOND;
    int64_t product;

    if ((carry > 0 && seconds > INT64_MAX - carry) || (carry < 0 && seconds < INT64_MIN - carry))
        return false;
    seconds += carry;
    /* With seconds and rest of one sign, the product is never further out than the sum. */
    if (seconds > 0 && rest < 0) {
        seconds--;
        rest += TIME_SECOND;
    } else if (seconds < 0 && rest > 0) {
        seconds++;
        rest -= TIME_SECOND;
    }
    if (seconds > INT64_MAX / TIME_SECOND || seconds < INT64_MIN / TIME_SECOND)
        return false;
    product = seconds * TIME_SECOND;
    if ((rest > 0 && product > INT64_MAX - rest) || (rest < 0 && product < INT64_MIN - rest))
        return false;
    *ret_ns = product + rest;
    return true;
}

bool time_timestamp_valid(int64_t seconds, int32_t nanoseconds)
{
    return seconds >= TIME_GO_ZERO_SECONDS && seconds <= INT64_C(253402300799) && nanoseconds >= 0 &&
           nanoseconds < TIME_SECOND;
}

/* Writes whole.fraction with the fraction's trailing zeros dropped, but never fewer than digits_min decimals. */
static void format_decimal(char *buffer, size_t size, uint64_t whole, uint64_t fraction, int digits, int digits_min)
{
    while (digits > digits_min && fraction % 10 == 0) {
        fraction /= 10;
        digits--;
    }
    if (digits == 0)
        (void)snprintf(buffer, size, "%" PRIu64, whole);
    else
        (void)snprintf(buffer, size, "%" PRIu64 ".%0*" PRIu64, whole, digits, fraction);
}

/* The magnitude, also of INT64_MIN. */
static uint64_t magnitude(int64_t value)
{
    return value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
}

void time_format_duration(int64_t duration_ns, char buffer[TIME_TEXT_SIZE])
{
    static const struct {
        uint64_t unit;
        int digits;
        const char *name;
    } units[] = {{1000000000, 9, "s"}, {1000000, 6, "ms"}, {1000, 3, "us"}, {1, 0, "ns"}};
    uint64_t value = magnitude(duration_ns);
    char number[32];
    size_t i = 0;

    if (duration_ns == TIME_NEVER || value == 0) {
        (void)snprintf(buffer, TIME_TEXT_SIZE, "%s", value == 0 ? "0s" : "never");
        return;
    }
    while (value < units[i].unit)
        i++;
    format_decimal(number, sizeof number, value / units[i].unit, value % units[i].unit, units[i].digits, 0);
    (void)snprintf(buffer, TIME_TEXT_SIZE, "%s%s%s", duration_ns < 0 ? "-" : "", number, units[i].name);
}

void time_format_instant(int64_t instant_ns, char buffer[TIME_TEXT_SIZE])
{
    uint64_t value = magnitude(instant_ns);
    uint64_t fraction = value % 1000000000;
    int digits = fraction % 1000000 == 0 ? 3 : fraction % 1000 == 0 ? 6 : 9;
    char number[32];

    if (instant_ns == TIME_NEVER) {
        (void)snprintf(buffer, TIME_TEXT_SIZE, "never");
        return;
    }
    format_decimal(number, sizeof number, value / 1000000000, fraction, 9, digits);
    (void)snprintf(buffer, TIME_TEXT_SIZE, "%s%ss", instant_ns < 0 ? "-" : "", number);
}

/* Days since 1970-01-01 to a civil date; eras of 400 years beginning on 1 March, so that leap days come last. */
static void civil_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;

    *day = day_of_year - (153 * march_month + 2) / 5 + 1;
    *month = march_month < 10 ? march_month + 3 : march_month - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

void time_format_wall(int64_t wall_ns, char buffer[TIME_TEXT_SIZE])
{
    int64_t seconds = wall_ns / TIME_SECOND;
    int64_t nanoseconds = wall_ns % TIME_SECOND;
    int64_t year, month, day, second_of_day;
    char second[32];

    if (nanoseconds < 0) {
        nanoseconds += TIME_SECOND;
        seconds--;
    }
    second_of_day = seconds % 86400;
    if (second_of_day < 0)
        second_of_day += 86400;
    civil_from_days((seconds - second_of_day) / 86400, &year, &month, &day);
    format_decimal(second, sizeof second, (uint64_t)(second_of_day % 60), (uint64_t)nanoseconds, 9, 0);
    (void)snprintf(buffer, TIME_TEXT_SIZE,
                   "%04" PRId64 "-%02" PRId64 "-%02" PRId64 "T%02" PRId64 ":%02" PRId64 ":%s%sZ", year, month, day,
                   second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60 < 10 ? "0" : "", second);
}

static int64_t unit_of(struct text name)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ns", 1},          {"us", TIME_MICROSECOND}, {"ms", TIME_MILLISECOND},
                 {"s", TIME_SECOND}, {"m", 60 * TIME_SECOND},  {"h", 3600 * TIME_SECOND}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (text_is(name, units[i].name))
            return units[i].ns;
    return 0;
}

/* Reads digits from *position on; returns their value, or -1 where there is none or it is over limit. */
static int64_t read_digits(struct text text, size_t *position, int64_t limit)
{
    size_t start = *position;
    int64_t value = 0;
    while (*position < text.length && text.bytes[*position] >= '0' && text.bytes[*position] <= '9') {
        value = value * 10 + (text.bytes[*position] - '0');
        if (value > limit)
            return -1;
        (*position)++;
    }
    return *position > start ? value : -1;
}

int time_parse_duration(struct text text, int64_t *ret_ns)
{
    size_t position = 0;
    int64_t fraction = 0;
    int64_t scale = 1;
    int64_t whole = read_digits(text, &position, INT64_C(1000000000000));

    if (whole < 0)
        return ERROR_INVALID;
    if (position < text.length && text.bytes[position] == '.') {
        size_t start = ++position;
        fraction = read_digits(text, &position, 999999999);
        if (fraction < 0 || position - start > 9)
            return ERROR_INVALID;
        for (size_t i = start; i < position; i++)
            scale *= 10;
    }
    struct text name = {text.bytes + position, text.length - position};
    int64_t unit = unit_of(name);
    if (unit == 0 || whole > INT64_MAX / unit - 1)
        return ERROR_INVALID;
    /* unit is at most 3.6e12 and fraction below 1e9: split the product so that it cannot overflow. */
    int64_t fraction_ns = unit / scale * fraction + unit % scale * fraction / scale;
    if (unit % scale * fraction % scale != 0)
        return ERROR_INVALID;
    *ret_ns = time_add(whole * unit, fraction_ns);
    return 0;
}
