/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/time.h"
#include "fakecontainerd/script/script.h"
#include "scenarios/language/words.h"
#include "tests/fakecontainerd/script/command_of.h"

static const char with_everything_given[] =
    HEAD "given:\n"
         "  namespace: k8s.io\n"
         "  socket: refuses\n"
         "  containers:\n"
         "    - {id: web, pid: 7, labels: {a: b}}\n"
         "    - {id: db, labels: {c: d, e: f}, execs: [{id: x, pid: 8}, {id: z}]}\n"
         "    - {id: old, state: exited, code: 3}\n"
         "    - {id: new, state: created, pid: 9}\n"
         "    - {id: bare, state: none}\n"
         "faults:\n"
         "  - {rpc: Tasks.Delete, container: web, do: fail, code: UNAVAILABLE, message: m, times: 2}\n"
         "  - {stream: events, do: delay, for: 3s, times: always}\n";

static void what_is_given_comes_in_order_with_all_it_has(void **state)
{
    struct scenario *scenario = parse(with_everything_given);
    struct fake_command commands[16];
    struct script *script;
    size_t count = 0;
    static const enum fake_command_kind kinds[] = {
        FAKE_COMMAND_ADD, FAKE_COMMAND_ADD, FAKE_COMMAND_ADD_EXEC, FAKE_COMMAND_ADD_EXEC, FAKE_COMMAND_ADD,
        FAKE_COMMAND_ADD, FAKE_COMMAND_ADD, FAKE_COMMAND_ADD_RULE, FAKE_COMMAND_ADD_RULE, FAKE_COMMAND_SOCKET,
    };
    (void)state;

    assert_int_equal(script_new(&script, scenario, 0), 0);
    while (count < 16 && script_given(script, &commands[count]))
        count++;
    assert_int_equal(count, sizeof kinds / sizeof kinds[0]);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(commands[i].kind, kinds[i]);
        ASSERT_TEXT(commands[i].name_space, "k8s.io");
    }
    assert_false(script_given(script, &commands[15]));

    ASSERT_TEXT(commands[0].container.id, "web");
    ASSERT_TEXT(commands[0].container_id, "web");
    ASSERT_TEXT(commands[0].container.name_space, "k8s.io");
    assert_int_equal(commands[0].container.label_count, 1);
    ASSERT_TEXT(commands[0].container.labels[0].key, "a");
    ASSERT_TEXT(commands[0].container.labels[0].value, "b");
    assert_true(commands[0].has_task);
    assert_int_equal(commands[0].status, FAKE_RUNNING);
    assert_int_equal(commands[0].pid, 7);
    assert_int_equal(commands[1].container.label_count, 2);
    ASSERT_TEXT(commands[1].container.labels[1].value, "f");
    ASSERT_TEXT(commands[2].container_id, "db");
    ASSERT_TEXT(commands[2].exec_id, "x");
    assert_int_equal(commands[2].pid, 8);
    ASSERT_TEXT(commands[3].exec_id, "z");
    assert_int_equal(commands[3].pid, 0);
    assert_int_equal(commands[4].status, FAKE_STOPPED);
    assert_int_equal(commands[4].exit_status, 3);
    assert_int_equal(commands[5].status, FAKE_CREATED);
    assert_true(commands[5].has_task);
    assert_false(commands[6].has_task);

    assert_int_equal(commands[7].rule.method, FAKE_TASKS_DELETE);
    ASSERT_TEXT(commands[7].rule.container_id, "web");
    assert_int_equal(commands[7].rule.action, FAKE_DO_FAIL);
    assert_int_equal(commands[7].rule.status, 14);
    ASSERT_TEXT(commands[7].rule.text, "m");
    assert_int_equal(commands[7].rule.times, 2);
    assert_int_equal(commands[8].rule.method, FAKE_EVENTS_SUBSCRIBE);
    assert_int_equal(commands[8].rule.action, FAKE_DO_DELAY);
    assert_int_equal(commands[8].rule.delay_ns, 3 * TIME_SECOND);
    assert_int_equal(commands[8].rule.times, 0);
    assert_int_equal(commands[9].socket, FAKE_SOCKET_REFUSES);
    script_free(script);
    scenario_free(scenario);
}

static void a_socket_that_serves_needs_no_command(void **state)
{
    struct scenario *scenario = parse(HEAD);
    struct fake_command command;
    struct script *script;
    (void)state;
    assert_int_equal(script_new(&script, scenario, 0), 0);
    assert_false(script_given(script, &command));
    script_free(script);
    scenario_free(scenario);
}

static const struct {
    const char *step;
    struct fake_command command;
} verbs[] = {
    {"create: {container: job, pid: 5}", {.kind = FAKE_COMMAND_CREATE, .container_id = {"job", 3}, .pid = 5}},
    {"start: {container: web}", {.kind = FAKE_COMMAND_START_TASK, .container_id = {"web", 3}}},
    {"exec: {container: web, exec: sh, pid: 6}",
     {.kind = FAKE_COMMAND_EXEC, .container_id = {"web", 3}, .exec_id = {"sh", 2}, .pid = 6}},
    {"exit: {container: web, code: 4}", {.kind = FAKE_COMMAND_EXIT, .container_id = {"web", 3}, .exit_status = 4}},
    {"exit: {container: web, exec: probe, code: 4294967295}",
     {.kind = FAKE_COMMAND_EXIT, .container_id = {"web", 3}, .exec_id = {"probe", 5}, .exit_status = UINT32_MAX}},
    {"oom: {container: web}", {.kind = FAKE_COMMAND_OOM, .container_id = {"web", 3}}},
    {"remove: {container: web}", {.kind = FAKE_COMMAND_REMOVE, .container_id = {"web", 3}}},
    {"disconnect: {stream: events, code: UNAVAILABLE, message: gone}",
     {.kind = FAKE_COMMAND_DISCONNECT, .end = {.status = 14, .text = {"gone", 4}}}},
    {"disconnect: {stream: events, how: reset, error: CANCEL}",
     {.kind = FAKE_COMMAND_DISCONNECT, .end = {.kind = FAKE_END_RESET, .http2_code = 8}}},
    {"goaway: {last: none}", {.kind = FAKE_COMMAND_GOAWAY}},
    {"goaway: {last: all, then: stay}", {.kind = FAKE_COMMAND_GOAWAY, .goaway = {.last = FAKE_LAST_ALL}}},
    {"goaway: {last: any, error: CANCEL}", {.kind = FAKE_COMMAND_GOAWAY, .goaway = {FAKE_LAST_ANY, 8, false}}},
    {"goaway: {last: even, then: close}", {.kind = FAKE_COMMAND_GOAWAY, .goaway = {FAKE_LAST_EVEN, 0, true}}},
    {"goaway: {last: none, then: close}", {.kind = FAKE_COMMAND_GOAWAY, .goaway = {.close = true}}},
    {"disconnect: {connection: all}", {.kind = FAKE_COMMAND_DISCONNECT, .scope = FAKE_SCOPE_CONNECTIONS}},
    {"restart: {down: 2s, socket: refuses, state: lost}",
     {.kind = FAKE_COMMAND_RESTART, .socket = FAKE_SOCKET_REFUSES, .state = FAKE_STATE_LOST, .down_ns = 2000000000}},
    {"kill shim: {container: web, clean after: never}",
     {.kind = FAKE_COMMAND_KILL_SHIM, .container_id = {"web", 3}, .exit_status = 137, .clean_after_ns = TIME_NEVER}},
    {"kill shim: {container: web, code: 255, pid: 7, clean after: 1s}",
     {.kind = FAKE_COMMAND_KILL_SHIM,
      .container_id = {"web", 3},
      .exit_status = 255,
      .pid = 7,
      .has_pid = true,
      .clean_after_ns = 1000000000}},
    {"kill shim: {container: web, exit: lost}",
     {.kind = FAKE_COMMAND_KILL_SHIM, .container_id = {"web", 3}, .exit_status = 137, .exit_lost = true}},
    {"set clock: {by: -2s}", {.kind = FAKE_COMMAND_SET_CLOCK, .by_ns = -2000000000}},
    {"restart: {down: 1s, exits: late}",
     {.kind = FAKE_COMMAND_RESTART, .socket = FAKE_SOCKET_MISSING, .down_ns = 1000000000, .exits_late = true}},
    {"restart: {down: 1s}",
     {.kind = FAKE_COMMAND_RESTART, .socket = FAKE_SOCKET_MISSING, .state = FAKE_STATE_KEPT, .down_ns = 1000000000}},
};

static void each_verb_has_its_command(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        struct scenario *scenario;
        struct fake_command command = command_of(&scenario, verbs[i].step);
        const struct fake_command *expected = &verbs[i].command;
        if (command.kind != expected->kind)
            fail_msg("row %zu is %s", i, fake_command_name(command.kind));
        assert_true(text_equal(command.container_id, expected->container_id));
        assert_true(text_equal(command.container.id, expected->container_id));
        assert_true(text_equal(command.exec_id, expected->exec_id));
        ASSERT_TEXT(command.name_space, "default");
        ASSERT_TEXT(command.container.name_space, "default");
        assert_int_equal(command.pid, expected->pid);
        assert_int_equal(command.exit_status, expected->exit_status);
        assert_int_equal(command.scope, expected->scope);
        assert_int_equal(command.end.kind, expected->end.kind);
        assert_int_equal(command.end.status, expected->end.status);
        assert_int_equal(command.end.http2_code, expected->end.http2_code);
        assert_true(text_equal(command.end.text, expected->end.text));
        assert_int_equal(command.goaway.last, expected->goaway.last);
        assert_int_equal(command.goaway.http2_code, expected->goaway.http2_code);
        assert_int_equal(command.goaway.close, expected->goaway.close);
        assert_int_equal(command.socket, expected->socket);
        assert_int_equal(command.state, expected->state);
        assert_int_equal(command.down_ns, expected->down_ns);
        assert_int_equal(command.exits_late, expected->exits_late);
        assert_int_equal(command.has_pid, expected->has_pid);
        assert_int_equal(command.exit_lost, expected->exit_lost);
        assert_int_equal(command.clean_after_ns, expected->clean_after_ns);
        assert_int_equal(command.by_ns, expected->by_ns);
        scenario_free(scenario);
    }
}

static void what_a_restart_loses_is_named(void **state)
{
    struct scenario *scenario;
    struct fake_command command =
        command_of(&scenario, "restart: {down: 1s, tasks lost: [web], containers lost: [web]}");
    (void)state;
    assert_int_equal(command.tasks_lost_count, 1);
    ASSERT_TEXT(command.tasks_lost[0], "web");
    assert_int_equal(command.containers_lost_count, 1);
    ASSERT_TEXT(command.containers_lost[0], "web");
    scenario_free(scenario);
}

static void a_container_may_be_in_another_namespace(void **state)
{
    struct scenario *scenario;
    struct fake_command command = command_of(&scenario, "create: {container: web, namespace: moby}");
    (void)state;
    ASSERT_TEXT(command.name_space, "moby");
    ASSERT_TEXT(command.container.name_space, "moby");
    ASSERT_TEXT(command.container_id, "web");
    scenario_free(scenario);
}

static void silence_and_the_socket_have_their_commands(void **state)
{
    static const enum fake_silence silences[] = {FAKE_SILENCE_ANSWERS_PINGS, FAKE_SILENCE_ONLY_READS,
                                                 FAKE_SILENCE_DOES_NOTHING};
    static const enum fake_socket sockets[] = {FAKE_SOCKET_SERVES, FAKE_SOCKET_MISSING, FAKE_SOCKET_REFUSES,
                                               FAKE_SOCKET_NEVER_ACCEPTS, FAKE_SOCKET_STAYS_SILENT};
    struct scenario *scenario;
    char step[128];
    (void)state;
    assert_int_equal(sizeof silences / sizeof silences[0], scenario_silences.count);
    for (size_t i = 0; i < scenario_silences.count; i++) {
        (void)snprintf(step, sizeof step, "silence: {connection: all, server: %s}", scenario_silences.items[i].name);
        struct fake_command command = command_of(&scenario, step);
        assert_int_equal(command.kind, FAKE_COMMAND_SILENCE);
        assert_int_equal(command.silence, silences[i]);
        assert_int_equal(command.scope, FAKE_SCOPE_CONNECTIONS);
        scenario_free(scenario);
    }
    struct fake_command of_events = command_of(&scenario, "silence: {stream: events}");
    assert_int_equal(of_events.scope, FAKE_SCOPE_EVENTS);
    scenario_free(scenario);
    assert_int_equal(sizeof sockets / sizeof sockets[0], scenario_sockets.count);
    for (size_t i = 0; i < scenario_sockets.count; i++) {
        (void)snprintf(step, sizeof step, "socket: %s", scenario_sockets.items[i].name);
        struct fake_command command = command_of(&scenario, step);
        assert_int_equal(command.kind, FAKE_COMMAND_SOCKET);
        assert_int_equal(command.socket, sockets[i]);
        scenario_free(scenario);
    }
}

static const struct {
    const char *words;
    struct fake_stream_end end;
} ends[] = {
    {"how: clean", {.kind = FAKE_END_STATUS}},
    {"how: no status", {.kind = FAKE_END_NO_STATUS}},
    {"how: no trailers", {.kind = FAKE_END_NO_TRAILERS}},
    {"how: wrong content type", {.kind = FAKE_END_CONTENT_TYPE}},
    {"how: truncated message", {.kind = FAKE_END_TRUNCATED}},
    {"how: compressed message", {.kind = FAKE_END_COMPRESSED}},
    {"how: reset, error: REFUSED_STREAM", {.kind = FAKE_END_RESET, .http2_code = 7}},
};

static void assert_end(const struct fake_stream_end *end, const struct fake_stream_end *expected)
{
    assert_int_equal(end->kind, expected->kind);
    assert_int_equal(end->http2_code, expected->http2_code);
    assert_int_equal(end->status, 0);
    assert_int_equal(end->text.length, 0);
}

static void each_end_of_a_stream_is_the_same_for_steps_and_faults(void **state)
{
    (void)state;
    assert_int_equal(sizeof ends / sizeof ends[0], scenario_ends.count);
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        char content[256];
        struct scenario *scenario;
        struct fake_command command;
        struct script *script;
        (void)snprintf(content, sizeof content, "disconnect: {stream: events, %s}", ends[i].words);
        command = command_of(&scenario, content);
        assert_end(&command.end, &ends[i].end);
        scenario_free(scenario);

        (void)snprintf(content, sizeof content, HEAD "faults: [{stream: events, do: end, %s}]\n", ends[i].words);
        scenario = parse(content);
        assert_int_equal(script_new(&script, scenario, 0), 0);
        assert_true(script_given(script, &command));
        assert_int_equal(command.kind, FAKE_COMMAND_ADD_RULE);
        assert_int_equal(command.rule.action, FAKE_DO_END);
        assert_end(&command.rule.end, &ends[i].end);
        script_free(script);
        scenario_free(scenario);
    }
}

static void the_fake_knows_every_rpc_of_the_language(void **state)
{
    (void)state;
    for (size_t i = 0; i < scenario_rpcs.count; i++)
        assert_int_not_equal(fake_method_of(text_of(scenario_rpcs.items[i].name)), FAKE_METHOD_COUNT);
}

static void what_the_language_allows_the_fake_can_hold(void **state)
{
    (void)state;
    assert_true((int)SCENARIO_CONTAINERS_MAX <= (int)FAKE_CONTAINERS_MAX);
    assert_true((int)(SCENARIO_EXECS_MAX + SCENARIO_STEPS_MAX) <= (int)FAKE_EXECS_MAX);
    assert_true((int)SCENARIO_LABELS_MAX <= (int)FAKE_LABELS_MAX);
    assert_true((int)SCENARIO_RULES_MAX <= (int)FAKE_RULES_MAX);
    assert_true((int)SCENARIO_ID_MAX <= (int)FAKE_ID_MAX);
    assert_true((int)SCENARIO_MESSAGE_MAX <= (int)FAKE_MESSAGE_MAX);
    assert_true((int)SCENARIO_PUBLISHED_MAX <= (int)FAKE_PAYLOAD_MAX);
    assert_true((int)SCENARIO_BLOCK_MAX <= (int)SCRIPT_ENABLED_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_given_comes_in_order_with_all_it_has),
        cmocka_unit_test(a_socket_that_serves_needs_no_command),
        cmocka_unit_test(each_verb_has_its_command),
        cmocka_unit_test(what_a_restart_loses_is_named),
        cmocka_unit_test(a_container_may_be_in_another_namespace),
        cmocka_unit_test(silence_and_the_socket_have_their_commands),
        cmocka_unit_test(each_end_of_a_stream_is_the_same_for_steps_and_faults),
        cmocka_unit_test(what_the_language_allows_the_fake_can_hold),
        cmocka_unit_test(the_fake_knows_every_rpc_of_the_language),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
