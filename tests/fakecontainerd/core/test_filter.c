/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "fakecontainerd/core/filter.h"

/* An object with three fields: topic, event.container_id and one whose name must be quoted. */
static bool field(const void *object, const struct text *fields, size_t field_count, struct text *ret_value)
{
    (void)object;
    if (text_is(fields[0], "topic"))
        *ret_value = text_of("/tasks/exit");
    else if (text_is(fields[0], "event") && field_count == 2 && text_is(fields[1], "container_id"))
        *ret_value = text_of("c9");
    else if (text_is(fields[0], "a.b"))
        *ret_value = text_of("x\ty\xc3\xa9");
    return ret_value->length > 0;
}

static int parse(const char *text, struct filter *filter, char sentence[FAKE_MESSAGE_MAX + 1])
{
    struct message message;
    message_clear(&message);
    int result = filter_parse(filter, text_of(text), &message);
    text_copy(message_text(&message), sentence, FAKE_MESSAGE_MAX + 1);
    return result;
}

static void a_filter_that_containerd_accepts_passes_what_containerd_passes(void **state)
{
    static const struct {
        const char *filter;
        bool passes;
    } rows[] = {
        {"", true},
        {"topic", true},
        {"event", false},
        {"foo", false},
        {"foo==bar", false},
        {"foo!=bar", true},
        {"foo==\"\"", false},
        {"topic~=\"/tasks/.*\"", true},
        {"topic~=|^/tasks/|", true},
        {"topic~=/exit$/", true},
        {"topic~=/\\/exit$/", true},
        {"topic~=|^/images/|", false},
        {"topic~=xit", true},
        {"topic==\"/tasks/exit\"", true},
        {"topic==\"/tasks/exi\"", false},
        {"topic!=\"/tasks/exit\"", false},
        {"topic!=x", true},
        {"topic==a=b", false},
        {"topic==a\"b", false},
        {"topic == x", false},
        {"namespace==t3b", false},
        {"namespace!=x", true},
        {"event.container_id==c9", true},
        {"event.container_id==c8", false},
        {"event.\"container_id\"==c9", true},
        {"topic,event.container_id==c9", true},
        {"topic,event.container_id==c8", false},
        {"topic, event.container_id==c9", true},
        {"labels.\"a.b\"==x", false},
        {"\"a.b\"==\"x\\ty\\u00e9\"", true},
        {"\"a.b\"==\"x\\x09y\\303\\251\"", true},
        {"\"a\\x2eb\"", true},
        {"a.b.c.d!=1", true},
        {"9a==1", false},
        {"topic~=\"[\"", false},
        {"topic~=|(\\||", false},
    };
    struct filter filter;
    char sentence[FAKE_MESSAGE_MAX + 1];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (parse(rows[i].filter, &filter, sentence) != 0)
            fail_msg("%s: %s", rows[i].filter, sentence);
        if (filter_passes(&filter, field, NULL) != rows[i].passes)
            fail_msg("%s", rows[i].filter);
    }
}

/* Each sentence is what containerd 1.6.20 says, without its ": invalid argument". */
static void a_filter_that_containerd_refuses_is_refused_in_its_words(void **state)
{
    static const struct {
        const char *filter;
        const char *sentence;
    } rows[] = {
        {"topic==/tasks/exit", "[topic== >|/|< tasks/exit]: invalid quote encountered"},
        {"topic~=/tasks/.*", "[topic~=/tasks/ >|.|< *]: unexpected input: ."},
        {"topic==", "[topic==]: expected value or quoted"},
        {"==x", "[ >|=|< =x]: expected field or quoted"},
        {"topic=/x", "[topic >|=|< /x]: unsupported operator \"=\""},
        {"topic===\"x\"", "[topic >|=|< ==\"x\"]: unsupported operator \"===\""},
        {"topic!x", "[topic >|!|< x]: unsupported operator \"!\""},
        {"topic==\"x", "[topic== >|\"|< x]: quoted literal not terminated"},
        {"topic~=|x", "[topic~= >|||< x]: quoted literal not terminated"},
        {"topic==\"x\ny\"", "[topic== >|\"|< x\ny\"]: quoted literal not terminated"},
        {"topic==\"x\\y\"", "[topic== >|\"|< x\\y\"]: illegal escape sequence"},
        {"topic==\"x\\x4\"", "[topic== >|\"|< x\\x4\"]: illegal numeric escape sequence"},
        {"topic==\"\\u00\"", "[topic== >|\"|< \\u00\"]: illegal numeric escape sequence"},
        {"topic==\"\\777\"", "[topic== >|\"|< \\777\"]: unquoting failed: quote syntax error"},
        {"topic==\"\\U00110000\"", "[topic== >|\"|< \\U00110000\"]: unquoting failed: quote syntax error"},
        {"topic,", "[topic,]: expected field or quoted"},
        {",topic", "[ >|,|< topic]: expected field or quoted"},
        {"topic..x", "[topic. >|.|< x]: expected field or quoted"},
        {"topic.", "[topic.]: expected field or quoted"},
        {"topic x", "[topic  >|x|< ]: expected an operator (\"==\"|\"!=\"|\"~=\")"},
        {"topic ,x", "[topic  >|,|< x]: expected an operator (\"==\"|\"!=\"|\"~=\")"},
        {"topic==x y", "[topic==x >| |< y]: unexpected input:  "},
        {"{}", "[ >|{|< }]: expected field or quoted"},
        {"\xc3\xa9==x", "[ >|\xef\xbf\xbd|< \xef\xbf\xbd==x]: expected field or quoted"},
        {"topic==a\xc2\xa0", "[topic==a >|\xef\xbf\xbd|< \xef\xbf\xbd]: unexpected input: \xc2\xa0"},
        {"event.container_id==c9,", "[event.container_id==c9,]: expected field or quoted"},
    };
    struct filter filter;
    char sentence[FAKE_MESSAGE_MAX + 1];
    char expected[FAKE_MESSAGE_MAX];
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (parse(rows[i].filter, &filter, sentence) != ERROR_MALFORMED)
            fail_msg("%s", rows[i].filter);
        snprintf(expected, sizeof expected, "filters: parse error: %s", rows[i].sentence);
        assert_string_equal(sentence, expected);
    }
}

static void a_nul_is_refused_wherever_it_stands(void **state)
{
    static const char *const nuls[] = {"\0", "a\0b==x", "a==\0", "a==\"x\0\""};
    static const size_t lengths[] = {1, 6, 4, 7};
    struct filter filter;
    struct message message;
    (void)state;
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(filter_parse(&filter, (struct text){nuls[i], lengths[i]}, &message), ERROR_MALFORMED);
}

static void an_expression_that_only_go_knows_is_refused_instead_of_misread(void **state)
{
    struct filter filter;
    char sentence[FAKE_MESSAGE_MAX + 1];
    (void)state;
    assert_int_equal(parse("topic~=|(?i)x|", &filter, sentence), ERROR_INVALID);
    assert_string_equal(sentence, "filters: the expression \"(?i)x\" is beyond what the fake can match");
    assert_int_equal(parse("topic==|(?i)x|", &filter, sentence), ERROR_MALFORMED);
}

/* Repeats a piece until the text is as long as asked for. */
static const char *repeated(const char *piece, size_t count)
{
    static char text[FILTER_BYTES_MAX + 64];
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        strcat(text, piece);
    return text;
}

static void each_limit_is_reached_and_not_passed(void **state)
{
    struct filter filter;
    char sentence[FAKE_MESSAGE_MAX + 1];
    (void)state;
    assert_int_equal(parse(repeated("a", FILTER_BYTES_MAX), &filter, sentence), 0);
    assert_int_equal(parse(repeated("a", FILTER_BYTES_MAX + 1), &filter, sentence), ERROR_LIMIT);
    assert_string_equal(sentence, "filters: a filter is longer than the fake can hold");
    assert_int_equal(parse(repeated("a.", FILTER_FIELDS_MAX - 1), &filter, sentence), ERROR_MALFORMED);
    assert_int_equal(parse(repeated("a.", FILTER_FIELDS_MAX + 1), &filter, sentence), ERROR_LIMIT);
    assert_string_equal(sentence, "filters: a path has more fields than the fake can hold");
    assert_int_equal(parse(repeated("a,", FILTER_SELECTORS_MAX - 1), &filter, sentence), ERROR_MALFORMED);
    assert_int_equal(parse(repeated("a,", FILTER_SELECTORS_MAX), &filter, sentence), ERROR_LIMIT);
    assert_string_equal(sentence, "filters: there are more selectors than the fake can hold");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_filter_that_containerd_accepts_passes_what_containerd_passes),
        cmocka_unit_test(a_filter_that_containerd_refuses_is_refused_in_its_words),
        cmocka_unit_test(a_nul_is_refused_wherever_it_stands),
        cmocka_unit_test(an_expression_that_only_go_knows_is_refused_instead_of_misread),
        cmocka_unit_test(each_limit_is_reached_and_not_passed),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/filter", tests, NULL, NULL);
}
