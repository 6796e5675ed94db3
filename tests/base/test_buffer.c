/* SPDX-License-Identifier: Apache-2.0 */

/* The buffer is compiled into this program with an allocator that can be made to fail, in place of the archive's. */
#include <stdbool.h>
#include <stdlib.h>

static bool memory_lacks;

static void *failing_realloc(void *old, size_t size)
{
    return memory_lacks ? NULL : realloc(old, size);
}

#define realloc failing_realloc
#include "base/buffer.c"
#undef realloc

#include <setjmp.h>
#include <stddef.h>
#include <wchar.h>

#include <cmocka.h>

static void assert_holds(const struct buffer *buffer, const char *expected)
{
    struct text text = buffer_text(buffer);
    assert_int_equal(text.length, strlen(expected));
    if (text.length > 0)
        assert_memory_equal(text.bytes, expected, text.length);
}

static int restore_memory(void **context)
{
    (void)context;
    memory_lacks = false;
    return 0;
}

static void appends_follow_one_another(void **context)
{
    struct buffer buffer = BUFFER_INIT;
    (void)context;
    assert_holds(&buffer, "");
    assert_int_equal(buffer_append(&buffer, "ab", 2), 0);
    assert_int_equal(buffer_append(&buffer, NULL, 0), 0);
    assert_int_equal(buffer_append_text(&buffer, text_of("cd")), 0);
    assert_int_equal(buffer_append_text(&buffer, text_of(NULL)), 0);
    assert_int_equal(buffer_printf(&buffer, "%d-%s", 42, "x"), 0);
    assert_int_equal(buffer_printf(&buffer, "%s", ""), 0);
    assert_holds(&buffer, "abcd42-x");
    buffer_release(&buffer);
    buffer_release(NULL);
    assert_holds(&buffer, "");
}

static void it_grows_as_needed(void **context)
{
    struct buffer buffer = BUFFER_INIT;
    (void)context;
    for (size_t i = 0; i < 10000; i++) {
        char byte = (char)('a' + i % 26);
        assert_int_equal(buffer_append(&buffer, &byte, 1), 0);
        assert_true(buffer.capacity >= buffer.length && buffer.capacity <= 64 + 2 * buffer.length);
    }
    for (size_t i = 0; i < 10000; i++)
        assert_int_equal(buffer.bytes[i], 'a' + i % 26);
    buffer_clear(&buffer);
    assert_int_equal(buffer_printf(&buffer, "%0500d", 7), 0);
    assert_int_equal(buffer.length, 500);
    buffer_release(&buffer);
}

static void room_that_was_reserved_is_there(void **context)
{
    struct buffer buffer = BUFFER_INIT;
    (void)context;
    assert_int_equal(buffer_reserve(&buffer, 1000), 0);
    memory_lacks = true;
    for (int i = 0; i < 1000; i++)
        assert_int_equal(buffer_append(&buffer, "x", 1), 0);
    assert_int_equal(buffer.length, 1000);
    buffer_release(&buffer);
}

static void bytes_are_consumed_from_the_front(void **context)
{
    static const struct {
        size_t count;
        const char *left;
    } rows[] = {{0, "abcdef"}, {1, "bcdef"}, {5, "f"}, {6, ""}, {7, ""}, {SIZE_MAX, ""}};
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer buffer = BUFFER_INIT;
        assert_int_equal(buffer_append(&buffer, "abcdef", 6), 0);
        buffer_consume(&buffer, rows[i].count);
        assert_holds(&buffer, rows[i].left);
        assert_int_equal(buffer_append(&buffer, "!", 1), 0);
        assert_int_equal(buffer.length, strlen(rows[i].left) + 1);
        buffer_release(&buffer);
    }
}

static void a_json_string_can_be_read_by_any_reader(void **context)
{
    static const struct {
        const char *bytes, *json;
    } rows[] = {
        {"", "\"\""},
        {"plain", "\"plain\""},
        {"a\"b\\c/", "\"a\\\"b\\\\c/\""},
        {"\n\t\r\x01\x1f\x7f", "\"\\n\\t\\u000d\\u0001\\u001f\\u007f\""},
        {"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xb3", "\"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xb3\""},
        {"\xff", "\"\\ufffd\""},
        {"\x80z", "\"\\ufffdz\""},
        {"\xe2\x82", "\"\\ufffd\\ufffd\""},
        {"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
        {"\xc3(", "\"\\ufffd(\""},
    };
    const struct text with_nul = {"a\0b", 3};
    struct buffer buffer = BUFFER_INIT;
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buffer_clear(&buffer);
        assert_int_equal(buffer_append_json(&buffer, text_of(rows[i].bytes)), 0);
        assert_holds(&buffer, rows[i].json);
    }
    buffer_clear(&buffer);
    assert_int_equal(buffer_append_json(&buffer, with_nul), 0);
    assert_holds(&buffer, "\"a\\u0000b\"");
    buffer_release(&buffer);
}

static void fill(struct buffer *buffer, size_t length)
{
    buffer_clear(buffer);
    while (buffer->length < length)
        assert_int_equal(buffer_append(buffer, "x", 1), 0);
}

static void an_append_that_fails_leaves_the_content_and_marks_the_buffer(void **context)
{
    struct buffer buffer = BUFFER_INIT;
    (void)context;
    fill(&buffer, 60);
    memory_lacks = true;
    assert_int_equal(buffer_append(&buffer, "123456", 6), ERROR_NO_MEMORY);
    assert_true(buffer.failed);
    assert_int_equal(buffer.length, 60);
    /* What would fit, or find memory again, does nothing either: so one question at the end is enough. */
    assert_int_equal(buffer_append(&buffer, "1", 1), ERROR_NO_MEMORY);
    memory_lacks = false;
    assert_int_equal(buffer_append_text(&buffer, text_of("1")), ERROR_NO_MEMORY);
    assert_int_equal(buffer_printf(&buffer, "1"), ERROR_NO_MEMORY);
    assert_int_equal(buffer_append_json(&buffer, text_of("1")), ERROR_NO_MEMORY);
    assert_int_equal(buffer_reserve(&buffer, 0), ERROR_NO_MEMORY);
    assert_int_equal(buffer.length, 60);
    buffer_clear(&buffer);
    assert_int_equal(buffer_append(&buffer, "1", 1), 0);
    assert_holds(&buffer, "1");
    buffer_release(&buffer);
}

/* Wherever the memory ends, in the quotes or between them. */
static void a_json_string_is_appended_whole_or_not_at_all(void **context)
{
    (void)context;
    for (size_t used = 40; used <= 64; used++) {
        struct buffer buffer = BUFFER_INIT;
        int result;
        memory_lacks = false;
        fill(&buffer, used);
        memory_lacks = true;
        result = buffer_append_json(&buffer, text_of("ab\ncd\xff"
                                                     "ef"));
        assert_int_equal(result, used + 16 <= 64 ? 0 : ERROR_NO_MEMORY);
        assert_int_equal(buffer.length, result == 0 ? used + 16 : used);
        buffer_release(&buffer);
    }
}

static void sizes_that_cannot_be_are_refused(void **context)
{
    struct buffer buffer = BUFFER_INIT;
    (void)context;
    assert_int_equal(buffer_append(&buffer, "ab", 2), 0);
    assert_int_equal(buffer_reserve(&buffer, SIZE_MAX), ERROR_NO_MEMORY);
    assert_true(buffer.failed);
    assert_holds(&buffer, "ab");
    buffer_release(&buffer);
}

/* In the C locale there is no way to print this character. */
static void what_cannot_be_printed_marks_the_buffer(void **context)
{
    struct buffer buffer = BUFFER_INIT;
    (void)context;
    assert_int_equal(buffer_printf(&buffer, "%lc", (wint_t)0x20ac), ERROR_NO_MEMORY);
    assert_true(buffer.failed);
    assert_holds(&buffer, "");
    buffer_release(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(appends_follow_one_another, restore_memory),
        cmocka_unit_test_setup(it_grows_as_needed, restore_memory),
        cmocka_unit_test_setup(room_that_was_reserved_is_there, restore_memory),
        cmocka_unit_test_setup(bytes_are_consumed_from_the_front, restore_memory),
        cmocka_unit_test_setup(a_json_string_can_be_read_by_any_reader, restore_memory),
        cmocka_unit_test_setup(an_append_that_fails_leaves_the_content_and_marks_the_buffer, restore_memory),
        cmocka_unit_test_setup(a_json_string_is_appended_whole_or_not_at_all, restore_memory),
        cmocka_unit_test_setup(sizes_that_cannot_be_are_refused, restore_memory),
        cmocka_unit_test_setup(what_cannot_be_printed_marks_the_buffer, restore_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
