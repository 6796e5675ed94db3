/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenarios/language/node.h"

#define TEN   "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static void what_is_quoted_fits_a_sentence(void **state)
{
    static const struct {
        const char *text;
        const char *quoted;
    } rows[] = {
        {"", "\"\""},
        {"web", "\"web\""},
        {"a\nb\x1f\x7f", "\"a?b??\""},
        {"\xe2\x82\xac", "\"\xe2\x82\xac\""},
        {FIFTY TEN, "\"" FIFTY TEN "\""},
        {FIFTY TEN "x", "\"" FIFTY TEN "...\""},
        {FIFTY TEN "\xe2\x82\xac", "\"" FIFTY TEN "...\""},
        /* A character that begins within the sixty bytes and ends behind them is left out. */
        {FIFTY "12345678\xe2\x82\xac", "\"" FIFTY "12345678...\""},
        {FIFTY "1234567\xe2\x82\xac", "\"" FIFTY "1234567\xe2\x82\xac\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(quote(text_of(rows[i].text)).text, rows[i].quoted);
}

static void a_sentence_begins_with_file_line_and_column(void **state)
{
    struct error error;
    struct reading reading = {text_of("dir/story.yaml"), NULL, &error};
    struct scenario_place place = {12, 7};
    (void)state;
    assert_int_equal(reading_fail(&reading, place, ERROR_LIMIT, "%s %d", "too many", 5), ERROR_LIMIT);
    assert_string_equal(error.text, "dir/story.yaml:12:7: too many 5");
    assert_int_equal(reading_fail_memory(&reading), ERROR_NO_MEMORY);
    assert_string_equal(error.text, "dir/story.yaml:1:1: there is not enough memory to read this file");
    reading.error = NULL;
    assert_int_equal(reading_fail(&reading, place, ERROR_INVALID, "nobody hears"), ERROR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_quoted_fits_a_sentence),
        cmocka_unit_test(a_sentence_begins_with_file_line_and_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
