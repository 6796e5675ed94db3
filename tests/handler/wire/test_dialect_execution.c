/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "handler/wire/dialect.h"

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static void requests_carry_an_id_or_nothing(void **state)
{
    struct buffer message = BUFFER_INIT;
    (void)state;
    dialect_execution.encode_subscribe(text_of("default"), &message);
    assert_false(message.failed);
    assert_int_equal(message.length, 0);
    dialect_execution.encode_delete(text_of("web"), &message);
    assert_int_equal(message.length, 5);
    assert_memory_equal(message.bytes, "\x0a\x03web", 5);
    assert_string_equal(dialect_execution.subscribe_path, "/containerd.v1.services.ContainerService/Events");
    assert_string_equal(dialect_execution.delete_path, "/containerd.v1.services.ContainerService/Delete");
    assert_null(dialect_execution.lookup_path);
    assert_false(dialect_execution.has_name_spaces);
    buffer_release(&message);
}

static void an_event_is_read_field_by_field(void **state)
{
    static const struct {
        struct text message;
        enum task_event_kind kind;
        const char *container;
        uint32_t pid, status;
        struct timestamp exited_at;
    } rows[] = {
        {BYTES("\x0a\x03web\x18\x65\x20\x03\x2a\x04\x08\x05\x10\x06"), TASK_EVENT_EXIT, "web", 101, 3, {true, 5, 6}},
        /* an exit is what no kind is named for */
        {BYTES(""), TASK_EVENT_EXIT, "", 0, 0, {false, 0, 0}},
        {BYTES("\x10\x00"), TASK_EVENT_EXIT, "", 0, 0, {false, 0, 0}},
        {BYTES("\x0a\x03web\x10\x01"), TASK_EVENT_OOM, "web", 0, 0, {false, 0, 0}},
        {BYTES("\x0a\x03web\x10\x02\x18\x05"), TASK_EVENT_CREATE, "web", 5, 0, {false, 0, 0}},
        {BYTES("\x0a\x03web\x10\x03\x18\x05"), TASK_EVENT_START, "web", 5, 0, {false, 0, 0}},
        {BYTES("\x0a\x03web\x10\x04"), TASK_EVENT_EXEC_ADDED, "web", 0, 0, {false, 0, 0}},
        {BYTES("\x0a\x03web\x10\x05"), TASK_EVENT_PAUSED, "web", 0, 0, {false, 0, 0}},
        {BYTES("\x0a\x03web\x10\x06"), TASK_EVENT_OTHER, "web", 0, 0, {false, 0, 0}},
        {BYTES("\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), TASK_EVENT_OTHER, "", 0, 0, {false, 0, 0}},
        {BYTES("\x18\xff\xff\xff\xff\x0f\x20\xff\xff\xff\xff\x0f"),
         TASK_EVENT_EXIT,
         "",
         UINT32_MAX,
         UINT32_MAX,
         {false, 0, 0}},
        /* a time that is there and empty is the epoch; Go's zero time is a time like others */
        {BYTES("\x2a\x00"), TASK_EVENT_EXIT, "", 0, 0, {true, 0, 0}},
        {BYTES("\x2a\x0b\x08\x80\x92\xb8\xc3\x98\xfe\xff\xff\xff\x01"),
         TASK_EVENT_EXIT,
         "",
         0,
         0,
         {true, TIME_GO_ZERO_SECONDS, 0}},
        /* fields that nobody knows are passed over */
        {BYTES("\x0a\x03web\x32\x01x\x38\x07\x18\x65"), TASK_EVENT_EXIT, "web", 101, 0, {false, 0, 0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct decoded_event event = {.envelope = NULL};
        struct error error;
        if (dialect_execution.decode_event(rows[i].message, &event, &error) != 0)
            fail_msg("row %zu: %s", i, error.text);
        assert_int_equal(event.task.kind, rows[i].kind);
        assert_true(text_is(event.task.container_id, rows[i].container));
        assert_int_equal(event.task.pid, rows[i].pid);
        assert_int_equal(event.task.exit_status, rows[i].status);
        assert_int_equal(event.task.exited_at.present, rows[i].exited_at.present);
        assert_true(event.task.exited_at.seconds == rows[i].exited_at.seconds);
        assert_int_equal(event.task.exited_at.nanoseconds, rows[i].exited_at.nanoseconds);
        assert_int_equal(event.task.topic.length + event.task.name_space.length + event.task.process_id.length, 0);
        assert_false(event.task.published_at.present);
        decoded_event_release(&event);
    }
}

static void what_cannot_be_read_is_refused_with_a_sentence(void **state)
{
    static const struct {
        struct text message;
        const char *event, *deletion; /* NULL: it can be read */
    } rows[] = {
        {BYTES("\x0a\x05web"), "an event is not well-formed protobuf", "a DeleteResponse is not well-formed protobuf"},
        {BYTES("\x0a\x01\xff"), "an event holds text that is not UTF-8",
         "a DeleteResponse holds text that is not UTF-8"},
        {BYTES("\x2a\x06\x10\x80\x94\xeb\xdc\x03"), "an event holds a time outside the years 1 to 9999", NULL},
        {BYTES("\x2a\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
         "an event holds a time outside the years 1 to 9999", NULL},
        {BYTES("\x1a\x06\x10\x80\x94\xeb\xdc\x03"), "an event is not well-formed protobuf",
         "a DeleteResponse holds a time outside the years 1 to 9999"},
    };
    static const char prefix[] = "grpc: failed to unmarshal the received message: ";
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct decoded_event event = {.envelope = NULL};
        struct decoded_deletion deletion;
        struct error error;
        assert_int_equal(dialect_execution.decode_event(rows[i].message, &event, &error), ERROR_MALFORMED);
        assert_memory_equal(error.text, prefix, sizeof prefix - 1);
        assert_string_equal(error.text + sizeof prefix - 1, rows[i].event);
        assert_null(event.envelope);
        if (rows[i].deletion == NULL)
            continue;
        assert_int_equal(dialect_execution.decode_deletion(rows[i].message, &deletion, &error), ERROR_MALFORMED);
        assert_string_equal(error.text + sizeof prefix - 1, rows[i].deletion);
    }
}

static void a_deletion_gives_status_and_time(void **state)
{
    static const struct text message = BYTES("\x0a\x03web\x10\x89\x01\x1a\x04\x08\x05\x10\x06");
    struct decoded_deletion deletion;
    (void)state;
    assert_int_equal(dialect_execution.decode_deletion(message, &deletion, NULL), 0);
    assert_int_equal(deletion.exit_status, 137);
    assert_true(deletion.exited_at.present);
    assert_true(deletion.exited_at.seconds == 5);
    assert_int_equal(deletion.exited_at.nanoseconds, 6);
    assert_int_equal(dialect_execution.decode_deletion(text_of(""), &deletion, NULL), 0);
    assert_int_equal(deletion.exit_status, 0);
    assert_false(deletion.exited_at.present);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_carry_an_id_or_nothing),
        cmocka_unit_test(an_event_is_read_field_by_field),
        cmocka_unit_test(what_cannot_be_read_is_refused_with_a_sentence),
        cmocka_unit_test(a_deletion_gives_status_and_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
