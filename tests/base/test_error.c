/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void every_code_has_a_text_and_any_number_has_one(void **context)
{
    static const int codes[] = {
#define CODE(name, value, text) name,
        ERROR_LIST(CODE)
#undef CODE
    };
    (void)context;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        assert_true(codes[i] < 0);
        assert_string_not_equal(error_text(codes[i]), "unknown error");
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(codes[i], codes[j]);
            assert_string_not_equal(error_text(codes[i]), error_text(codes[j]));
        }
    }
    assert_string_equal(error_text(0), "no error");
    assert_string_equal(error_text(ERROR_MISSING), "does not exist");
    assert_string_equal(error_text(1), "unknown error");
    assert_string_equal(error_text(-1000), "unknown error");
}

static void setting_an_error_returns_the_code_with_or_without_a_place_for_the_sentence(void **context)
{
    struct error error = {""};
    (void)context;
    assert_int_equal(error_set(&error, ERROR_LIMIT, "%d of %s", 3, "them"), ERROR_LIMIT);
    assert_string_equal(error.text, "3 of them");
    assert_int_equal(error_set(NULL, ERROR_IO, "%s", "unread"), ERROR_IO);
}

static void a_prefix_goes_before_the_sentence(void **context)
{
    struct error error = {""};
    (void)context;
    (void)error_set(&error, ERROR_INVALID, "no such key");
    error_prefix(&error, "%s:%d: ", "file", 3);
    error_prefix(&error, "dir/");
    assert_string_equal(error.text, "dir/file:3: no such key");
    error_prefix(NULL, "unread");
}

static void a_long_sentence_is_cut(void **context)
{
    struct error error;
    char text[2 * ERROR_TEXT_MAX];
    (void)context;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = '\0';
    (void)error_set(&error, ERROR_INVALID, "%s", text);
    assert_int_equal(strlen(error.text), ERROR_TEXT_MAX - 1);
    error_prefix(&error, "file:");
    assert_int_equal(strlen(error.text), ERROR_TEXT_MAX - 1);
    assert_memory_equal(error.text, "file:xx", 7);
}

/* Better the sentence without a place than a place without the sentence. */
static void a_prefix_that_leaves_no_room_is_left_out(void **context)
{
    struct error error;
    char prefix[ERROR_TEXT_MAX + 1];
    (void)context;
    memset(prefix, 'x', sizeof prefix);
    prefix[ERROR_TEXT_MAX] = '\0';
    (void)error_set(&error, ERROR_INVALID, "no such key");
    error_prefix(&error, "%s", prefix);
    assert_string_equal(error.text, "no such key");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_text_and_any_number_has_one),
        cmocka_unit_test(setting_an_error_returns_the_code_with_or_without_a_place_for_the_sentence),
        cmocka_unit_test(a_prefix_goes_before_the_sentence),
        cmocka_unit_test(a_long_sentence_is_cut),
        cmocka_unit_test(a_prefix_that_leaves_no_room_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
