/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "fakecontainerd/core/regex.h"

static void a_pattern_is_found_where_go_finds_it(void **state)
{
    static const struct {
        const char *pattern;
        const char *subject;
        bool found;
    } rows[] = {
        {"", "", true},
        {"", "abc", true},
        {"b", "abc", true},
        {"d", "abc", false},
        {"^/tasks/", "/tasks/exit", true},
        {"^/tasks/", "x/tasks/exit", false},
        {"/tasks/.*", "/tasks/", true},
        {"exit$", "/tasks/exit", true},
        {"exit$", "/tasks/exit-x", false},
        {"^$", "", true},
        {"^$", "a", false},
        {"a|b", "b", true},
        {"^(a|b)$", "c", false},
        {"^(?:ab)*$", "ababab", true},
        {"^(ab)*$", "ababa", false},
        {"^a+$", "", false},
        {"^a+$", "aaa", true},
        {"^a?b$", "b", true},
        {"^a?b$", "aab", false},
        {"^a??b$", "ab", true},
        {"^a{3}$", "aaa", true},
        {"^a{3}$", "aaaa", false},
        {"^a{2,}$", "aaaaa", true},
        {"^a{2,}$", "a", false},
        {"^a{2,3}$", "aaaa", false},
        {"^a{0}$", "", true},
        {"^a{0}$", "a", false},
        {"a{,3}", "a{,3}", true},
        {"^x(a|b{2}){2}y$", "xbbay", true},
        {"^x(a|b{2}){2}y$", "xbay", false},
        {"[a-c]", "xbx", true},
        {"^[^a-c]$", "b", false},
        {"^[^a-c]$", "\n", true},
        {"^[]x]$", "]", true},
        {"^[a-]$", "-", true},
        {"^[\\d.]+$", "1.6.20", true},
        {"^\\w+\\s\\D$", "ab_1\tx", true},
        {"^.$", "\n", false},
        {"^.$", "\xc3\xa9", true},
        {"^[\xc3\xa0-\xc3\xbf]$", "\xc3\xa9", true},
        {"^\\.\\/\\$$", "./$", true},
        {"^\\t$", "\t", true},
        {"^(((((a*)*)*)*)*)*$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaab", false},
        {"^(a?){30}a{30}$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true},
        {"(^|/)x", "a/x", true},
        {"()", "a", true},
        {"a||b", "", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(regex_check(text_of(rows[i].pattern)), REGEX_GOOD);
        if (regex_search(text_of(rows[i].pattern), text_of(rows[i].subject)) != rows[i].found)
            fail_msg("%s in %s", rows[i].pattern, rows[i].subject);
    }
}

static void a_pattern_that_is_not_good_is_told_and_found_nowhere(void **state)
{
    static const struct {
        const char *pattern;
        enum regex_kind kind;
    } rows[] = {
        {"[", REGEX_BAD},         {"(|", REGEX_BAD},
        {"a)", REGEX_BAD},        {"*", REGEX_BAD},
        {"a**", REGEX_BAD},       {"a{2}{2}", REGEX_BAD},
        {"a+{2}", REGEX_BAD},     {"a*??", REGEX_BAD},
        {"[b-a]", REGEX_BAD},     {"\\", REGEX_BAD},
        {"[\\", REGEX_BAD},       {"\\y", REGEX_BAD},
        {"a{3,2}", REGEX_BAD},    {"a{1001}", REGEX_BAD},
        {"[]", REGEX_BAD},        {"\xff", REGEX_BAD},
        {"\\b", REGEX_FOREIGN},   {"\\pL", REGEX_FOREIGN},
        {"(?i)a", REGEX_FOREIGN}, {"(?P<n>a)", REGEX_FOREIGN},
        {"\\x41", REGEX_FOREIGN}, {"[[:alpha:]]", REGEX_FOREIGN},
        {"[\\D]", REGEX_FOREIGN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (regex_check(text_of(rows[i].pattern)) != rows[i].kind)
            fail_msg("%s", rows[i].pattern);
        assert_false(regex_search(text_of(rows[i].pattern), text_of("")));
        assert_false(regex_search(text_of(rows[i].pattern), text_of(rows[i].pattern)));
    }
}

static void a_pattern_larger_than_the_limits_is_foreign_and_costs_little(void **state)
{
    static const char *const patterns[] = {
        "(a{1000}){1000}",
        "((((((((((a{9}){9}){9}){9}){9}){9}){9}){9}){9}){9})",
        "(((((((((((((((((((((((((((((((((a)))))))))))))))))))))))))))))))))",
    };
    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        assert_int_equal(regex_check(text_of(patterns[i])), REGEX_FOREIGN);
    assert_int_equal(regex_check(text_of("((((((((((((((((((((((((((((((((a))))))))))))))))))))))))))))))))")),
                     REGEX_GOOD);
    assert_int_equal(regex_check(text_of("a{900}")), REGEX_FOREIGN);
    assert_int_equal(regex_check(text_of("a{400}")), REGEX_GOOD);
}

static enum regex_kind check_repeated(const char *opening, const char *piece, size_t count, const char *closing)
{
    struct buffer pattern = BUFFER_INIT;
    for (size_t i = 0; i < count; i++)
        buffer_printf(&pattern, "%s", opening);
    buffer_printf(&pattern, "%s", piece);
    for (size_t i = 0; i < count; i++)
        buffer_printf(&pattern, "%s", closing);
    assert_false(pattern.failed);
    enum regex_kind kind = regex_check(buffer_text(&pattern));
    buffer_release(&pattern);
    return kind;
}

/* A letter takes two states, a class as many ranges as stand in it. */
static void each_limit_is_where_it_is_said_to_be(void **state)
{
    (void)state;
    assert_int_equal(check_repeated("(", "a", REGEX_DEPTH_MAX, ")"), REGEX_GOOD);
    assert_int_equal(check_repeated("(", "a", REGEX_DEPTH_MAX + 1, ")"), REGEX_FOREIGN);
    assert_int_equal(check_repeated("[acegi]", "", REGEX_RANGES_MAX / 5, ""), REGEX_GOOD);
    assert_int_equal(check_repeated("[acegi]", "a", REGEX_RANGES_MAX / 5 + 1, ""), REGEX_FOREIGN);
    assert_int_equal(check_repeated("a", "", REGEX_STATES_MAX / 2 - 2, ""), REGEX_GOOD);
    assert_int_equal(check_repeated("a", "", REGEX_STATES_MAX / 2 + 1, ""), REGEX_FOREIGN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pattern_is_found_where_go_finds_it),
        cmocka_unit_test(a_pattern_that_is_not_good_is_told_and_found_nowhere),
        cmocka_unit_test(each_limit_is_where_it_is_said_to_be),
        cmocka_unit_test(a_pattern_larger_than_the_limits_is_foreign_and_costs_little),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/regex", tests, NULL, NULL);
}
