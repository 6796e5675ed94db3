/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/time.h"
#include "proto/check.h"
#include "proto/containers.pb-c.h"
#include "proto/events.pb-c.h"
#include "proto/tasks.pb-c.h"

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static int unpack(const ProtobufCMessageDescriptor *descriptor, struct text bytes)
{
    ProtobufCMessage *message = NULL;
    int result = proto_unpack(&message, descriptor, bytes);
    assert_true((result == 0) == (message != NULL));
    proto_free(message);
    return result;
}

/* Tasks/Delete {container_id} as bytes of all kinds. */
static void a_request_is_taken_or_refused_by_its_bytes(void **state)
{
    static const struct {
        struct text bytes;
        int result;
    } rows[] = {
        {BYTES(""), 0},
        {BYTES("\x0a\x03web"), 0},
        {BYTES("\x0a\x03w\0b"), 0},
        {BYTES("\x0a\x02\xc3\xa9"), 0},
        {BYTES("\x0a\x03web\xf8\x07\x01"), 0},      /* an unknown field */
        {BYTES("\x0a\x04web"), ERROR_MALFORMED},    /* ends early */
        {BYTES("\x0a"), ERROR_MALFORMED},           /* no length */
        {BYTES("\x08\x01"), ERROR_MALFORMED},       /* a number where a text belongs */
        {BYTES("\x0b\x0c"), ERROR_MALFORMED},       /* a group */
        {BYTES("\xff\xff\xff"), ERROR_MALFORMED},   /* no end of a tag */
        {BYTES("\x0a\x01\xff"), ERROR_INVALID},     /* no UTF-8 at all */
        {BYTES("\x0a\x02\xc0\x80"), ERROR_INVALID}, /* an overlong NUL */
        {BYTES("\x0a\x03\xed\xa0\x80"), ERROR_INVALID},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(unpack(&containerd__tasks__delete_task_request__descriptor, rows[i].bytes), rows[i].result);
}

static void a_text_keeps_its_length_across_a_nul(void **state)
{
    static const struct text bytes = BYTES("\x0a\x03w\0b");
    ProtobufCMessage *message = NULL;
    (void)state;
    assert_int_equal(proto_unpack(&message, &containerd__tasks__delete_task_request__descriptor, bytes), 0);
    Containerd__Tasks__DeleteTaskRequest *request = (void *)message;
    struct text id = proto_text(request->container_id);
    assert_int_equal(id.length, 3);
    assert_memory_equal(id.bytes, "w\0b", 3);
    proto_free(message);
}

static void text_is_checked_in_lists_and_at_depth_but_not_in_the_value_of_an_any(void **state)
{
    (void)state;
    struct text second_filter = BYTES("\x0a\x01x\x0a\x01\xff");
    assert_int_equal(unpack(&containerd__events__subscribe_request__descriptor, second_filter), ERROR_INVALID);
    struct text any_value = BYTES("\x22\x03\x12\x01\xff");
    assert_int_equal(unpack(&containerd__events__envelope__descriptor, any_value), 0);
    struct text any_type = BYTES("\x22\x03\x0a\x01\xff");
    assert_int_equal(unpack(&containerd__events__envelope__descriptor, any_type), ERROR_INVALID);
    struct text label_value = BYTES("\x0a\x05\x12\x03\x12\x01\xff");
    assert_int_equal(unpack(&containerd__containers__get_container_response__descriptor, label_value), ERROR_INVALID);
}

/* 2 bytes on the wire for each empty process, some 150 in memory: 1.5 million of them would take 400 MB. */
static void a_message_that_would_swell_past_the_limit_is_refused(void **state)
{
    enum { COUNT = 1500000 };
    char *bytes = malloc(2 * COUNT);
    (void)state;
    assert_non_null(bytes);
    for (size_t i = 0; i < COUNT; i++)
        memcpy(bytes + 2 * i, "\x0a\x00", 2);
    struct text all = {bytes, 2 * COUNT};
    assert_int_equal(unpack(&containerd__tasks__list_tasks_response__descriptor, all), ERROR_LIMIT);
    struct text some = {bytes, 20000};
    assert_int_equal(unpack(&containerd__tasks__list_tasks_response__descriptor, some), 0);
    free(bytes);
}

static void a_timestamp_has_no_negative_nanoseconds(void **state)
{
    static const struct {
        int64_t wall_ns;
        int64_t seconds;
        int32_t nanos;
    } rows[] = {
        {0, 0, 0},
        {1, 0, 1},
        {-1, -1, 999999999},
        {-1000000000, -1, 0},
        {INT64_C(1500000000123456789), 1500000000, 123456789},
        {INT64_MAX, INT64_C(9223372036), 854775807},
        {INT64_MIN, INT64_C(-9223372037), 145224192},
    };
    Google__Protobuf__Timestamp timestamp;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        proto_timestamp_set(&timestamp, rows[i].wall_ns);
        assert_true(timestamp.seconds == rows[i].seconds);
        assert_int_equal(timestamp.nanos, rows[i].nanos);
    }
    proto_timestamp_set_zero(&timestamp);
    assert_true(timestamp.seconds == TIME_GO_ZERO_SECONDS);
    assert_int_equal(timestamp.nanos, 0);
}

static void an_any_matches_its_exact_type_only(void **state)
{
    Google__Protobuf__Any any = GOOGLE__PROTOBUF__ANY__INIT;
    (void)state;
    any.type_url = proto_bytes(text_of("containerd.events.TaskExit"));
    assert_true(proto_any_is(&any, "containerd.events.TaskExit"));
    assert_false(proto_any_is(&any, "containerd.events.TaskExi"));
    assert_false(proto_any_is(&any, "type.googleapis.com/containerd.events.TaskExit"));
    assert_false(proto_any_is(NULL, "containerd.events.TaskExit"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_taken_or_refused_by_its_bytes),
        cmocka_unit_test(a_text_keeps_its_length_across_a_nul),
        cmocka_unit_test(text_is_checked_in_lists_and_at_depth_but_not_in_the_value_of_an_any),
        cmocka_unit_test(a_message_that_would_swell_past_the_limit_is_refused),
        cmocka_unit_test(a_timestamp_has_no_negative_nanoseconds),
        cmocka_unit_test(an_any_matches_its_exact_type_only),
    };
    return cmocka_run_group_tests_name("proto/check", tests, NULL, NULL);
}
