/* SPDX-License-Identifier: Apache-2.0 */
/* The API of May 2017, byte by byte: what its generated code wrote for the same values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/status.h"
#include "tests/support/fake_pair.h"
#include "tests/support/fake_play.h"

#define SERVICE "/containerd.v1.services.ContainerService/"

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

/* exited_at (field 5, 11 bytes) with seconds -62135596800: Go's zero time. */
#define NO_TIME "\x2a\x0b\x08\x80\x92\xb8\xc3\x98\xfe\xff\xff\xff\x01"

static const struct text nothing = {NULL, 0};

static int set_up(void **state)
{
    static const struct fake_wire_options options = {FAKE_API_EXECUTION, {"default", 7}};
    static struct fake_pair pair;
    fake_pair_init_with(&pair, &options);
    *state = &pair;
    return 0;
}

static void call(struct fake_pair *pair, const char *name, const char *message)
{
    char path[100];
    snprintf(path, sizeof path, SERVICE "%s", name);
    fake_pair_call(pair, path, NULL, text_of(message), strcmp(name, "Events") == 0);
}

static void assert_message(const struct fake_pair *pair, size_t index, struct text expected)
{
    assert_true(index < pair->message_count);
    assert_int_equal(pair->messages[index].length, expected.length);
    if (expected.length > 0)
        assert_memory_equal(pair->messages[index].bytes, expected.bytes, expected.length);
}

static void assert_answer(const struct fake_pair *pair, struct text expected)
{
    assert_true(pair->ended);
    assert_string_equal(pair->text, "");
    assert_int_equal(pair->status, STATUS_OK);
    assert_int_equal(pair->message_count, 1);
    assert_message(pair, 0, expected);
}

static void a_life_is_led_by_its_calls(void **state)
{
    static const struct {
        const char *name;
        const char *message;
        const char *trace;
        struct text answer;
    } rows[] = {
        {"Create", "\x0a\x03web\x12\x06\x0a\x01t\x12\x01v\x22\x05linux\x40\x01", "request Tasks.Create web\n",
         BYTES("\x0a\x03web\x10\xe8\x07")},
        {"Info", "\x0a\x03web", "request Tasks.Get web\n", BYTES("\x0a\x03web\x10\xe8\x07\x18\x01")},
        {"Start", "\x0a\x03web", "request Tasks.Start web\n", BYTES("")},
        {"Info", "\x0a\x03web", "request Tasks.Get web\n", BYTES("\x0a\x03web\x10\xe8\x07\x18\x02")},
        {"List", "", "request Tasks.List\n", BYTES("\x0a\x0a\x0a\x03web\x10\xe8\x07\x18\x02")},
        {"Kill", "\x0a\x03web\x10\x09", "request Tasks.Kill web\n", BYTES("")},
        {"Info", "\x0a\x03web", "request Tasks.Get web\n", BYTES("\x0a\x03web\x10\xe8\x07\x18\x03")},
        {"Delete", "\x0a\x03web", "request Tasks.Delete web\n", BYTES("\x10\x89\x01\x1a\x06\x08\x80\xde\xa0\xcb\x05")},
        {"List", "", "request Tasks.List\n", BYTES("")},
    };
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        call(pair, rows[i].name, rows[i].message);
        assert_string_equal(fake_pair_trace(pair), rows[i].trace);
        assert_answer(pair, rows[i].answer);
    }
}

static void each_status_of_a_container_has_its_number_and_a_list_has_all(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command bare = fake_command_add("z", 0, FAKE_CREATED);
    bare.has_task = false;
    fake_pair_command(pair, fake_command_add("a", 1, FAKE_CREATED));
    fake_pair_command(pair, fake_command_add("b", 2, FAKE_RUNNING));
    fake_pair_command(pair, fake_command_add("c", 3, FAKE_STOPPED));
    fake_pair_command(pair, fake_command_add("d", 4, FAKE_PAUSED));
    fake_pair_command(pair, bare);
    call(pair, "List", "");
    assert_answer(pair, (struct text)BYTES("\x0a\x07\x0a\x01"
                                           "a\x10\x01\x18\x01"
                                           "\x0a\x07\x0a\x01"
                                           "b\x10\x02\x18\x02"
                                           "\x0a\x07\x0a\x01"
                                           "c\x10\x03\x18\x03"
                                           "\x0a\x07\x0a\x01"
                                           "d\x10\x04\x18\x04"));
}

/* Plain errors of Go, so the code is UNKNOWN whatever was wrong. */
static void errors_are_those_of_2017(void **state)
{
    static const struct {
        const char *name;
        const char *message;
        const char *text;
    } rows[] = {
        {"Delete", "\x0a\x04nope", "container does not exist"},
        {"Delete", "", "container does not exist"},
        {"Delete", "\x0a\x04idle", "container does not exist"},
        {"Info", "\x0a\x04nope", "container does not exist"},
        {"Start", "\x0a\x04nope", "container does not exist"},
        {"Kill", "\x0a\x04nope", "container does not exist"},
        {"Kill", "\x0a\x04gone\x10\x09", "process already finished: not found"},
        {"Create", "\x0a\x03web", "container with id already exists"},
        {"Start", "\x0a\x03web", "cannot start a running process: unknown"},
    };
    struct fake_pair *pair = *state;
    struct fake_command idle = fake_command_add("idle", 0, FAKE_CREATED);
    idle.has_task = false;
    fake_pair_command(pair, idle);
    fake_pair_command(pair, fake_command_add("web", 101, FAKE_RUNNING));
    fake_pair_command(pair, fake_command_add("gone", 102, FAKE_STOPPED));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        call(pair, rows[i].name, rows[i].message);
        assert_string_equal(pair->text, rows[i].text);
        assert_int_equal(pair->status, STATUS_UNKNOWN);
    }
}

static void a_scripted_error_is_sent_as_it_is_written(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command command = {.kind = FAKE_COMMAND_ADD_RULE};
    command.rule = (struct fake_rule){.method = FAKE_TASKS_DELETE,
                                      .action = FAKE_DO_FAIL,
                                      .status = STATUS_NOT_FOUND,
                                      .text = text_of("gone: not found")};
    fake_pair_command(pair, command);
    call(pair, "Delete", "\x0a\x03web");
    assert_string_equal(pair->text, "gone: not found");
    assert_int_equal(pair->status, STATUS_NOT_FOUND);
}

static void a_running_container_is_killed_by_its_deletion(void **state)
{
    struct fake_pair *pair = *state;
    fake_pair_command(pair, fake_command_add("web", 101, FAKE_RUNNING));
    call(pair, "Delete", "\x0a\x03web");
    assert_answer(pair, (struct text)BYTES("\x10\x89\x01\x1a\x06\x08\x80\xde\xa0\xcb\x05"));
}

static void name_spaces_are_not_known(void **state)
{
    struct fake_pair *pair = *state;
    fake_pair_command(pair, fake_command_add("web", 101, FAKE_RUNNING));
    fake_pair_call(pair, SERVICE "Info", "elsewhere", text_of("\x0a\x03web"), false);
    assert_int_equal(pair->status, STATUS_OK);
}

static void a_wire_may_be_given_the_name_space_that_all_is_in(void **state)
{
    char name[FAKE_ID_MAX + 2];
    struct fake_wire_options options = {FAKE_API_EXECUTION, {name, FAKE_ID_MAX + 1}};
    struct fake_command command = fake_command_add("web", 101, FAKE_RUNNING);
    struct fake_wire *wire;
    struct fake_pair pair;
    (void)state;
    memset(name, 'n', sizeof name);
    assert_int_equal(fake_wire_new(&wire, &options), ERROR_LIMIT);
    options.name_space.length = FAKE_ID_MAX;
    fake_pair_init_with(&pair, &options);
    command.container.name_space = options.name_space;
    fake_pair_command(&pair, command);
    call(&pair, "Info", "\x0a\x03web");
    assert_int_equal(pair.status, STATUS_OK);
    fake_pair_release(&pair);
    options.name_space.length = 0;
    fake_pair_init_with(&pair, &options);
    fake_pair_command(&pair, fake_command_add("web", 101, FAKE_RUNNING));
    call(&pair, "Info", "\x0a\x03web");
    assert_int_equal(pair.status, STATUS_OK);
    fake_pair_release(&pair);
}

static void what_is_not_of_2017_is_not_served(void **state)
{
    static const struct {
        const char *path;
        int status;
        const char *text;
    } rows[] = {
        {"/containerd.services.events.v1.Events/Subscribe", STATUS_UNIMPLEMENTED,
         "unknown service containerd.services.events.v1.Events"},
        {"/containerd.services.tasks.v1.Tasks/Delete", STATUS_UNIMPLEMENTED,
         "unknown service containerd.services.tasks.v1.Tasks"},
        {SERVICE "Nope", STATUS_UNIMPLEMENTED, "unknown method Nope"},
        {"/nope", STATUS_INVALID_ARGUMENT, "malformed method name: \"/nope\""},
    };
    struct fake_pair *pair = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        fake_pair_call(pair, rows[i].path, NULL, nothing, false);
        assert_string_equal(pair->text, rows[i].text);
        assert_int_equal(pair->status, rows[i].status);
    }
}

static void a_modern_containerd_does_not_know_the_service(void **state)
{
    struct fake_pair pair;
    (void)state;
    fake_pair_init(&pair);
    fake_pair_call(&pair, SERVICE "Events", NULL, nothing, true);
    assert_int_equal(pair.status, STATUS_UNIMPLEMENTED);
    assert_string_equal(pair.text, "unknown service containerd.v1.services.ContainerService");
    fake_pair_release(&pair);
}

/* ---- events ---- */

static void events_are_those_that_there_were_and_never_know_when_a_process_ended(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command create = fake_command_on(FAKE_COMMAND_CREATE, "web", NULL);
    struct fake_command exec = fake_command_on(FAKE_COMMAND_EXEC, "web", "sh");
    struct fake_command exec_exit = fake_command_on(FAKE_COMMAND_EXIT, "web", "sh");
    struct fake_command exit = fake_command_on(FAKE_COMMAND_EXIT, "web", NULL);
    create.pid = 101;
    exec.pid = 102;
    exec_exit.exit_status = 1;
    exit.exit_status = UINT32_MAX;
    call(pair, "Events", "");
    fake_pair_command(pair, create);
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_START_TASK, "web", NULL));
    fake_pair_command(pair, exec);
    fake_pair_command(pair, exec_exit);
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_OOM, "web", NULL));
    fake_pair_command(pair, exit);
    fake_pair_command(pair, fake_command_on(FAKE_COMMAND_REMOVE, "web", NULL));
    assert_false(pair->ended);
    assert_int_equal(pair->message_count, 6);
    assert_message(pair, 0, (struct text)BYTES("\x0a\x03web\x10\x02\x18\x65" NO_TIME));
    assert_message(pair, 1, (struct text)BYTES("\x0a\x03web\x10\x03\x18\x65" NO_TIME));
    assert_message(pair, 2, (struct text)BYTES("\x0a\x03web\x10\x04\x18\x66" NO_TIME));
    assert_message(pair, 3, (struct text)BYTES("\x0a\x03web\x18\x66\x20\x01" NO_TIME));
    assert_message(pair, 4, (struct text)BYTES("\x0a\x03web\x10\x01" NO_TIME));
    assert_message(pair, 5, (struct text)BYTES("\x0a\x03web\x18\x65\x20\xff\xff\xff\xff\x0f" NO_TIME));
}

static void forged_events_are_whatever_they_are(void **state)
{
    static const struct {
        struct fake_published forged;
        struct text message;
    } rows[] = {
        {{.topic = FAKE_TOPIC_TASK_EXIT, .exited_at = {FAKE_EXITED_AT_ABSENT, 0, 0}}, BYTES("")},
        {{.topic = FAKE_TOPIC_TASK_EXIT, .pid = 7, .exited_at = {FAKE_EXITED_AT_RAW, 0, 0}}, BYTES("\x18\x07\x2a\x00")},
        {{.topic = FAKE_TOPIC_TASK_EXIT, .pid = 7, .exited_at = {FAKE_EXITED_AT_RAW, 1, 1000000000}},
         BYTES("\x18\x07\x2a\x08\x08\x01\x10\x80\x94\xeb\xdc\x03")},
        {{.topic = FAKE_TOPIC_TASK_PAUSED, .exited_at = {FAKE_EXITED_AT_ABSENT, 0, 0}}, BYTES("\x10\x05")},
        {{.topic = FAKE_TOPIC_TASK_EXIT, .exited_at = {FAKE_EXITED_AT_ABSENT, 0, 0}, .unknown_field = true},
         BYTES("\xc2\x3e\x04more")},
        {{.topic = FAKE_TOPIC_TASK_PAUSED, .damage = FAKE_DAMAGE_TYPE, .exited_at = {FAKE_EXITED_AT_ABSENT, 0, 0}},
         BYTES("\x10\x63")},
        {{.topic = FAKE_TOPIC_TASK_PAUSED, .damage = FAKE_DAMAGE_BODY, .exited_at = {FAKE_EXITED_AT_ABSENT, 0, 0}},
         BYTES("\x10\x05\x0a\x02w")},
        {{.has_bytes = true, .bytes = BYTES("\xff\xff")}, BYTES("\xff\xff")},
        {{.has_bytes = true}, BYTES("")},
    };
    struct fake_pair *pair = *state;
    struct fake_command command = {.kind = FAKE_COMMAND_PUBLISH};
    call(pair, "Events", "");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        command.forged = rows[i].forged;
        command.forged.name_space = text_of("default");
        fake_pair_command(pair, command);
        assert_int_equal(pair->message_count, i + 1);
        assert_message(pair, i, rows[i].message);
    }
}

/* A header that came before would tell the client that its subscription stands. */
static void nothing_is_said_before_the_first_event(void **state)
{
    struct fake_pair *pair = *state;
    struct fake_command command = {.kind = FAKE_COMMAND_PUBLISH};
    struct buffer sent = BUFFER_INIT;
    int32_t stream_id;
    struct grpc_request request = {.path = text_of(SERVICE "Events"), .streaming = true};
    assert_int_equal(grpc_client_open(pair->client, &request, 0, &stream_id), 0);
    fake_pair_run(pair);
    assert_int_equal(fake_subscription_count(pair->fake), 1);
    pair->is_held = true;
    assert_int_equal(fake_wire_send(pair->wire, pair->connection_id, &sent, 0), 0);
    assert_int_equal(sent.length, 0);
    command.forged.name_space = text_of("default");
    fake_pair_command(pair, command);
    assert_int_equal(fake_wire_send(pair->wire, pair->connection_id, &sent, 0), 0);
    assert_true(sent.length > 0);
    buffer_release(&sent);
}

int main(void)
{
#define PAIR_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, fake_pair_tear_down)
    const struct CMUnitTest tests[] = {
        PAIR_TEST(a_life_is_led_by_its_calls),
        PAIR_TEST(each_status_of_a_container_has_its_number_and_a_list_has_all),
        PAIR_TEST(errors_are_those_of_2017),
        PAIR_TEST(a_scripted_error_is_sent_as_it_is_written),
        PAIR_TEST(a_running_container_is_killed_by_its_deletion),
        PAIR_TEST(name_spaces_are_not_known),
        cmocka_unit_test(a_wire_may_be_given_the_name_space_that_all_is_in),
        PAIR_TEST(what_is_not_of_2017_is_not_served),
        cmocka_unit_test(a_modern_containerd_does_not_know_the_service),
        PAIR_TEST(events_are_those_that_there_were_and_never_know_when_a_process_ended),
        PAIR_TEST(forged_events_are_whatever_they_are),
        PAIR_TEST(nothing_is_said_before_the_first_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
