/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"
#include "handler/core/format.h"

#define LITERAL(string)              \
    {                                \
        (string), sizeof(string) - 1 \
    }

static void assert_line(struct buffer *out, const char *line)
{
    assert_int_equal(buffer_append(out, "", 1), 0);
    assert_string_equal((const char *)out->bytes, line);
    buffer_release(out);
}

static const struct container_record set_record = {.id = {"web", 3}, .pid = 7, .finished = true, .exit_code = 3};

static const struct {
    struct monitor_event event;
    const char *line;
} events[] = {
    {{.kind = MONITOR_START}, "start"},
    {{.kind = MONITOR_STOP}, "stop"},
    {{.kind = MONITOR_CONNECTION_UP, .connection_id = 1}, "connection 1 up"},
    {{.kind = MONITOR_CONNECTION_DRAINING, .connection_id = 2}, "connection 2 draining"},
    {{.kind = MONITOR_CONNECTION_LOST,
      .connection_id = 1,
      .outcome = {STATUS_UNAVAILABLE, LITERAL("connection refused")}},
     "connection 1 lost UNAVAILABLE \"connection refused\""},
    {{.kind = MONITOR_STREAM_OPENED, .stream_id = 2}, "stream 2 opened"},
    {{.kind = MONITOR_STREAM_MESSAGE,
      .task = {.kind = TASK_EVENT_EXIT,
               .topic = LITERAL("/tasks/exit"),
               .container_id = LITERAL("web"),
               .process_id = LITERAL("web"),
               .pid = 101,
               .exit_status = 3}},
     "message /tasks/exit web pid 101 status 3"},
    {{.kind = MONITOR_STREAM_MESSAGE,
      .task = {.kind = TASK_EVENT_EXIT,
               .topic = LITERAL("/tasks/exit"),
               .container_id = LITERAL("web"),
               .process_id = LITERAL("probe"),
               .exit_status = UINT32_MAX}},
     "message /tasks/exit web exec probe pid 0 status 4294967295"},
    {{.kind = MONITOR_STREAM_MESSAGE,
      .task = {.kind = TASK_EVENT_OOM, .topic = LITERAL("/tasks/oom"), .container_id = LITERAL("web")}},
     "message /tasks/oom web"},
    {{.kind = MONITOR_STREAM_MESSAGE, .task = {.kind = TASK_EVENT_CREATE, .container_id = LITERAL("a\nb"), .pid = 5}},
     "message create \"a\\nb\" pid 5"},
    {{.kind = MONITOR_STREAM_MESSAGE, .task = {.kind = TASK_EVENT_OTHER, .topic = LITERAL("/images/update")}},
     "message /images/update"},
    {{.kind = MONITOR_STREAM_UNREADABLE, .stream_id = 2, .outcome = {STATUS_INTERNAL, LITERAL("bad tag")}},
     "stream 2 unreadable INTERNAL \"bad tag\""},
    {{.kind = MONITOR_STREAM_ENDED, .stream_id = 2, .outcome = {STATUS_UNAVAILABLE, LITERAL("transport is closing")}},
     "stream 2 ended UNAVAILABLE \"transport is closing\""},
    {{.kind = MONITOR_STREAM_ENDED, .stream_id = 2, .outcome = {99, LITERAL("")}}, "stream 2 ended UNDEFINED"},
    {{.kind = MONITOR_REPLY, .call_id = 3, .process = {.exit_status = 7}}, "reply 3 OK status 7"},
    {{.kind = MONITOR_REPLY, .call_id = 3, .outcome = {STATUS_NOT_FOUND, LITERAL("no task")}},
     "reply 3 NOT_FOUND \"no task\""},
    {{.kind = MONITOR_REPLY, .call_id = 3, .outcome = {OUTCOME_NOT_OURS, LITERAL("")}}, "reply 3 not ours"},
    {{.kind = MONITOR_STORE_WRITTEN, .write_id = 4}, "written 4"},
    {{.kind = MONITOR_STORE_FAILED, .write_id = 4, .outcome = {STATUS_INTERNAL, LITERAL("disk full")}},
     "write 4 failed \"disk full\""},
    {{.kind = MONITOR_STORE_FAILED, .outcome = {STATUS_INTERNAL, LITERAL("bad page")}}, "load failed \"bad page\""},
    {{.kind = MONITOR_STORE_LOADED, .record_count = 2}, "loaded 2"},
    {{.kind = MONITOR_LOCKED, .task = {.container_id = LITERAL("web")}}, "locked web"},
    {{.kind = MONITOR_UNLOCKED, .task = {.container_id = LITERAL("a b")}}, "unlocked \"a b\""},
    {{.kind = MONITOR_RECORD_SET, .records = &set_record, .record_count = 1}, "record web EXITED pid 7 code 3"},
    {{.kind = MONITOR_RECORD_REMOVED, .task = {.container_id = LITERAL("web")}}, "record removed web"},
    {{.kind = MONITOR_TIME}, "time"},
};

static void every_event_is_one_line(void **context)
{
    (void)context;
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        struct buffer out = BUFFER_INIT;
        monitor_event_format(&events[i].event, &out);
        assert_line(&out, events[i].line);
    }
}

static void every_action_is_one_line(void **context)
{
    static const struct {
        struct monitor_action action;
        const char *line;
    } rows[] = {
        {{.kind = MONITOR_DIAL, .connection_id = 1}, "dial 1"},
        {{.kind = MONITOR_CLOSE, .connection_id = 1}, "close 1"},
        {{.kind = MONITOR_OPEN_STREAM, .connection_id = 1, .stream_id = 2}, "open stream 2 on connection 1"},
        {{.kind = MONITOR_CANCEL_STREAM, .stream_id = 2}, "cancel stream 2"},
        {{.kind = MONITOR_ABANDON_STREAM, .stream_id = 2}, "abandon stream 2"},
        {{.kind = MONITOR_CALL, .call_id = 3, .container_id = LITERAL("web")}, "call 3 Tasks.Delete web"},
        {{.kind = MONITOR_CALL, .call_id = 3, .container_id = LITERAL("web"), .timeout_ns = 10 * TIME_SECOND},
         "call 3 Tasks.Delete web timeout 10s"},
        {{.kind = MONITOR_PUT, .write_id = 4, .record = {.id = LITERAL("web"), .finished_at_ns = 9, .exit_code = 3}},
         "put 4 web EXITED code 3"},
        {{.kind = MONITOR_PUT, .write_id = 4, .record = {.id = LITERAL("web"), .finished_at_ns = 9, .exit_code = -1}},
         "put 4 web EXITED code -1"},
        {{.kind = MONITOR_PUT, .write_id = 4, .record = {.id = LITERAL("web"), .started_at_ns = 9, .pid = 101}},
         "put 4 web RUNNING pid 101"},
        {{.kind = MONITOR_FORGET, .write_id = 4, .container_id = LITERAL("a b")}, "forget 4 \"a b\""},
        {{.kind = MONITOR_LOAD}, "load"},
        {{.kind = MONITOR_TELL, .change = RECORD_CREATED, .record = {.id = LITERAL("web")}}, "tell web created"},
        {{.kind = MONITOR_TELL, .change = RECORD_STARTED, .record = {.id = LITERAL("web")}}, "tell web started"},
        {{.kind = MONITOR_TELL, .change = RECORD_REMOVED, .record = {.id = LITERAL("web")}}, "tell web removed"},
        {{.kind = MONITOR_TELL, .change = RECORD_EXITED, .record = {.id = LITERAL("")}}, "tell \"\" exited"},
        {{.kind = MONITOR_NOTE, .note = {.kind = NOTE_CONNECTED}}, "note connected"},
        {{.kind = MONITOR_NOTE,
          .note = {.kind = NOTE_DELETE_FAILED,
                   .container_id = LITERAL("web"),
                   .outcome = {STATUS_UNAVAILABLE, LITERAL("...")},
                   .delay_ns = 100 * TIME_MILLISECOND}},
         "note delete-failed web UNAVAILABLE \"...\"; next try in 100ms"},
        {{.kind = MONITOR_NOTE, .note = {.kind = NOTE_STREAM_FAILED, .delay_ns = TIME_SECOND}},
         "note stream-failed OK; next try in 1s"},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer out = BUFFER_INIT;
        monitor_action_format(&rows[i].action, &out);
        assert_line(&out, rows[i].line);
    }
}

static void a_line_is_appended_to_what_is_there(void **context)
{
    struct monitor_event start = {.kind = MONITOR_START};
    struct monitor_action load = {.kind = MONITOR_LOAD};
    struct buffer out = BUFFER_INIT;
    (void)context;
    monitor_event_format(&start, &out);
    monitor_action_format(&load, &out);
    assert_line(&out, "startload");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_is_one_line),
        cmocka_unit_test(every_action_is_one_line),
        cmocka_unit_test(a_line_is_appended_to_what_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
