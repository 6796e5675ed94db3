/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"
#include "handler/wire/dialect.h"

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static int decode(enum monitor_call call, struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    *ret_answer = (struct decoded_answer){.message = NULL};
    return dialect_execution.calls[call].decode(message, ret_answer, error);
}

static void requests_carry_an_id_or_nothing(void **state)
{
    static const struct {
        enum monitor_call call;
        const char *path, *bytes;
    } rows[] = {
        {MONITOR_CALL_DELETE, "/containerd.v1.services.ContainerService/Delete", "\x0a\x03web"},
        {MONITOR_CALL_LIST, "/containerd.v1.services.ContainerService/List", ""},
        {MONITOR_CALL_GET, "/containerd.v1.services.ContainerService/Info", "\x0a\x03web"},
        {MONITOR_CALL_CREATE, "/containerd.v1.services.ContainerService/Create", "\x0a\x03web"},
        {MONITOR_CALL_START, "/containerd.v1.services.ContainerService/Start", "\x0a\x03web"},
        {MONITOR_CALL_KILL, "/containerd.v1.services.ContainerService/Kill", "\x0a\x03web\x10\x0f"},
    };
    struct buffer message = BUFFER_INIT;
    (void)state;
    dialect_execution.encode_subscribe(text_of("default"), &message);
    assert_false(message.failed);
    assert_int_equal(message.length, 0);
    assert_string_equal(dialect_execution.subscribe_path, "/containerd.v1.services.ContainerService/Events");
    assert_null(dialect_execution.lookup_path);
    assert_false(dialect_execution.has_name_spaces);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        buffer_clear(&message);
        assert_string_equal(dialect_execution.calls[rows[i].call].path, rows[i].path);
        dialect_execution.calls[rows[i].call].encode(text_of("web"), 15, &message);
        assert_true(text_is(buffer_text(&message), rows[i].bytes));
    }
    buffer_release(&message);
}

static void what_the_api_lacks_has_an_answer_of_its_own(void **state)
{
    (void)state;
    assert_null(dialect_execution.calls[MONITOR_CALL_METRICS].path);
    assert_int_equal(dialect_execution.calls[MONITOR_CALL_METRICS].unsent_status, STATUS_UNIMPLEMENTED);
    assert_null(dialect_execution.calls[MONITOR_CALL_REMOVE].path);
    assert_int_equal(dialect_execution.calls[MONITOR_CALL_REMOVE].unsent_status, STATUS_OK);
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
        struct decoded_answer answer;
        struct error error;
        assert_int_equal(dialect_execution.decode_event(rows[i].message, &event, &error), ERROR_MALFORMED);
        assert_memory_equal(error.text, prefix, sizeof prefix - 1);
        assert_string_equal(error.text + sizeof prefix - 1, rows[i].event);
        assert_null(event.envelope);
        if (rows[i].deletion == NULL)
            continue;
        assert_int_equal(decode(MONITOR_CALL_DELETE, rows[i].message, &answer, &error), ERROR_MALFORMED);
        assert_string_equal(error.text + sizeof prefix - 1, rows[i].deletion);
    }
}

static void a_deletion_gives_status_and_time(void **state)
{
    static const struct text message = BYTES("\x0a\x03web\x10\x89\x01\x1a\x04\x08\x05\x10\x06");
    struct decoded_answer answer;
    (void)state;
    assert_int_equal(decode(MONITOR_CALL_DELETE, message, &answer, NULL), 0);
    assert_int_equal(answer.process.exit_status, 137);
    assert_true(answer.process.tells_exit);
    assert_true(answer.process.exited_at.present);
    assert_true(answer.process.exited_at.seconds == 5);
    assert_int_equal(answer.process.exited_at.nanoseconds, 6);
    decoded_answer_release(&answer);
    assert_int_equal(decode(MONITOR_CALL_DELETE, text_of(""), &answer, NULL), 0);
    assert_int_equal(answer.process.exit_status, 0);
    assert_false(answer.process.exited_at.present);
    decoded_answer_release(&answer);
}

/* Neither Info nor List of 2017 says how a process has ended. */
static void a_container_is_read_field_by_field_and_tells_no_exit(void **state)
{
    static const struct {
        struct text message;
        enum process_status status;
        uint32_t pid;
    } rows[] = {
        {BYTES("\x0a\x03web\x10\x65\x18\x01"), PROCESS_CREATED, 101},
        {BYTES("\x0a\x03web\x10\x65\x18\x02"), PROCESS_RUNNING, 101},
        {BYTES("\x0a\x03web\x10\x65\x18\x03"), PROCESS_STOPPED, 101},
        {BYTES("\x0a\x03web\x18\x04"), PROCESS_PAUSED, 0},
        {BYTES("\x0a\x03web"), PROCESS_UNKNOWN, 0},
        {BYTES("\x0a\x03web\x18\x05"), PROCESS_UNKNOWN, 0},
    };
    struct decoded_answer answer;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(decode(MONITOR_CALL_GET, rows[i].message, &answer, NULL), 0);
        assert_true(text_is(answer.process.container_id, "web"));
        assert_int_equal(answer.process.status, rows[i].status);
        assert_int_equal(answer.process.pid, rows[i].pid);
        assert_false(answer.process.tells_exit);
        decoded_answer_release(&answer);
    }
    assert_int_equal(decode(MONITOR_CALL_GET, text_of("\x0a\x7f"), &answer, NULL), ERROR_MALFORMED);
    assert_null(answer.message);
}

static void a_list_gives_every_container_in_its_order(void **state)
{
    static const struct text message = BYTES("\x0a\x09\x0a\x03web\x10\x65\x18\x02\x0a\x08\x0a\x02"
                                             "db\x10\x66\x18\x03");
    struct decoded_answer answer;
    (void)state;
    assert_int_equal(decode(MONITOR_CALL_LIST, message, &answer, NULL), 0);
    assert_int_equal(answer.process_count, 2);
    assert_true(text_is(answer.processes[0].container_id, "web"));
    assert_int_equal(answer.processes[0].pid, 101);
    assert_true(text_is(answer.processes[1].container_id, "db"));
    assert_int_equal(answer.processes[1].status, PROCESS_STOPPED);
    decoded_answer_release(&answer);
    assert_int_equal(decode(MONITOR_CALL_LIST, text_of("\x0a\x7f"), &answer, NULL), ERROR_MALFORMED);
    assert_null(answer.message);
    assert_int_equal(decode(MONITOR_CALL_CREATE, text_of("\x0a\x03web\x10\x65"), &answer, NULL), 0);
    assert_int_equal(answer.process.pid, 101);
    assert_null(dialect_execution.calls[MONITOR_CALL_START].decode);
    assert_null(dialect_execution.calls[MONITOR_CALL_KILL].decode);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_carry_an_id_or_nothing),
        cmocka_unit_test(what_the_api_lacks_has_an_answer_of_its_own),
        cmocka_unit_test(an_event_is_read_field_by_field),
        cmocka_unit_test(what_cannot_be_read_is_refused_with_a_sentence),
        cmocka_unit_test(a_deletion_gives_status_and_time),
        cmocka_unit_test(a_container_is_read_field_by_field_and_tells_no_exit),
        cmocka_unit_test(a_list_gives_every_container_in_its_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
