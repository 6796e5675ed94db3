/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/time.h"
#include "grpc/wire/timeout.h"

static void timeout_is_written_in_the_finest_unit_that_fits_rounded_up(void **state)
{
    static const struct {
        int64_t timeout_ns;
        const char *text;
    } rows[] = {
        {-1, "1n"},
        {0, "1n"},
        {1, "1n"},
        {99999999, "99999999n"},
        {100000000, "100000u"},
        {100000001, "100001u"},
        {30 * TIME_SECOND, "30000000u"},
        {99999999999, "100000m"},
        {100 * TIME_SECOND, "100000m"},
        {100000 * TIME_SECOND, "100000S"},
        {INT64_C(99999999) * TIME_SECOND, "99999999S"},
        {INT64_C(100000000) * TIME_SECOND, "1666667M"},
        {INT64_MAX - 1, "2562048H"},
        {INT64_MAX, "2562048H"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[GRPC_TIMEOUT_TEXT_SIZE];

        grpc_timeout_encode(rows[i].timeout_ns, text);
        assert_string_equal(text, rows[i].text);
    }
}

static void timeout_is_read_in_every_unit(void **state)
{
    static const struct {
        const char *text;
        int code;
        int64_t timeout_ns;
    } rows[] = {
        {"1n", 0, 1},
        {"7u", 0, 7 * TIME_MICROSECOND},
        {"20m", 0, 20 * TIME_MILLISECOND},
        {"3S", 0, 3 * TIME_SECOND},
        {"2M", 0, 120 * TIME_SECOND},
        {"1H", 0, 3600 * TIME_SECOND},
        {"0S", 0, 0},
        {"00000001S", 0, TIME_SECOND},
        {"99999999u", 0, INT64_C(99999999) * TIME_MICROSECOND},
        {"2562047H", 0, INT64_C(2562047) * 3600 * TIME_SECOND},
        {"2562048H", 0, INT64_MAX - 1},
        {"99999999H", 0, INT64_MAX - 1},
        {"", ERROR_MALFORMED, -5},
        {"S", ERROR_MALFORMED, -5},
        {"1", ERROR_MALFORMED, -5},
        {"1s", ERROR_MALFORMED, -5},
        {"-1S", ERROR_MALFORMED, -5},
        {"1.5S", ERROR_MALFORMED, -5},
        {" 1S", ERROR_MALFORMED, -5},
        {"123456789n", ERROR_MALFORMED, -5},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t timeout_ns = -5;

        assert_int_equal(grpc_timeout_decode(text_of(rows[i].text), &timeout_ns), rows[i].code);
        assert_true(timeout_ns == rows[i].timeout_ns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timeout_is_written_in_the_finest_unit_that_fits_rounded_up),
        cmocka_unit_test(timeout_is_read_in_every_unit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
