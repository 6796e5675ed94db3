/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "grpc/wire/message.h"

enum { SIZE_MAX_HERE = 100 };

/* Feeds bytes in pieces of that size and writes what comes: "[a][b]" and an error's text. */
static void read_in_pieces(struct text bytes, size_t piece, struct buffer *trace, bool *ret_partial)
{
    struct grpc_message_reader reader;
    int result = 0;

    grpc_message_reader_init(&reader, SIZE_MAX_HERE);
    while (bytes.length > 0 && result >= 0) {
        struct text input = {bytes.bytes, bytes.length < piece ? bytes.length : piece};
        /* A copy of its own, so that a read beyond the piece is found by the sanitizer. */
        char *copy = malloc(input.length);

        assert_non_null(copy);
        memcpy(copy, input.bytes, input.length);
        bytes.bytes += input.length;
        bytes.length -= input.length;
        input.bytes = copy;
        while (input.length > 0 && result >= 0) {
            struct text message;

            result = grpc_message_read(&reader, &input, &message);
            if (result == 1)
                buffer_printf(trace, "[%.*s]", TEXT_ARGUMENTS(message));
        }
        free(copy);
    }
    if (result < 0)
        buffer_printf(trace, "%s", error_text(result));
    *ret_partial = grpc_message_partial(&reader);
    grpc_message_reader_release(&reader);
}

static void messages_are_the_same_for_every_way_of_cutting_them(void **state)
{
    static const struct {
        struct text bytes;
        const char *messages;
        bool partial;
    } rows[] = {
        {{"\0\0\0\0\5hello", 10}, "[hello]", false},
        {{"\0\0\0\0\0", 5}, "[]", false},
        {{"\0\0\0\0\1a\0\0\0\0\0\0\0\0\0\2bc", 18}, "[a][][bc]", false},
        {{"\0\0\0\0\1a\0\0", 8}, "[a]", true},
        {{"\0\0\0\0\3ab", 7}, "", true},
        {{"\1\0\0\0\1a", 6}, "refused", false},
        {{"\2\0\0\0\1a", 6}, "malformed input", false},
        {{"\0\0\0\0\1a\xff\0\0\0\1a", 12}, "[a]malformed input", false},
        {{"\0\0\0\0\x65", 5}, "a limit is reached", false},
        {{"\0\xff\xff\xff\xff", 5}, "a limit is reached", false},
        {{"\1\xff\xff\xff\xff", 5}, "refused", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t piece = 1; piece <= rows[i].bytes.length; piece++) {
            struct buffer trace = BUFFER_INIT;
            bool partial;

            read_in_pieces(rows[i].bytes, piece, &trace, &partial);
            buffer_append(&trace, "", 1);
            assert_string_equal((const char *)trace.bytes, rows[i].messages);
            if (strchr(rows[i].messages, ' ') == NULL && strcmp(rows[i].messages, "refused") != 0)
                assert_int_equal(partial, rows[i].partial);
            buffer_release(&trace);
        }
    }
}

static void refused_message_tells_its_size(void **state)
{
    struct grpc_message_reader reader;
    struct text input = {"\0\0\0\0\x65", 5};
    struct text message;

    (void)state;
    grpc_message_reader_init(&reader, SIZE_MAX_HERE);
    assert_int_equal(grpc_message_read(&reader, &input, &message), ERROR_LIMIT);
    assert_int_equal(message.length, SIZE_MAX_HERE + 1);
    grpc_message_reader_release(&reader);
}

static void memory_follows_what_came_and_not_what_was_promised(void **state)
{
    struct grpc_message_reader reader;
    struct text input = {"\0\1\0\0\0x", 6};
    struct text message;

    (void)state;
    grpc_message_reader_init(&reader, GRPC_MESSAGE_MAX);
    assert_int_equal(grpc_message_read(&reader, &input, &message), 0);
    assert_true(reader.partial.capacity < 4096);
    grpc_message_reader_release(&reader);
}

static void prefix_is_what_the_reader_reads(void **state)
{
    static const uint32_t lengths[] = {0, 1, 255, 256, 65536, GRPC_MESSAGE_MAX, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct buffer out = BUFFER_INIT;
        struct grpc_message_reader reader;
        struct text message;

        grpc_message_prefix(lengths[i], &out);
        assert_int_equal(out.length, GRPC_MESSAGE_PREFIX);
        /* The size is told only where it is refused. */
        grpc_message_reader_init(&reader, lengths[i] > 0 ? lengths[i] - 1 : 0);
        struct text input = buffer_text(&out);
        assert_int_equal(grpc_message_read(&reader, &input, &message), lengths[i] > 0 ? ERROR_LIMIT : 1);
        assert_true(message.length == lengths[i]);
        grpc_message_reader_release(&reader);
        buffer_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_the_same_for_every_way_of_cutting_them),
        cmocka_unit_test(refused_message_tells_its_size),
        cmocka_unit_test(memory_follows_what_came_and_not_what_was_promised),
        cmocka_unit_test(prefix_is_what_the_reader_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
