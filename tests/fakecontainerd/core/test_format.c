/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "fakecontainerd/core/format.h"
#include "fakecontainerd/core/message.h"
#include "tests/support/fake_play.h"

static void assert_line(struct buffer *line, const char *expected)
{
    assert_false(line->failed);
    buffer_append(line, "", 1);
    assert_string_equal((const char *)line->bytes, expected);
    buffer_release(line);
}

static void assert_command(struct fake_command command, const char *expected)
{
    struct fake_event event = {.kind = FAKE_COMMAND, .command = command};
    struct buffer line = BUFFER_INIT;
    fake_event_format(&event, &line);
    assert_line(&line, expected);
}

static struct fake_command rule(enum fake_rule_do action)
{
    struct fake_command command = {.kind = FAKE_COMMAND_ADD_RULE};
    command.rule = (struct fake_rule){.method = FAKE_TASKS_DELETE,
                                      .container_id = text_of("web"),
                                      .action = action,
                                      .status = 14,
                                      .text = text_of("no \"x\""),
                                      .delay_ns = TIME_SECOND / 4,
                                      .times = action == FAKE_DO_FAIL ? 2 : 0};
    return command;
}

static void each_command_is_one_line(void **state)
{
    struct fake_command command;
    (void)state;
    assert_command(fake_command_add("web", 101, FAKE_RUNNING), "command add web running pid 101");
    assert_command(fake_command_add("web", 0, FAKE_CREATED), "command add web created");
    command = fake_command_add("web", 9, FAKE_STOPPED);
    command.exit_status = 3;
    assert_command(command, "command add web stopped pid 9 status 3");
    assert_command(fake_command_add("web", 9, FAKE_PAUSED), "command add web paused pid 9");
    command.has_task = false;
    assert_command(command, "command add web no task");
    command = fake_command_on(FAKE_COMMAND_ADD_EXEC, "web", "e");
    command.pid = 7;
    assert_command(command, "command add exec web e pid 7");
    command.kind = FAKE_COMMAND_EXEC;
    assert_command(command, "command exec web e pid 7");
    command.kind = FAKE_COMMAND_EXIT;
    assert_command(command, "command exit web e status 0");
    command = fake_command_on(FAKE_COMMAND_CREATE, "web", NULL);
    command.pid = 7;
    assert_command(command, "command create web pid 7");
    assert_command(fake_command_on(FAKE_COMMAND_START_TASK, "web", NULL), "command start web");
    assert_command(fake_command_on(FAKE_COMMAND_OOM, "web", NULL), "command oom web");
    assert_command(fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL), "command remove web");
    assert_command(rule(FAKE_DO_FAIL), "command add rule Tasks.Delete web UNAVAILABLE \"no \\\"x\\\"\" times 2");
    assert_command(rule(FAKE_DO_DELAY), "command add rule Tasks.Delete web delay 250ms");
    command = (struct fake_command){.kind = FAKE_COMMAND_SOCKET, .socket = FAKE_SOCKET_MISSING};
    assert_command(command, "command socket missing");
    command =
        (struct fake_command){.kind = FAKE_COMMAND_RESTART, .socket = FAKE_SOCKET_REFUSES, .down_ns = TIME_SECOND};
    assert_command(command, "command restart down 1s refuses state kept");
    command.state = FAKE_STATE_LOST;
    assert_command(command, "command restart down 1s refuses state lost");
    command = (struct fake_command){.kind = FAKE_COMMAND_DISCONNECT};
    assert_command(command, "command disconnect events OK");
    command.end = (struct fake_stream_end){.kind = FAKE_END_RESET, .http2_code = 8};
    assert_command(command, "command disconnect events reset 8");
    command.scope = FAKE_SCOPE_CONNECTIONS;
    assert_command(command, "command disconnect connections");
}

#define ADD_RULE(...)                                          \
    {                                                          \
        .kind = FAKE_COMMAND_ADD_RULE, .rule = { __VA_ARGS__ } \
    }

static void what_is_done_to_requests_and_events_is_one_line(void **state)
{
    static const struct {
        struct fake_command command;
        const char *line;
    } rows[] = {
        {ADD_RULE(.method = FAKE_EVENTS_SUBSCRIBE, .action = FAKE_DO_DELAY, .delay_ns = TIME_SECOND, .headers = true),
         "command add rule Events.Subscribe delay 1s headers at once"},
        {ADD_RULE(.of_events = true, .topic = FAKE_TOPIC_TASK_EXIT, .action = FAKE_DO_HOLD, .hold = {"late", 4}),
         "command add rule /tasks/exit hold as late"},
        {ADD_RULE(.method = FAKE_TASKS_GET, .action = FAKE_DO_HOLD, .hold = {"late", 4},
                  .until = {FAKE_BARRIER_ASKED, FAKE_TASKS_KILL, FAKE_TOPIC_TASK_EXIT, {"web", 3}}),
         "command add rule Tasks.Get hold as late until asked Tasks.Kill web"},
        {ADD_RULE(.method = FAKE_TASKS_GET, .action = FAKE_DO_HOLD,
                  .until = {.kind = FAKE_BARRIER_ANSWERED, .method = FAKE_TASKS_KILL}),
         "command add rule Tasks.Get hold until answered Tasks.Kill"},
        {ADD_RULE(.method = FAKE_TASKS_GET, .action = FAKE_DO_HOLD,
                  .until = {.kind = FAKE_BARRIER_TOLD, .topic = FAKE_TOPIC_TASK_OOM}),
         "command add rule Tasks.Get hold until /tasks/oom"},
        {{.kind = FAKE_COMMAND_GOAWAY, .goaway = {FAKE_LAST_ANY, 11, true}}, "command goaway any error 11 close"},
        {{.kind = FAKE_COMMAND_GOAWAY, .goaway = {FAKE_LAST_EVEN, 0, false}}, "command goaway even"},
        {{.kind = FAKE_COMMAND_SILENCE}, "command silence events"},
        {{.kind = FAKE_COMMAND_SILENCE, .scope = FAKE_SCOPE_CONNECTIONS, .silence = FAKE_SILENCE_ANSWERS_PINGS},
         "command silence answers pings"},
        {{.kind = FAKE_COMMAND_SILENCE, .scope = FAKE_SCOPE_CONNECTIONS, .silence = FAKE_SILENCE_ONLY_READS},
         "command silence only reads"},
        {{.kind = FAKE_COMMAND_SILENCE, .scope = FAKE_SCOPE_CONNECTIONS, .silence = FAKE_SILENCE_DOES_NOTHING},
         "command silence does nothing"},
        {{.kind = FAKE_COMMAND_SOCKET, .socket = FAKE_SOCKET_NEVER_ACCEPTS}, "command socket never accepts"},
        {{.kind = FAKE_COMMAND_SOCKET, .socket = FAKE_SOCKET_STAYS_SILENT}, "command socket stays silent"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_command(rows[i].command, rows[i].line);
}

static void each_event_that_is_no_command_is_one_line(void **state)
{
    static const struct text filters[] = {{"a==\"b\"", 6}, {"c", 1}};
    static const char *const expected[] = {
        [FAKE_START] = "start",
        [FAKE_CONNECTED] = "connected",
        [FAKE_DISCONNECTED] = "disconnected",
        [FAKE_CANCELLED] = "cancelled",
        [FAKE_DRAINED] = "drained",
        [FAKE_TIME] = "time",
        [FAKE_REQUEST] = "request Tasks.Get web e \"a==\\\"b\\\"\" \"c\"",
    };
    (void)state;
    for (unsigned kind = FAKE_START; kind <= FAKE_TIME; kind++) {
        struct fake_event event = {.kind = (enum fake_event_kind)kind};
        struct buffer line = BUFFER_INIT;
        if (kind == FAKE_COMMAND)
            continue;
        event.request = (struct fake_request){.method = FAKE_TASKS_GET,
                                              .container_id = text_of("web"),
                                              .exec_id = text_of("e"),
                                              .filters = filters,
                                              .filter_count = 2};
        fake_event_format(&event, &line);
        assert_line(&line, expected[kind]);
        assert_non_null(fake_event_name(event.kind));
    }
}

static void each_kind_of_action_has_a_name(void **state)
{
    static const char *const names[] = {
        "reply",   "send headers", "send event", "end stream", "goaway", "close connection",
        "silence", "listen",       "unlisten",   "did"};
    (void)state;
    for (unsigned kind = FAKE_REPLY; kind <= FAKE_DID; kind++)
        assert_string_equal(fake_action_name((enum fake_action_kind)kind), names[kind]);
}

static void each_method_is_found_by_its_name(void **state)
{
    (void)state;
    for (unsigned method = 0; method < FAKE_METHOD_COUNT; method++)
        assert_int_equal(fake_method_of(text_of(fake_method_name((enum fake_method)method))), method);
    assert_int_equal(fake_method_of(text_of("Tasks.Nope")), FAKE_METHOD_COUNT);
    assert_int_equal(fake_method_of(text_of("tasks.delete")), FAKE_METHOD_COUNT);
    assert_string_equal(fake_method_name(FAKE_TASKS_DELETE), "Tasks.Delete");
    assert_string_equal(fake_method_name(FAKE_CONTAINERS_LIST_STREAM), "Containers.ListStream");
}

static void an_identifier_is_runs_of_letters_and_digits_joined_one_by_one(void **state)
{
    static const struct {
        const char *text;
        bool valid;
    } rows[] = {
        {"a", true},
        {"0", true},
        {"Z9", true},
        {"a.b_c-d", true},
        {"", false},
        {"-a", false},
        {"a-", false},
        {"a..b", false},
        {"a.-b", false},
        {"a b", false},
        {"a/b", false},
        {"\xc3\xa9", false},
        {".", false},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (identifier_valid(text_of(rows[i].text)) != rows[i].valid)
            fail_msg("%s", rows[i].text);
    assert_false(identifier_valid((struct text){"a\0b", 3}));
}

static void a_sentence_is_cut_at_its_limit_between_two_characters(void **state)
{
    struct message message;
    (void)state;
    message_clear(&message);
    message_add(&message, "x");
    for (size_t i = 0; i < FAKE_MESSAGE_MAX; i++)
        message_add(&message, "\xc3\xa9");
    assert_int_equal(message_text(&message).length, FAKE_MESSAGE_MAX - 1);
    assert_true(text_is_utf8(message_text(&message)));
    message_add(&message, "x");
    assert_int_equal(message_text(&message).length, FAKE_MESSAGE_MAX - 1);
    message_clear(&message);
    for (size_t i = 0; i < FAKE_MESSAGE_MAX; i++)
        message_add(&message, "x");
    assert_int_equal(message_text(&message).length, FAKE_MESSAGE_MAX);
}

static void a_quoted_text_is_written_as_go_does(void **state)
{
    struct message message;
    (void)state;
    message_clear(&message);
    message_add_quoted(&message, (struct text){"a\"\\\a\b\f\n\r\t\v\0\x1f\x7f\xc3\xa9\xff", 16});
    assert_true(text_is(message_text(&message), "\"a\\\"\\\\\\a\\b\\f\\n\\r\\t\\v\\x00\\x1f\\x7f\xc3\xa9\\xff\""));
    message_clear(&message);
    message_add(&message, "a\xc3");
    assert_true(text_is(message_text(&message), "a\xef\xbf\xbd"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_command_is_one_line),
        cmocka_unit_test(what_is_done_to_requests_and_events_is_one_line),
        cmocka_unit_test(each_event_that_is_no_command_is_one_line),
        cmocka_unit_test(each_kind_of_action_has_a_name),
        cmocka_unit_test(each_method_is_found_by_its_name),
        cmocka_unit_test(an_identifier_is_runs_of_letters_and_digits_joined_one_by_one),
        cmocka_unit_test(a_sentence_is_cut_at_its_limit_between_two_characters),
        cmocka_unit_test(a_quoted_text_is_written_as_go_does),
    };
    return cmocka_run_group_tests_name("fakecontainerd/core/format", tests, NULL, NULL);
}
