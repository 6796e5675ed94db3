/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "handler/wire/dialect.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

static int decode(enum monitor_call call, struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    *ret_answer = (struct decoded_answer){.message = NULL};
    return dialect_v1.calls[call].decode(message, ret_answer, error);
}

static void a_request_carries_the_id_and_what_else_is_asked(void **state)
{
    static const struct {
        enum monitor_call call;
        const char *bytes;
    } rows[] = {
        {MONITOR_CALL_DELETE, "\x0a\x03web"},
        {MONITOR_CALL_LIST, ""},
        {MONITOR_CALL_GET, "\x0a\x03web"},
        {MONITOR_CALL_CREATE, "\x0a\x03web"},
        {MONITOR_CALL_START, "\x0a\x03web"},
        {MONITOR_CALL_KILL, "\x0a\x03web\x18\x0f"},
        {MONITOR_CALL_METRICS, "\x0a\x09id==\"web\""},
        {MONITOR_CALL_REMOVE, "\x0a\x03web"},
    };
    (void)state;
    assert_int_equal(COUNT(rows), DIALECT_CALLS);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buffer message = BUFFER_INIT;
        dialect_v1.calls[rows[i].call].encode(text_of("web"), 15, &message);
        assert_false(message.failed);
        assert_true(text_is(buffer_text(&message), rows[i].bytes));
        buffer_release(&message);
    }
}

/* An id may come from an event of anybody: it must not end the quotes and filter otherwise. */
static void an_id_cannot_leave_the_filter_of_metrics(void **state)
{
    struct buffer message = BUFFER_INIT;
    (void)state;
    dialect_v1.calls[MONITOR_CALL_METRICS].encode(text_of("a\",id!=\"b\\"), 0, &message);
    assert_true(text_is(buffer_text(&message), "\x0a\x13id==\"a\\\",id!=\\\"b\\\\\""));
    buffer_release(&message);
}

static void a_deletion_gives_status_and_time(void **state)
{
    static const struct text message = BYTES("\x0a\x03web\x10\x07\x18\x89\x01\x22\x04\x08\x05\x10\x06");
    struct decoded_answer answer;
    (void)state;
    assert_int_equal(decode(MONITOR_CALL_DELETE, message, &answer, NULL), 0);
    assert_int_equal(answer.process.pid, 7);
    assert_int_equal(answer.process.exit_status, 137);
    assert_true(answer.process.tells_exit);
    assert_true(answer.process.exited_at.present);
    assert_int_equal(answer.process.exited_at.seconds, 5);
    assert_int_equal(answer.process.exited_at.nanoseconds, 6);
    decoded_answer_release(&answer);
    assert_int_equal(decode(MONITOR_CALL_DELETE, text_of(""), &answer, NULL), 0);
    assert_int_equal(answer.process.exit_status, 0);
    assert_false(answer.process.exited_at.present);
    decoded_answer_release(&answer);
}

static void creating_and_starting_give_the_pid(void **state)
{
    struct decoded_answer answer;
    (void)state;
    assert_int_equal(decode(MONITOR_CALL_CREATE, text_of("\x0a\x03web\x10\x65"), &answer, NULL), 0);
    assert_int_equal(answer.process.pid, 101);
    decoded_answer_release(&answer);
    assert_int_equal(decode(MONITOR_CALL_START, text_of("\x08\x65"), &answer, NULL), 0);
    assert_int_equal(answer.process.pid, 101);
    decoded_answer_release(&answer);
}

#define ZERO_TIME "\x52\x0b\x08\x80\x92\xb8\xc3\x98\xfe\xff\xff\xff\x01"

/* As containerd answers: the id, and no container_id. */
static void a_process_is_read_field_by_field(void **state)
{
    static const struct {
        struct text message;
        struct process_state process;
    } rows[] = {
        {BYTES("\x0a\x16\x12\x03web\x18\x65\x20\x02" ZERO_TIME),
         {BYTES("web"), PROCESS_RUNNING, 101, 0, {true, TIME_GO_ZERO_SECONDS, 0}, false}},
        {BYTES("\x0a\x11\x12\x03web\x18\x65\x20\x03\x48\x03\x52\x04\x08\x05\x10\x06"),
         {BYTES("web"), PROCESS_STOPPED, 101, 3, {true, 5, 6}, true}},
        {BYTES("\x0a\x06\x0a\x02"
               "db\x20\x01"),
         {BYTES("db"), PROCESS_CREATED, 0, 0, {false, 0, 0}, false}},
        {BYTES("\x0a\x0b\x0a\x02"
               "db\x12\x03web\x20\x04"),
         {BYTES("db"), PROCESS_PAUSED, 0, 0, {false, 0, 0}, false}},
        {BYTES("\x0a\x02\x20\x05"), {BYTES(""), PROCESS_PAUSED, 0, 0, {false, 0, 0}, false}},
        {BYTES("\x0a\x02\x20\x06"), {BYTES(""), PROCESS_UNKNOWN, 0, 0, {false, 0, 0}, false}},
        {BYTES("\x0a\x00"), {BYTES(""), PROCESS_UNKNOWN, 0, 0, {false, 0, 0}, false}},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct process_state *expected = &rows[i].process;
        struct decoded_answer answer;
        assert_int_equal(decode(MONITOR_CALL_GET, rows[i].message, &answer, NULL), 0);
        assert_true(text_equal(answer.process.container_id, expected->container_id));
        assert_int_equal(answer.process.status, expected->status);
        assert_int_equal(answer.process.pid, expected->pid);
        assert_int_equal(answer.process.exit_status, expected->exit_status);
        assert_int_equal(answer.process.tells_exit, expected->tells_exit);
        assert_int_equal(answer.process.exited_at.present, expected->exited_at.present);
        assert_true(answer.process.exited_at.seconds == expected->exited_at.seconds);
        assert_int_equal(answer.process.exited_at.nanoseconds, expected->exited_at.nanoseconds);
        decoded_answer_release(&answer);
    }
}

static void a_list_gives_every_task_in_its_order(void **state)
{
    static const struct text message = BYTES("\x0a\x09\x12\x03web\x18\x65\x20\x02\x0a\x0a\x12\x02"
                                             "db\x18\x66\x20\x03\x48\x07");
    struct decoded_answer answer;
    (void)state;
    assert_int_equal(decode(MONITOR_CALL_LIST, message, &answer, NULL), 0);
    assert_int_equal(answer.process_count, 2);
    assert_true(text_is(answer.processes[0].container_id, "web"));
    assert_int_equal(answer.processes[0].status, PROCESS_RUNNING);
    assert_int_equal(answer.processes[0].pid, 101);
    assert_true(text_is(answer.processes[1].container_id, "db"));
    assert_int_equal(answer.processes[1].status, PROCESS_STOPPED);
    assert_int_equal(answer.processes[1].exit_status, 7);
    decoded_answer_release(&answer);
    assert_int_equal(decode(MONITOR_CALL_LIST, text_of(""), &answer, NULL), 0);
    assert_int_equal(answer.process_count, 0);
    decoded_answer_release(&answer);
}

static void a_list_beyond_the_limit_is_refused_whole(void **state)
{
    struct buffer message = BUFFER_INIT;
    struct decoded_answer answer;
    struct error error;
    (void)state;
    for (int i = 0; i < DIALECT_PROCESSES_MAX; i++)
        assert_int_equal(buffer_append(&message, "\x0a\x00", 2), 0);
    assert_int_equal(decode(MONITOR_CALL_LIST, buffer_text(&message), &answer, &error), 0);
    assert_int_equal(answer.process_count, DIALECT_PROCESSES_MAX);
    decoded_answer_release(&answer);
    assert_int_equal(buffer_append(&message, "\x0a\x00", 2), 0);
    assert_int_equal(decode(MONITOR_CALL_LIST, buffer_text(&message), &answer, &error), ERROR_LIMIT);
    assert_string_equal(error.text, "a ListTasksResponse holds more than 131072 tasks");
    assert_null(answer.message);
    assert_null(answer.processes);
    buffer_release(&message);
}

static void metrics_of_either_cgroup_give_the_kills_for_want_of_memory(void **state)
{
    static const struct {
        struct text message;
        uint64_t kills;
        bool tells;
    } rows[] = {
        {BYTES(""), 0, false},
        {BYTES("\x0a\x05\x12\x03web"), 0, false},
        {BYTES("\x0a\x29\x1a\x27\x0a\x20io.containerd.cgroups.v1.Metrics\x12\x03\x4a\x01\x18"), UINT64_MAX, false},
        {BYTES("\x0a\x2a\x1a\x28\x0a\x20io.containerd.cgroups.v1.Metrics\x12\x04\x4a\x02\x18\x02"), 2, true},
        {BYTES("\x0a\x2a\x1a\x28\x0a\x20io.containerd.cgroups.v2.Metrics\x12\x04\x42\x02\x28\x03"), 3, true},
        /* what else the messages hold is passed over; v1's field means something else in v2 */
        {BYTES("\x0a\x2e\x1a\x2c\x0a\x20io.containerd.cgroups.v1.Metrics\x12\x08\x12\x02\x08\x01\x4a\x02\x10\x01"), 0,
         true},
        {BYTES("\x0a\x2a\x1a\x28\x0a\x20io.containerd.cgroups.v2.Metrics\x12\x04\x4a\x02\x18\x02"), 0, false},
        {BYTES("\x0a\x2a\x1a\x28\x0a\x20io.containerd.cgroups.v3.Metrics\x12\x04\x42\x02\x28\x03"), 0, false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decoded_answer answer;
        struct error error;
        int code = decode(MONITOR_CALL_METRICS, rows[i].message, &answer, &error);
        assert_int_equal(code, rows[i].kills == UINT64_MAX ? ERROR_MALFORMED : 0);
        if (code == 0 && (answer.oom_kills != rows[i].kills || answer.tells_kills != rows[i].tells))
            fail_msg("row %zu", i);
        decoded_answer_release(&answer);
    }
}

static void an_answer_that_cannot_be_read_is_refused_with_a_sentence(void **state)
{
    static const struct {
        enum monitor_call call;
        struct text message;
        const char *says;
    } rows[] = {
        {MONITOR_CALL_DELETE, BYTES("\x0a\x04web"), "a DeleteResponse is not well-formed protobuf"},
        {MONITOR_CALL_DELETE, BYTES("\x0a\x01\xff"), "a DeleteResponse holds text that is not UTF-8"},
        {MONITOR_CALL_DELETE, BYTES("\x22\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
         "a DeleteResponse holds a time outside the years 1 to 9999"},
        {MONITOR_CALL_LIST, BYTES("\x0a\x7f"), "a ListTasksResponse is not well-formed protobuf"},
        {MONITOR_CALL_LIST, BYTES("\x0a\x00\x0a\x0d\x52\x0b\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
         "a ListTasksResponse holds a time outside the years 1 to 9999"},
        {MONITOR_CALL_GET, BYTES("\x0a\x7f"), "a GetResponse is not well-formed protobuf"},
        {MONITOR_CALL_GET, BYTES(""), "a GetResponse holds no process"},
        {MONITOR_CALL_CREATE, BYTES("\x0a\x7f"), "a CreateTaskResponse is not well-formed protobuf"},
        {MONITOR_CALL_START, BYTES("\x0a\x7f"), "a StartResponse is not well-formed protobuf"},
        {MONITOR_CALL_METRICS, BYTES("\x0a\x7f"), "a MetricsResponse is not well-formed protobuf"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct decoded_answer answer;
        struct error error;
        assert_int_equal(decode(rows[i].call, rows[i].message, &answer, &error), ERROR_MALFORMED);
        assert_non_null(strstr(error.text, rows[i].says));
        assert_null(answer.message);
    }
    assert_null(dialect_v1.calls[MONITOR_CALL_KILL].decode);
    assert_null(dialect_v1.calls[MONITOR_CALL_REMOVE].decode);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_carries_the_id_and_what_else_is_asked),
        cmocka_unit_test(an_id_cannot_leave_the_filter_of_metrics),
        cmocka_unit_test(a_deletion_gives_status_and_time),
        cmocka_unit_test(creating_and_starting_give_the_pid),
        cmocka_unit_test(a_process_is_read_field_by_field),
        cmocka_unit_test(a_list_gives_every_task_in_its_order),
        cmocka_unit_test(a_list_beyond_the_limit_is_refused_whole),
        cmocka_unit_test(metrics_of_either_cgroup_give_the_kills_for_want_of_memory),
        cmocka_unit_test(an_answer_that_cannot_be_read_is_refused_with_a_sentence),
    };
    return cmocka_run_group_tests_name("handler/wire/calls_v1", tests, NULL, NULL);
}
