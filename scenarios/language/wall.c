/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "scenarios/language/type.h"

enum { FRACTION_DIGITS_MAX = 9 };

/* The number that digits from position on make; -1 where one of them is no digit. */
static int number_at(struct text text, size_t position, size_t digits)
{
    int value = 0;
    if (position + digits > text.length)
        return -1;
    for (size_t i = position; i < position + digits; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return -1;
        value = value * 10 + (text.bytes[i] - '0');
    }
    return value;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to the first of January, counting the leap days in between. */
static int64_t days_to_year(int year)
{
    int64_t before = (int64_t)year - 1;
    return 365 * ((int64_t)year - 1970) + before / 4 - before / 100 + before / 400 -
           (1969 / 4 - 1969 / 100 + 1969 / 400);
}

static bool date_seconds(struct text text, int64_t *ret_seconds)
{
    int year = number_at(text, 0, 4);
    int month = number_at(text, 5, 2);
    int day = number_at(text, 8, 2);
    int hour = number_at(text, 11, 2);
    int minute = number_at(text, 14, 2);
    int second = number_at(text, 17, 2);

    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
        return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    int64_t days = days_to_year(year) + day - 1;
    for (int m = 1; m < month; m++)
        days += days_of_month(year, m);
    *ret_seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    return true;
}

int wall_parse_parts(struct text text, int64_t *ret_seconds, int32_t *ret_nanoseconds)
{
    static const char shape[] = "dddd-dd-ddTdd:dd:dd";
    size_t length = sizeof shape - 1;
    int32_t nanoseconds = 0;

    if (text.length < length + 1 || text.bytes[text.length - 1] != 'Z')
        return ERROR_INVALID;
    for (size_t i = 0; i < length; i++)
        if (shape[i] != 'd' && text.bytes[i] != shape[i])
            return ERROR_INVALID;
    size_t decimals = text.length - length - 1;
    if (decimals > 0) {
        if (text.bytes[length] != '.' || decimals < 2 || decimals > FRACTION_DIGITS_MAX + 1)
            return ERROR_INVALID;
        nanoseconds = number_at(text, length + 1, decimals - 1);
        for (size_t digits = decimals - 1; digits < FRACTION_DIGITS_MAX && nanoseconds > 0; digits++)
            nanoseconds *= 10;
    }
    if (nanoseconds < 0 || !date_seconds(text, ret_seconds))
        return ERROR_INVALID;
    *ret_nanoseconds = nanoseconds;
    return 0;
}

int wall_parse(struct text text, int64_t *ret_ns)
{
    int64_t seconds;
    int32_t nanoseconds;
    if (wall_parse_parts(text, &seconds, &nanoseconds) != 0 || !time_unix_checked(seconds, nanoseconds, ret_ns))
        return ERROR_INVALID;
    return 0;
}
