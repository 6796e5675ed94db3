/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static void a_text_is_its_bytes_and_their_number(void **context)
{
    const struct text nul_inside = {"a\0b", 3};
    const struct text cut = {"abc", 1};
    const struct text empty = {NULL, 0};
    (void)context;
    assert_int_equal(text_of("abc").length, 3);
    assert_int_equal(text_of(NULL).length, 0);
    assert_true(text_equal(text_of("a"), cut));
    assert_true(text_equal(empty, text_of("")));
    assert_true(text_equal(empty, empty));
    assert_false(text_equal(nul_inside, text_of("a")));
    assert_false(text_equal(text_of("a"), text_of("b")));
    assert_false(text_equal(text_of("a"), empty));
    assert_true(text_is(text_of("abc"), "abc"));
    assert_false(text_is(text_of("abc"), "ab"));
    assert_true(text_is(empty, ""));
}

static void a_prefix_is_found_at_the_start_only(void **context)
{
    (void)context;
    assert_true(text_starts_with(text_of("original-with=a"), "original-with="));
    assert_true(text_starts_with(text_of("a"), ""));
    assert_true(text_starts_with(text_of(""), ""));
    assert_true(text_starts_with(text_of("a"), "a"));
    assert_false(text_starts_with(text_of("a"), "ab"));
    assert_false(text_starts_with(text_of("ba"), "a"));
}

static void texts_are_ordered_by_bytes_and_a_prefix_comes_first(void **context)
{
    static const struct text in_order[] = {{"", 0},   {"\0", 1}, {"A", 1},    {"a", 1},   {"a\0", 2},
                                           {"ab", 2}, {"b", 1},  {"\x80", 1}, {"\xff", 1}};
    (void)context;
    for (size_t i = 0; i < sizeof in_order / sizeof in_order[0]; i++) {
        for (size_t j = 0; j < sizeof in_order / sizeof in_order[0]; j++) {
            int order = text_compare(in_order[i], in_order[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}

static void a_copy_is_terminated_and_cut_to_its_buffer(void **context)
{
    char buffer[4] = "###";
    (void)context;
    text_copy(text_of("ab"), buffer, sizeof buffer);
    assert_string_equal(buffer, "ab");
    text_copy(text_of("abc"), buffer, sizeof buffer);
    assert_string_equal(buffer, "abc");
    text_copy(text_of("abcdef"), buffer, sizeof buffer);
    assert_string_equal(buffer, "abc");
    text_copy(text_of("x"), buffer, 1);
    assert_string_equal(buffer, "");
    memcpy(buffer, "###", 4);
    text_copy(text_of(NULL), buffer, sizeof buffer);
    assert_string_equal(buffer, "");
}

/* The edges of every row of Unicode's table of well-formed sequences. */
/* Short texts are read in pieces that overlap: each length has its own. */
static void of_each_length_a_text_is_put_whole_and_each_of_its_bytes_is_compared(void **context)
{
    static const char bytes[] = "abcdefghijklmnopqrstuvwxyz";
    (void)context;
    for (size_t length = 0; length < sizeof bytes; length++) {
        struct text text = {bytes, length};
        char to[sizeof bytes + 1];
        memset(to, '#', sizeof to);
        text_put(to, text);
        assert_memory_equal(to, bytes, length);
        assert_int_equal(to[length], '#');
        assert_true(text_equal(text, (struct text){to, length}));
        for (size_t i = 0; i < length; i++) {
            to[i] ^= 1;
            assert_false(text_equal(text, (struct text){to, length}));
            assert_true(i >= TEXT_HEAD || text_head(text) != text_head((struct text){to, length}));
            to[i] ^= 1;
        }
    }
}

static void utf8_is_what_unicode_calls_well_formed(void **context)
{
    static const struct {
        const char *bytes;
        bool valid;
    } rows[] = {
        {"", true},
        {"plain", true},
        {"\x7f", true},
        {"\x80", false},
        {"\xbf", false},
        {"\xc0\x80", false},
        {"\xc1\xbf", false},
        {"\xc2\x80", true},
        {"\xdf\xbf", true},
        {"\xc2", false},
        {"\xc2\x7f", false},
        {"\xc2\xc0", false},
        {"\xe0\x9f\xbf", false},
        {"\xe0\xa0\x80", true},
        {"\xec\xbf\xbf", true},
        {"\xed\x9f\xbf", true},
        {"\xed\xa0\x80", false},
        {"\xed\xbf\xbf", false},
        {"\xee\x80\x80", true},
        {"\xef\xbf\xbf", true},
        {"\xe1\x80", false},
        {"\xe1\x80\x7f", false},
        {"\xe1\x80\xc0", false},
        {"\xf0\x8f\xbf\xbf", false},
        {"\xf0\x90\x80\x80", true},
        {"\xf3\xbf\xbf\xbf", true},
        {"\xf4\x8f\xbf\xbf", true},
        {"\xf4\x90\x80\x80", false},
        {"\xf5\x80\x80\x80", false},
        {"\xff", false},
        {"\xf1\x80\x80", false},
        {"\xf1\x80\x80\x7f", false},
        {"good \xe2\x82\xac then bad \xe2\x82", false},
    };
    const struct text with_nul = {"a\0b", 3};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(text_is_utf8(text_of(rows[i].bytes)), rows[i].valid);
    assert_true(text_is_utf8(with_nul));
}

static void the_distance_counts_edits_up_to_its_limit(void **context)
{
    static const struct {
        const char *a, *b;
        size_t limit, distance;
    } rows[] = {
        {"", "", 3, 0},
        {"abc", "abc", 3, 0},
        {"abc", "abd", 3, 1},
        {"abc", "ab", 3, 1},
        {"ab", "abc", 3, 1},
        {"abc", "acb", 3, 2},
        {"", "abc", 3, 3},
        {"abc", "", 2, 3},
        {"abcd", "efgh", 3, 4},
        {"kitten", "sitting", 3, 3},
        {"kitten", "sitting", 2, 3},
        {"abc", "xyz", 0, 1},
        {"abc", "abc", 0, 0},
        {"abc", "xabc", 3, 1},
        {"abcdef", "xyabcdef", 3, 2},
        {"abcdef", "abxcdyef", 3, 2},
        {"abcdef", "bcdefa", 3, 2},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(text_distance(text_of(rows[i].a), text_of(rows[i].b), rows[i].limit), rows[i].distance);
        assert_int_equal(text_distance(text_of(rows[i].b), text_of(rows[i].a), rows[i].limit), rows[i].distance);
    }
}

static void texts_over_64_bytes_are_no_misspelling_of_anything(void **context)
{
    char longest[65];
    const struct text fits = {longest, 64};
    const struct text too_long = {longest, 65};
    (void)context;
    memset(longest, 'x', sizeof longest);
    assert_int_equal(text_distance(fits, fits, 3), 0);
    assert_int_equal(text_distance(too_long, fits, 3), 4);
    assert_int_equal(text_distance(fits, too_long, 3), 4);
    assert_int_equal(text_distance(too_long, too_long, 3), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_text_is_its_bytes_and_their_number),
        cmocka_unit_test(a_prefix_is_found_at_the_start_only),
        cmocka_unit_test(texts_are_ordered_by_bytes_and_a_prefix_comes_first),
        cmocka_unit_test(a_copy_is_terminated_and_cut_to_its_buffer),
        cmocka_unit_test(of_each_length_a_text_is_put_whole_and_each_of_its_bytes_is_compared),
        cmocka_unit_test(utf8_is_what_unicode_calls_well_formed),
        cmocka_unit_test(the_distance_counts_edits_up_to_its_limit),
        cmocka_unit_test(texts_over_64_bytes_are_no_misspelling_of_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
