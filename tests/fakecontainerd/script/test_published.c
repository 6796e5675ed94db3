/* SPDX-License-Identifier: Apache-2.0 */
/* Events that are forged, as commands. */
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

static void each_forged_event_has_its_topic(void **state)
{
    static const struct {
        const char *event;
        enum fake_event_topic topic;
    } rows[] = {
        {"exit", FAKE_TOPIC_TASK_EXIT},     {"oom", FAKE_TOPIC_TASK_OOM},       {"create", FAKE_TOPIC_TASK_CREATE},
        {"start", FAKE_TOPIC_TASK_START},   {"paused", FAKE_TOPIC_TASK_PAUSED}, {"exec added", FAKE_TOPIC_EXEC_ADDED},
        {"delete", FAKE_TOPIC_TASK_DELETE},
    };
    (void)state;
    assert_int_equal(sizeof rows / sizeof rows[0], scenario_events.count);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char step[128];
        struct scenario *scenario;
        (void)snprintf(step, sizeof step, "publish: {event: %s, container: ghost, pid: 7}", rows[i].event);
        struct fake_command command = command_of(&scenario, step);
        assert_int_equal(command.kind, FAKE_COMMAND_PUBLISH);
        assert_int_equal(command.forged.topic, rows[i].topic);
        ASSERT_TEXT(command.forged.container_id, "ghost");
        ASSERT_TEXT(command.forged.process_id, "ghost");
        ASSERT_TEXT(command.forged.name_space, "default");
        assert_int_equal(command.forged.pid, 7);
        assert_false(command.forged.has_bytes || command.forged.unknown_field);
        scenario_free(scenario);
    }
}

static void a_forged_exit_has_the_time_that_is_written(void **state)
{
    static const struct {
        const char *head;
        const char *written;
        struct fake_exited_at expected;
    } rows[] = {
        {"api: v1", "", {.kind = FAKE_EXITED_AT_TIME}},
        {"api: execution", "", {.kind = FAKE_EXITED_AT_ABSENT}},
        {"api: v1", ", exited at: absent", {.kind = FAKE_EXITED_AT_ABSENT}},
        {"api: execution", ", exited at: absent", {.kind = FAKE_EXITED_AT_ABSENT}},
        {"api: v1", ", exited at: {seconds: -1, nanos: -2}", {FAKE_EXITED_AT_RAW, -1, -2}},
        {"api: execution", ", exited at: \"1970-01-01T00:00:01.5Z\"", {FAKE_EXITED_AT_RAW, 1, 500000000}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char content[256];
        struct script_step steps[SCRIPT_ENABLED_MAX];
        struct script *script;
        (void)snprintf(content, sizeof content,
                       HEAD "%s\nsteps: [{publish: {event: exit, container: a, code: 9, unknown field: yes%s}}]\n",
                       rows[i].head, rows[i].written);
        struct scenario *scenario = parse(content);
        assert_int_equal(script_new(&script, scenario, 0), 0);
        assert_int_equal(script_enabled(script, 0, steps), 1);
        const struct fake_published *forged = &steps[0].command.forged;
        assert_int_equal(forged->exited_at.kind, rows[i].expected.kind);
        assert_int_equal(forged->exited_at.seconds, rows[i].expected.seconds);
        assert_int_equal(forged->exited_at.nanos, rows[i].expected.nanos);
        assert_int_equal(forged->exited_at_ns, 0);
        assert_int_equal(forged->exit_status, 9);
        assert_true(forged->unknown_field);
        script_free(script);
        scenario_free(scenario);
    }
}

static void a_forged_event_may_be_of_another_process_and_namespace(void **state)
{
    static const enum fake_damage damages[] = {FAKE_DAMAGE_TYPE, FAKE_DAMAGE_BODY, FAKE_DAMAGE_COMPRESSED,
                                               FAKE_DAMAGE_OVERSIZE};
    struct scenario *scenario;
    struct fake_command command = command_of(
        &scenario, "publish: {event: exit, container: ghost, exec: probe, namespace: moby, unfiltered: yes}");
    (void)state;
    ASSERT_TEXT(command.forged.process_id, "probe");
    ASSERT_TEXT(command.forged.name_space, "moby");
    assert_true(command.forged.unfiltered);
    assert_int_equal(command.forged.damage, FAKE_DAMAGE_NONE);
    scenario_free(scenario);
    assert_int_equal(sizeof damages / sizeof damages[0], scenario_damages.count);
    for (size_t i = 0; i < scenario_damages.count; i++) {
        char step[128];
        (void)snprintf(step, sizeof step, "publish: {event: oom, container: ghost, damage: %s}",
                       scenario_damages.items[i].name);
        command = command_of(&scenario, step);
        assert_int_equal(command.forged.damage, damages[i]);
        scenario_free(scenario);
    }
}

static void forged_bytes_are_sent_as_they_are(void **state)
{
    struct scenario *scenario;
    struct fake_command command = command_of(&scenario, "publish: {bytes: \"0a00\"}");
    (void)state;
    assert_true(command.forged.has_bytes);
    assert_int_equal(command.forged.bytes.length, 2);
    assert_memory_equal(command.forged.bytes.bytes, "\n\0", 2);
    ASSERT_TEXT(command.forged.name_space, "default");
    scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_forged_event_has_its_topic),
        cmocka_unit_test(a_forged_exit_has_the_time_that_is_written),
        cmocka_unit_test(a_forged_event_may_be_of_another_process_and_namespace),
        cmocka_unit_test(forged_bytes_are_sent_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
