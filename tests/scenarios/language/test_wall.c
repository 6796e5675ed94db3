/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "scenarios/language/type.h"

/* The numbers are from `date -u -d TIME +%s`. */
static void a_time_counts_from_1970_in_nanoseconds(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
        int64_t nanoseconds;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0, 0},
        {"1969-12-31T23:59:59Z", -1, 0},
        {"1969-12-31T23:59:59.5Z", -1, 500000000},
        {"2017-05-31T21:33:52Z", 1496266432, 0},
        {"2017-05-31T21:33:52.000000001Z", 1496266432, 1},
        {"2017-05-31T21:33:52.25Z", 1496266432, 250000000},
        {"2000-02-29T12:00:00Z", 951825600, 0},
        {"2000-03-01T00:00:00Z", 951868800, 0},
        {"1900-03-01T00:00:00Z", -2203891200, 0},
        {"2100-02-28T23:59:59Z", 4107542399, 0},
        {"1678-01-01T00:00:00Z", -9214560000, 0},
        {"2262-04-11T23:47:15Z", 9223372035, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ns = 0;
        assert_int_equal(wall_parse(text_of(rows[i].text), &ns), 0);
        assert_int_equal(ns, rows[i].seconds * TIME_SECOND + rows[i].nanoseconds);
    }
}

static void parts_of_a_time_reach_from_year_1_to_9999(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds;
        int32_t nanoseconds;
    } rows[] = {
        {"0001-01-01T00:00:00Z", INT64_C(-62135596800), 0},
        {"9999-12-31T23:59:59.999999999Z", INT64_C(253402300799), 999999999},
        {"1969-12-31T23:59:59.5Z", -1, 500000000},
        {"0000-01-01T00:00:00Z", 77, 78},
        {"2017-02-29T00:00:00.5Z", 77, 78},
        {"2017-05-31T21:33:52.Z", 77, 78},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t seconds = 77;
        int32_t nanoseconds = 78;
        int result = wall_parse_parts(text_of(rows[i].text), &seconds, &nanoseconds);
        assert_int_equal(result, rows[i].seconds == 77 ? ERROR_INVALID : 0);
        assert_int_equal(seconds, rows[i].seconds);
        assert_int_equal(nanoseconds, rows[i].nanoseconds);
    }
}

static void what_is_read_is_printed_alike(void **state)
{
    (void)state;
    for (int64_t day = -106000; day <= 106000; day += 97) {
        char text[TIME_TEXT_SIZE];
        int64_t ns = 0;
        int64_t expected = day * 86400 * TIME_SECOND + 1;
        time_format_wall(expected, text);
        assert_int_equal(wall_parse(text_of(text), &ns), 0);
        assert_int_equal(ns, expected);
    }
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const rows[] = {
        "",
        "Z",
        "2017-05-31",
        "2017-05-31T21:33:52",
        "2017-05-31T21:33:52z",
        "2017-05-31 21:33:52Z",
        "2017-05-31T21:33:52+00:00",
        "2017-05-31T21:33:52.Z",
        "2017-05-31T21:33:52.0000000001Z",
        "2017-05-31T21:33:52.5xZ",
        "2017-05-31T21:33:52,5Z",
        "2017-00-31T21:33:52Z",
        "2017-13-31T21:33:52Z",
        "2017-05-00T21:33:52Z",
        "2017-05-32T21:33:52Z",
        "2017-04-31T21:33:52Z",
        "2017-02-29T21:33:52Z",
        "1900-02-29T21:33:52Z",
        "2017-05-31T24:00:00Z",
        "2017-05-31T23:60:00Z",
        "2017-05-31T23:59:60Z",
        "2017-5-31T21:33:52Z",
        "17-05-31T21:33:52Z",
        "-017-05-31T21:33:52Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "2263-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int64_t ns = 77;
        if (wall_parse(text_of(rows[i]), &ns) == 0)
            fail_msg("%s was read", rows[i]);
        assert_int_equal(ns, 77);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_counts_from_1970_in_nanoseconds),
        cmocka_unit_test(parts_of_a_time_reach_from_year_1_to_9999),
        cmocka_unit_test(what_is_read_is_printed_alike),
        cmocka_unit_test(what_is_no_time_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
