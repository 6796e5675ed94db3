/* SPDX-License-Identifier: Apache-2.0 */
/* What faults and their releases become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/time.h"
#include "fakecontainerd/script/script.h"
#include "fakecontainerd/script/words.h"
#include "tests/fakecontainerd/script/command_of.h"

static void each_action_without_more_to_say_is_a_rule(void **state)
{
    static const struct {
        const char *written;
        enum fake_rule_do action;
    } rows[] = {
        {"hang", FAKE_DO_HANG},
        {"lose the reply", FAKE_DO_LOSE_REPLY},
        {"lose the request", FAKE_DO_LOSE_REQUEST},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char content[128];
        struct fake_command command;
        struct script *script;
        (void)snprintf(content, sizeof content, HEAD "faults: [{rpc: Tasks.Delete, do: %s}]\n", rows[i].written);
        struct scenario *scenario = parse(content);
        assert_int_equal(script_new(&script, scenario, 0), 0);
        assert_true(script_given(script, &command));
        assert_int_equal(command.rule.method, FAKE_TASKS_DELETE);
        assert_int_equal(command.rule.action, rows[i].action);
        assert_int_equal(command.rule.times, 1);
        script_free(script);
        scenario_free(scenario);
    }
}

static void each_state_that_a_lie_tells_is_the_fakes(void **state)
{
    static const struct {
        const char *written;
        enum fake_process_status status;
    } rows[] = {
        {"created", FAKE_CREATED}, {"running", FAKE_RUNNING}, {"exited", FAKE_STOPPED},
        {"paused", FAKE_PAUSED},   {"unknown", FAKE_UNKNOWN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char content[160];
        struct fake_command command;
        struct script *script;
        (void)snprintf(content, sizeof content, HEAD "faults: [{rpc: Tasks.Get, do: answer, state: %s}]\n",
                       rows[i].written);
        struct scenario *scenario = parse(content);
        assert_int_equal(script_new(&script, scenario, 0), 0);
        assert_true(script_given(script, &command));
        assert_int_equal(command.rule.action, FAKE_DO_ANSWER);
        assert_true(command.rule.told.has_status);
        assert_int_equal(command.rule.told.status, rows[i].status);
        script_free(script);
        scenario_free(scenario);
    }
}

static void what_is_done_to_events_alone_is_a_rule_of_events(void **state)
{
    static const enum fake_rule_do actions[] = {FAKE_DO_DROP, FAKE_DO_DUPLICATE, FAKE_DO_CUT};
    struct scenario *scenario = parse(HEAD "faults:\n"
                                           "  - {stream: events, event: exit, do: drop}\n"
                                           "  - {stream: events, event: exit, do: duplicate}\n"
                                           "  - {stream: events, event: exit, do: cut, after: 9}\n");
    struct fake_command command;
    struct script *script;
    (void)state;
    assert_int_equal(script_new(&script, scenario, 0), 0);
    for (size_t i = 0; i < 3; i++) {
        assert_true(script_given(script, &command));
        assert_int_equal(command.rule.action, actions[i]);
        assert_true(command.rule.of_events);
    }
    assert_int_equal(command.rule.cut_after, 9);
    script_free(script);
    scenario_free(scenario);
}

static void a_failure_may_have_its_effect_later(void **state)
{
    struct scenario *scenario =
        parse(HEAD "faults: [{rpc: Tasks.Delete, do: fail, code: UNKNOWN, effect after: 25s}]\n");
    struct fake_command command;
    struct script *script;
    (void)state;
    assert_int_equal(script_new(&script, scenario, 0), 0);
    assert_true(script_given(script, &command));
    assert_true(command.rule.has_effect);
    assert_true(command.rule.effect_after_ns == 25 * TIME_SECOND);
    script_free(script);
    scenario_free(scenario);
}

/* Each becomes a rule, of the same requests, in the order in which they take their turns. */
static void what_follows_is_a_rule_behind_the_one_before(void **state)
{
    static const struct {
        enum fake_rule_do action;
        uint32_t times;
        bool up_to;
        bool followed;
    } rows[] = {
        {FAKE_DO_FAIL, 2, true, true},
        {FAKE_DO_DELAY, 1, false, true},
        {FAKE_DO_HANG, 0, false, false},
        {FAKE_DO_HANG, 1, false, false},
    };
    struct scenario *scenario = parse(HEAD "given: {containers: [{id: web}]}\n"
                                           "faults:\n"
                                           "  - rpc: Tasks.Get\n"
                                           "    container: web\n"
                                           "    do: fail\n"
                                           "    code: INTERNAL\n"
                                           "    times: up to 2\n"
                                           "    then: {do: delay, for: 1s}\n"
                                           "    after that: {do: hang}\n"
                                           "  - {rpc: Tasks.Get, container: web, do: hang}\n");
    struct script *script;
    struct fake_command command;
    (void)state;
    assert_int_equal(script_new(&script, scenario, 0), 0);
    assert_true(script_given(script, &command));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_true(script_given(script, &command));
        assert_int_equal(command.rule.method, FAKE_TASKS_GET);
        ASSERT_TEXT(command.rule.container_id, "web");
        assert_int_equal(command.rule.action, rows[i].action);
        assert_int_equal(command.rule.times, rows[i].times);
        assert_int_equal(command.rule.up_to, rows[i].up_to);
        assert_int_equal(command.rule.followed, rows[i].followed);
    }
    assert_false(script_given(script, &command));
    script_free(script);
    scenario_free(scenario);
}

static void what_a_hold_waits_for_is_a_barrier(void **state)
{
    struct scenario *scenario = parse(HEAD "given: {containers: [{id: web}]}\n"
                                           "faults:\n"
                                           "  - {rpc: Tasks.Start, do: hold, until: {rpc: Tasks.Get}}\n"
                                           "  - {rpc: Tasks.Start, do: hold, until: {rpc: Tasks.Kill, is: answered}}\n"
                                           "  - {rpc: Tasks.Start, do: hold, until: {event: oom, container: web}}\n"
                                           "  - {rpc: Tasks.Start, do: hold, as: late}\n");
    static const struct fake_barrier expected[] = {
        {.kind = FAKE_BARRIER_ASKED, .method = FAKE_TASKS_GET},
        {.kind = FAKE_BARRIER_ANSWERED, .method = FAKE_TASKS_KILL},
        {.kind = FAKE_BARRIER_TOLD, .topic = FAKE_TOPIC_TASK_OOM, .container_id = {"web", 3}},
        {.kind = FAKE_BARRIER_NONE},
    };
    (void)state;
    for (size_t i = 0; i < scenario->fault_count; i++) {
        struct fake_rule rule;
        script_rule(scenario, i, &rule);
        assert_int_equal(rule.until.kind, expected[i].kind);
        assert_int_equal(rule.until.method, expected[i].method);
        assert_int_equal(rule.until.topic, expected[i].topic);
        assert_true(text_equal(rule.until.container_id, expected[i].container_id));
    }
    scenario_free(scenario);
}

static void a_hold_and_its_release_have_one_name(void **state)
{
    struct scenario *scenario = parse(HEAD "faults:\n"
                                           "  - {rpc: Tasks.Delete, do: hold, as: late}\n"
                                           "  - {stream: events, event: oom, do: hold, as: late, times: 2}\n"
                                           "steps: [release: late]\n");
    struct script_step steps[SCRIPT_ENABLED_MAX];
    struct fake_command commands[2];
    struct script *script;
    (void)state;
    assert_int_equal(script_new(&script, scenario, 0), 0);
    assert_true(script_given(script, &commands[0]) && script_given(script, &commands[1]));
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(commands[i].rule.action, FAKE_DO_HOLD);
        ASSERT_TEXT(commands[i].rule.hold, "late");
        assert_int_equal(commands[i].rule.of_events, i);
    }
    assert_int_equal(commands[1].rule.topic, FAKE_TOPIC_TASK_OOM);
    assert_int_equal(commands[1].rule.times, 2);
    assert_int_equal(script_enabled(script, 0, steps), 1);
    assert_int_equal(steps[0].command.kind, FAKE_COMMAND_RELEASE);
    ASSERT_TEXT(steps[0].command.hold, "late");
    script_free(script);
    scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_action_without_more_to_say_is_a_rule),
        cmocka_unit_test(each_state_that_a_lie_tells_is_the_fakes),
        cmocka_unit_test(what_is_done_to_events_alone_is_a_rule_of_events),
        cmocka_unit_test(a_failure_may_have_its_effect_later),
        cmocka_unit_test(what_follows_is_a_rule_behind_the_one_before),
        cmocka_unit_test(a_hold_and_its_release_have_one_name),
        cmocka_unit_test(what_a_hold_waits_for_is_a_barrier),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
