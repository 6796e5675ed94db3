/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scenarios/language/node.h"

#define BYTES(literal)                 \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }

struct row {
    struct text content;
    const char *message;
};

static void refuse_characters(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct error error = {{0}};
        struct reading reading = {text_of("f"), NULL, &error};
        assert_int_equal(characters_check(&reading, rows[i].content), ERROR_MALFORMED);
        assert_string_equal(error.text, rows[i].message);
    }
}

#define REFUSE_CHARACTERS(rows) refuse_characters(rows, sizeof(rows) / sizeof((rows)[0]))

static void bytes_that_are_not_utf8_are_refused_at_their_place(void **state)
{
#define NOT_UTF8 "this byte is not UTF-8; save the file as UTF-8"
    static const struct row rows[] = {
        {BYTES("a: \xff"), "f:1:4: " NOT_UTF8},
        {BYTES("\xff\xfe"
               "a\0"),
         "f:1:1: " NOT_UTF8},
        {BYTES("a: \xc3"), "f:1:4: " NOT_UTF8},
        {BYTES("a: \xc3("), "f:1:4: " NOT_UTF8},
        {BYTES("a: \xc0\x80"), "f:1:4: " NOT_UTF8},
        {BYTES("a: \xed\xa0\x80"), "f:1:4: " NOT_UTF8},
        {BYTES("a: \xf5\x80\x80\x80"), "f:1:4: " NOT_UTF8},
        {BYTES("a: b\nc: \x80"), "f:2:4: " NOT_UTF8},
    };
    (void)state;
    REFUSE_CHARACTERS(rows);
}

static void tabs_and_control_characters_are_refused_at_their_place(void **state)
{
#define TAB     "a tab is here; indent and separate with spaces (in double quotes, write \\t)"
#define CONTROL "a control character is here; remove it (in double quotes, it can be escaped)"
    static const struct row rows[] = {
        {BYTES("\ta: b"), "f:1:1: " TAB},
        {BYTES("a: b\n\tb: c"), "f:2:1: " TAB},
        {BYTES("a: b\r\n\t"), "f:2:1: " TAB},
        /* Columns count characters, not bytes. */
        {BYTES("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\t"), "f:1:4: " TAB},
        {BYTES("a: \0"), "f:1:4: a NUL byte is here; remove it"},
        {BYTES("a: \x01"), "f:1:4: " CONTROL},
        {BYTES("a: \x1f"), "f:1:4: " CONTROL},
        {BYTES("a: \x7f"), "f:1:4: " CONTROL},
        {BYTES("a: \xc2\x80"), "f:1:4: " CONTROL},
        {BYTES("a: \xc2\x9f"), "f:1:4: " CONTROL},
        {BYTES("a: \xef\xbf\xbe"), "f:1:4: " CONTROL},
        {BYTES("a: \xef\xbf\xbf"), "f:1:4: " CONTROL},
    };
    (void)state;
    REFUSE_CHARACTERS(rows);
}

static void strange_line_breaks_and_byte_order_marks_are_refused(void **state)
{
#define BREAK "this line break is neither LF nor CR LF; end the line with LF"
#define MARK  "a byte order mark is here; save the file as UTF-8 without it"
    static const struct row rows[] = {
        {BYTES("a: b\rc: d"), "f:1:5: " BREAK},
        {BYTES("a: b\r"), "f:1:5: " BREAK},
        {BYTES("a: b\r\r\n"), "f:1:5: " BREAK},
        {BYTES("a: \xc2\x85"), "f:1:4: " BREAK},
        {BYTES("a: \xe2\x80\xa8"), "f:1:4: " BREAK},
        {BYTES("a: \xe2\x80\xa9"), "f:1:4: " BREAK},
        {BYTES("\xef\xbb\xbf"
               "a: b"),
         "f:1:1: " MARK},
        {BYTES("a: \xef\xbb\xbf"), "f:1:4: " MARK},
    };
    (void)state;
    REFUSE_CHARACTERS(rows);
}

static void text_in_any_script_is_let_through(void **state)
{
    static const struct text rows[] = {
        BYTES(""),
        BYTES("a: b\r\nc: d\n"),
        BYTES("title: \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80 \xe4\xb8\xad"),
        BYTES("a: \xc2\xa0 ~"),
        BYTES("a: \xf4\x8f\xbf\xbd"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error = {{0}};
        struct reading reading = {text_of("f"), NULL, &error};
        assert_int_equal(characters_check(&reading, rows[i]), 0);
        assert_string_equal(error.text, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_that_are_not_utf8_are_refused_at_their_place),
        cmocka_unit_test(tabs_and_control_characters_are_refused_at_their_place),
        cmocka_unit_test(strange_line_breaks_and_byte_order_marks_are_refused),
        cmocka_unit_test(text_in_any_script_is_let_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
