/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "handler/wire/dialect.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static void check_bytes(const struct buffer *buffer, const char *expected)
{
    assert_false(buffer->failed);
    assert_int_equal(buffer->length, strlen(expected));
    assert_memory_equal(buffer->bytes, expected, buffer->length);
}

static void the_subscription_asks_for_task_events_of_the_namespace(void **state)
{
    struct buffer message = BUFFER_INIT;
    (void)state;
    dialect_v1.encode_subscribe(text_of("k8s.io"), &message);
    check_bytes(&message, "\x0a\x23namespace==k8s.io,topic~=|^/tasks/|");
    buffer_release(&message);
}

static void a_request_about_a_container_carries_its_id(void **state)
{
    struct buffer message = BUFFER_INIT;
    (void)state;
    dialect_v1.encode_delete(text_of("web"), &message);
    check_bytes(&message, "\x0a\x03web");
    buffer_clear(&message);
    dialect_v1.encode_lookup(text_of("db"), &message);
    check_bytes(&message, "\x0a\x02"
                          "db");
    buffer_release(&message);
}

static void a_deletion_gives_status_and_time(void **state)
{
    static const struct text message = BYTES("\x0a\x03web\x10\x07\x18\x89\x01\x22\x04\x08\x05\x10\x06");
    struct decoded_deletion deletion;
    (void)state;
    assert_int_equal(dialect_v1.decode_deletion(message, &deletion, NULL), 0);
    assert_int_equal(deletion.exit_status, 137);
    assert_true(deletion.exited_at.present);
    assert_int_equal(deletion.exited_at.seconds, 5);
    assert_int_equal(deletion.exited_at.nanoseconds, 6);
    assert_int_equal(dialect_v1.decode_deletion(text_of(""), &deletion, NULL), 0);
    assert_int_equal(deletion.exit_status, 0);
    assert_false(deletion.exited_at.present);
}

static void an_answer_that_cannot_be_read_is_refused_with_a_sentence(void **state)
{
    static const struct {
        struct text message;
        const char *says;
    } deletions[] = {
        {BYTES("\x0a\x04web"), "a DeleteResponse is not well-formed protobuf"},
        {BYTES("\x0a\x01\xff"), "a DeleteResponse holds text that is not UTF-8"},
        {BYTES("\x22\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
         "a DeleteResponse holds a time outside the years 1 to 9999"},
    };
    struct decoded_deletion deletion;
    struct error error;
    bool owned;
    (void)state;
    for (size_t i = 0; i < COUNT(deletions); i++) {
        assert_int_equal(dialect_v1.decode_deletion(deletions[i].message, &deletion, &error), ERROR_MALFORMED);
        assert_true(text_starts_with(text_of(error.text), "grpc: failed to unmarshal the received message: "));
        assert_non_null(strstr(error.text, deletions[i].says));
    }
    assert_int_equal(dialect_v1.decode_owned(text_of("\x0a\x7f"), &owned, &error), ERROR_MALFORMED);
    assert_non_null(strstr(error.text, "a GetContainerResponse is not well-formed protobuf"));
}

#define OWNED          \
    "\x12\x1b\x0a\x13" \
    "eventmonitor/delete\x12\x04true"
#define DENIED                    \
    "\x12\x1c\x0a\x13"            \
    "eventmonitor/delete\x12\x05" \
    "false"
#define ANOTHER        \
    "\x12\x07\x0a\x03" \
    "app\x12\x00"

/* As in a map, the last value of a key is the one that counts. */
static void a_container_is_ours_by_its_label_alone(void **state)
{
    static const struct {
        struct text message;
        bool owned;
    } rows[] = {
        {BYTES("\x0a\x1d" OWNED), true},
        {BYTES("\x0a\x26" OWNED ANOTHER), true},
        {BYTES("\x0a\x26" ANOTHER OWNED), true},
        {BYTES("\x0a\x3b" DENIED OWNED), true},
        {BYTES("\x0a\x3b" OWNED DENIED), false},
        {BYTES("\x0a\x1e" DENIED), false},
        {BYTES("\x0a\x09" ANOTHER), false},
        {BYTES("\x0a\x19\x12\x17\x0a\x13"
               "eventmonitor/delete\x12\x00"),
         false},
        {BYTES("\x0a\x1b\x12\x19\x0a\x11"
               "eventmonitor/dele\x12\x04true"),
         false},
        {BYTES("\x0a\x05\x0a\x03web"), false},
        {BYTES(""), false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool owned = !rows[i].owned;
        assert_int_equal(dialect_v1.decode_owned(rows[i].message, &owned, NULL), 0);
        assert_true(owned == rows[i].owned);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_subscription_asks_for_task_events_of_the_namespace),
        cmocka_unit_test(a_request_about_a_container_carries_its_id),
        cmocka_unit_test(a_deletion_gives_status_and_time),
        cmocka_unit_test(an_answer_that_cannot_be_read_is_refused_with_a_sentence),
        cmocka_unit_test(a_container_is_ours_by_its_label_alone),
    };
    return cmocka_run_group_tests_name("handler/wire/dialect_v1", tests, NULL, NULL);
}
