/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/error.h"
#include "grpc/wire/status.h"

static void status_field_is_a_decimal_number(void **state)
{
    static const struct {
        const char *field;
        int code;
        enum status_code status;
    } rows[] = {
        {"0", 0, STATUS_OK},
        {"5", 0, STATUS_NOT_FOUND},
        {"16", 0, STATUS_UNAUTHENTICATED},
        {"005", 0, STATUS_NOT_FOUND},
        {"17", 0, STATUS_UNKNOWN},
        {"99999999999999999999999999", 0, STATUS_UNKNOWN},
        {"", ERROR_MALFORMED, STATUS_OK},
        {"-1", ERROR_MALFORMED, STATUS_OK},
        {"1 ", ERROR_MALFORMED, STATUS_OK},
        {"OK", ERROR_MALFORMED, STATUS_OK},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        enum status_code status = STATUS_OK;

        assert_int_equal(grpc_status_from_field(text_of(rows[i].field), &status), rows[i].code);
        assert_int_equal(status, rows[i].status);
    }
}

static void reset_becomes_the_status_that_grpc_names(void **state)
{
    static const struct {
        uint32_t code;
        enum status_code status;
        const char *name;
    } rows[] = {
        {0, STATUS_INTERNAL, "NO_ERROR"},
        {1, STATUS_INTERNAL, "PROTOCOL_ERROR"},
        {2, STATUS_INTERNAL, "INTERNAL_ERROR"},
        {3, STATUS_INTERNAL, "FLOW_CONTROL_ERROR"},
        {4, STATUS_INTERNAL, "SETTINGS_TIMEOUT"},
        {5, STATUS_INTERNAL, "STREAM_CLOSED"},
        {6, STATUS_INTERNAL, "FRAME_SIZE_ERROR"},
        {7, STATUS_UNAVAILABLE, "REFUSED_STREAM"},
        {8, STATUS_CANCELLED, "CANCEL"},
        {9, STATUS_INTERNAL, "COMPRESSION_ERROR"},
        {10, STATUS_INTERNAL, "CONNECT_ERROR"},
        {11, STATUS_RESOURCE_EXHAUSTED, "ENHANCE_YOUR_CALM"},
        {12, STATUS_PERMISSION_DENIED, "INADEQUATE_SECURITY"},
        {13, STATUS_INTERNAL, "HTTP_1_1_REQUIRED"},
        {14, STATUS_INTERNAL, "unknown"},
        {UINT32_MAX, STATUS_INTERNAL, "unknown"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(grpc_status_from_http2_code(rows[i].code), rows[i].status);
        assert_string_equal(grpc_http2_code_name(rows[i].code), rows[i].name);
    }
}

static void http_status_becomes_the_status_that_grpc_names(void **state)
{
    static const struct {
        int http_status;
        enum status_code status;
    } rows[] = {
        {200, STATUS_UNKNOWN},         {301, STATUS_UNKNOWN},           {400, STATUS_INTERNAL},
        {401, STATUS_UNAUTHENTICATED}, {403, STATUS_PERMISSION_DENIED}, {404, STATUS_UNIMPLEMENTED},
        {405, STATUS_UNKNOWN},         {429, STATUS_UNAVAILABLE},       {500, STATUS_UNKNOWN},
        {502, STATUS_UNAVAILABLE},     {503, STATUS_UNAVAILABLE},       {504, STATUS_UNAVAILABLE},
        {505, STATUS_UNKNOWN},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(grpc_status_from_http_status(rows[i].http_status), rows[i].status);
}

static void assert_text(struct buffer *buffer, const char *expected, size_t length)
{
    assert_false(buffer->failed);
    assert_int_equal(buffer->length, length);
    if (length > 0)
        assert_memory_equal(buffer->bytes, expected, length);
    buffer_release(buffer);
}

static void message_is_percent_encoded_and_comes_back(void **state)
{
    static const struct {
        struct text plain;
        const char *encoded;
    } rows[] = {
        {{"", 0}, ""},
        {{"not found", 9}, "not found"},
        {{"100 %", 5}, "100 %25"},
        {{" ~", 2}, " ~"},
        {{"\x1f\x7f", 2}, "%1F%7F"},
        {{"a\nb\0c", 5}, "a%0Ab%00c"},
        {{"gr\xc3\xb6\xc3\x9f", 6}, "gr%C3%B6%C3%9F"},
        {{"\xff", 1}, "%FF"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buffer out = BUFFER_INIT;

        grpc_percent_encode(rows[i].plain, &out);
        assert_text(&out, rows[i].encoded, text_of(rows[i].encoded).length);
        grpc_percent_decode(text_of(rows[i].encoded), &out);
        assert_text(&out, rows[i].plain.bytes, rows[i].plain.length);
    }
}

static void what_is_no_escape_stays_as_it_is(void **state)
{
    static const struct {
        const char *encoded;
        const char *decoded;
    } rows[] = {
        {"%", "%"},     {"%4", "%4"},   {"a%zz", "a%zz"},       {"%4g", "%4g"},  {"%g4", "%g4"},
        {"%%41", "%A"}, {"%41%", "A%"}, {"%c3%A4", "\xc3\xa4"}, {"%ff", "\xff"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buffer out = BUFFER_INIT;

        grpc_percent_decode(text_of(rows[i].encoded), &out);
        assert_text(&out, rows[i].decoded, text_of(rows[i].decoded).length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(status_field_is_a_decimal_number),
        cmocka_unit_test(reset_becomes_the_status_that_grpc_names),
        cmocka_unit_test(http_status_becomes_the_status_that_grpc_names),
        cmocka_unit_test(message_is_percent_encoded_and_comes_back),
        cmocka_unit_test(what_is_no_escape_stays_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
