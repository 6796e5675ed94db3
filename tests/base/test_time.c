/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/time.h"

#define S TIME_SECOND

static void a_sum_stops_at_the_ends_and_never_stays_never(void **context)
{
    static const struct {
        int64_t a, b, sum;
    } rows[] = {
        {1, 2, 3},
        {-1, -2, -3},
        {INT64_MAX - 1, 1, INT64_MAX},
        {INT64_MAX - 1, 2, INT64_MAX},
        {INT64_MIN, -1, INT64_MIN},
        {INT64_MIN + 1, -1, INT64_MIN},
        {INT64_MIN, INT64_MAX - 1, -2},
        {TIME_NEVER, -5, TIME_NEVER},
        {TIME_NEVER, INT64_MIN, TIME_NEVER},
        {TIME_NEVER, TIME_NEVER, TIME_NEVER},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(time_add(rows[i].a, rows[i].b), rows[i].sum);
        assert_int_equal(time_add(rows[i].b, rows[i].a), rows[i].sum);
    }
    assert_int_equal(time_min(1, 2), 1);
    assert_int_equal(time_min(2, 1), 1);
    assert_int_equal(time_min(TIME_NEVER, -1), -1);
}

static void seconds_and_nanoseconds_wrap_as_in_go(void **context)
{
    (void)context;
    assert_int_equal(time_unix_wrapping(0, 0), 0);
    assert_int_equal(time_unix_wrapping(1, 5), S + 5);
    assert_int_equal(time_unix_wrapping(-1, 5), -S + 5);
    assert_int_equal(time_unix_wrapping(1, -5), S - 5);
    assert_int_equal(time_unix_wrapping(TIME_GO_ZERO_SECONDS, 0), TIME_GO_ZERO_NS);
    assert_int_equal(time_unix_wrapping(INT64_MAX, 0), -S);
    assert_int_equal(time_unix_wrapping(INT64_MIN, 0), 0);
}

static void a_checked_time_is_refused_exactly_where_it_does_not_fit(void **context)
{
    static const struct {
        int64_t seconds;
        int32_t nanoseconds;
        bool fits;
        int64_t ns;
    } rows[] = {
        {0, 0, true, 0},
        {1, 5, true, S + 5},
        {-1, 5, true, -S + 5},
        {1, -5, true, S - 5},
        {0, -5, true, -5},
        {0, INT32_MAX, true, INT32_MAX},
        {0, INT32_MIN, true, INT32_MIN},
        {9223372036, 854775807, true, INT64_MAX},
        {9223372036, 854775808, false, 0},
        {9223372037, -145224193, true, INT64_MAX},
        {9223372037, -145224192, false, 0},
        {9223372037, 0, false, 0},
        {-9223372036, -854775808, true, INT64_MIN},
        {-9223372036, -854775809, false, 0},
        {-9223372037, 145224192, true, INT64_MIN},
        {-9223372037, 145224191, false, 0},
        {9223372038, -2000000000, true, INT64_C(9223372036000000000)},
        {-9223372038, 2000000000, true, INT64_C(-9223372036000000000)},
        {INT64_MAX, INT32_MAX, false, 0},
        {INT64_MIN, INT32_MIN, false, 0},
        {INT64_MAX, INT32_MIN, false, 0},
        {TIME_GO_ZERO_SECONDS, 0, false, 0},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ns = 42;
        assert_int_equal(time_unix_checked(rows[i].seconds, rows[i].nanoseconds, &ns), rows[i].fits);
        assert_int_equal(ns, rows[i].fits ? rows[i].ns : 42);
    }
}

static void a_timestamp_lies_between_the_years_1_and_9999(void **context)
{
    (void)context;
    assert_true(time_timestamp_valid(0, 0));
    assert_true(time_timestamp_valid(TIME_GO_ZERO_SECONDS, 0));
    assert_false(time_timestamp_valid(TIME_GO_ZERO_SECONDS - 1, 999999999));
    assert_true(time_timestamp_valid(253402300799, 999999999));
    assert_false(time_timestamp_valid(253402300800, 0));
    assert_false(time_timestamp_valid(0, -1));
    assert_false(time_timestamp_valid(0, 1000000000));
}

static void a_duration_is_written_in_its_largest_unit(void **context)
{
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {
        {0, "0s"},
        {1, "1ns"},
        {999, "999ns"},
        {1000, "1us"},
        {1500, "1.5us"},
        {999999, "999.999us"},
        {250 * TIME_MILLISECOND, "250ms"},
        {TIME_MILLISECOND + 1, "1.000001ms"},
        {S, "1s"},
        {1600 * TIME_MILLISECOND, "1.6s"},
        {S + 1, "1.000000001s"},
        {90 * S, "90s"},
        {-3 * S, "-3s"},
        {-1, "-1ns"},
        {TIME_NEVER, "never"},
        {TIME_NEVER - 1, "9223372036.854775806s"},
        {INT64_MIN, "-9223372036.854775808s"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[TIME_TEXT_SIZE];
        time_format_duration(rows[i].ns, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void an_instant_has_3_6_or_9_decimals(void **context)
{
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {
        {0, "0.000s"},
        {12300 * TIME_MILLISECOND, "12.300s"},
        {S + 1000, "1.000001s"},
        {S + 1, "1.000000001s"},
        {S + 100000, "1.000100s"},
        {S + 10, "1.000000010s"},
        {-1500 * TIME_MILLISECOND, "-1.500s"},
        {TIME_NEVER, "never"},
        {INT64_MIN, "-9223372036.854775808s"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[TIME_TEXT_SIZE];
        time_format_instant(rows[i].ns, text);
        assert_string_equal(text, rows[i].text);
    }
}

/* Compared with what date(1) prints. */
static void wall_clock_time_is_written_as_rfc_3339(void **context)
{
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {1496266432 * S + S / 2, "2017-05-31T21:33:52.5Z"},
        {951782400 * S, "2000-02-29T00:00:00Z"},
        {951868799 * S, "2000-02-29T23:59:59Z"},
        {951868800 * S, "2000-03-01T00:00:00Z"},
        {4107542400 * S, "2100-03-01T00:00:00Z"},
        {1735689599 * S + 999999999, "2024-12-31T23:59:59.999999999Z"},
        {3 * S + 7, "1970-01-01T00:00:03.000000007Z"},
        {-1, "1969-12-31T23:59:59.999999999Z"},
        {-S, "1969-12-31T23:59:59Z"},
        {-86400 * S, "1969-12-31T00:00:00Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
        {TIME_GO_ZERO_NS, "1754-08-30T22:43:41.128654848Z"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[TIME_TEXT_SIZE];
        time_format_wall(rows[i].ns, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void a_duration_is_read_with_its_unit(void **context)
{
    static const struct {
        const char *text;
        int64_t ns;
    } rows[] = {
        {"0s", 0},
        {"7ns", 7},
        {"10us", 10000},
        {"250ms", 250 * TIME_MILLISECOND},
        {"1.5s", S + S / 2},
        {"2m", 120 * S},
        {"1h", 3600 * S},
        {"0.1h", 360 * S},
        {"0.000000001s", 1},
        {"1.000000001h", 3600 * S + 3600},
        {"0.5us", 500},
        {"1.0ns", 1},
        {"0.0000010ms", 1},
        {"2.0000030ms", 2000003},
        {"007s", 7 * S},
        {"1000000000000ns", INT64_C(1000000000000)},
        {"2562046h", INT64_C(2562046) * 3600 * S},
        {"9223372035s", INT64_C(9223372035) * S},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ns = -1;
        assert_int_equal(time_parse_duration(text_of(rows[i].text), &ns), 0);
        assert_int_equal(ns, rows[i].ns);
    }
}

static void what_is_no_duration_is_refused(void **context)
{
    static const char *const rows[] = {
        "",
        "s",
        "5",
        "5 s",
        "-5s",
        "+5s",
        " 5s",
        "5s ",
        "1.s",
        ".5s",
        "1.5",
        "1.5.",
        "5d",
        "5S",
        "0.5ns",
        "1.1234567891s",
        "1s1",
        "1e3s",
        "0x5s",
        "5ss",
        "1,5s",
        "2562047h",
        "1000000000001ns",
        "99999999999999999999s",
        "9223372036s",
        "0.0000000001h",
        "0.0001us",
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ns = 42;
        assert_int_equal(time_parse_duration(text_of(rows[i]), &ns), ERROR_INVALID);
        assert_int_equal(ns, 42);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_stops_at_the_ends_and_never_stays_never),
        cmocka_unit_test(seconds_and_nanoseconds_wrap_as_in_go),
        cmocka_unit_test(a_checked_time_is_refused_exactly_where_it_does_not_fit),
        cmocka_unit_test(a_timestamp_lies_between_the_years_1_and_9999),
        cmocka_unit_test(a_duration_is_written_in_its_largest_unit),
        cmocka_unit_test(an_instant_has_3_6_or_9_decimals),
        cmocka_unit_test(wall_clock_time_is_written_as_rfc_3339),
        cmocka_unit_test(a_duration_is_read_with_its_unit),
        cmocka_unit_test(what_is_no_duration_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
