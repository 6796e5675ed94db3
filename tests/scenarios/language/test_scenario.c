/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"
#include "scenarios/language/scenario.h"
#include "tests/scenarios/language/whole.h"

static struct scenario *parse(const char *content)
{
    struct error error = {{0}};
    struct scenario *scenario;
    if (scenario_parse(&scenario, text_of("story.yaml"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    assert_string_equal(error.text, "");
    return scenario;
}

static int parse_whole(void **state)
{
    *state = parse(WHOLE_SCENARIO);
    return 0;
}

static int free_whole(void **state)
{
    scenario_free(*state);
    return 0;
}

#define ASSERT_TEXT(text, string) assert_true(text_is(text, string))

static void the_head_says_what_the_file_is(void **state)
{
    const struct scenario *scenario = *state;
    ASSERT_TEXT(scenario->file, "story.yaml");
    ASSERT_TEXT(scenario->title, "An exit that falls into a disconnect");
    ASSERT_TEXT(scenario->why, "containerd does not replay events");
    ASSERT_TEXT(scenario->given.name_space, "k8s.io");
    assert_int_equal(scenario->given.socket, SCENARIO_SOCKET_REFUSES);
}

static void containers_arrive_with_all_they_have(void **state)
{
    const struct scenario_given *given = &((const struct scenario *)*state)->given;
    static const struct {
        const char *id;
        enum scenario_state state;
        uint32_t pid;
        uint32_t code;
        size_t execs;
        size_t labels;
        struct scenario_place place;
    } rows[] = {
        {"web", SCENARIO_RUNNING, 101, 0, 0, 2, {10, 7}}, {"db", SCENARIO_RUNNING, 0, 0, 2, 0, {11, 7}},
        {"new", SCENARIO_CREATED, 7, 0, 0, 0, {13, 7}},   {"gone", SCENARIO_EXITED, 101, UINT32_MAX, 0, 0, {14, 7}},
        {"bare", SCENARIO_NO_TASK, 0, 0, 0, 0, {15, 7}},
    };
    assert_int_equal(given->container_count, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct scenario_container *container = &given->containers[i];
        ASSERT_TEXT(container->id, rows[i].id);
        assert_int_equal(container->state, rows[i].state);
        assert_int_equal(container->pid, rows[i].pid);
        assert_int_equal(container->code, rows[i].code);
        assert_int_equal(container->exec_count, rows[i].execs);
        assert_int_equal(container->label_count, rows[i].labels);
        assert_int_equal(container->place.line, rows[i].place.line);
        assert_int_equal(container->place.column, rows[i].place.column);
    }
    ASSERT_TEXT(given->containers[0].labels[0].key, "role");
    ASSERT_TEXT(given->containers[0].labels[0].value, "1");
    ASSERT_TEXT(given->containers[0].labels[1].key, "yes");
    ASSERT_TEXT(given->containers[0].labels[1].value, "yes-man");
    ASSERT_TEXT(given->containers[1].execs[0].id, "probe");
    assert_int_equal(given->containers[1].execs[0].pid, 203);
    ASSERT_TEXT(given->containers[1].execs[1].id, "shell");
    assert_int_equal(given->containers[1].execs[1].pid, 0);
    assert_int_equal(given->containers[1].execs[0].place.line, 12);
}

static void records_arrive_with_all_they_have(void **state)
{
    const struct scenario_given *given = &((const struct scenario *)*state)->given;
    assert_int_equal(given->records_kind, SCENARIO_RECORDS_LISTED);
    assert_int_equal(given->record_count, 2);
    ASSERT_TEXT(given->records[0].id, "web");
    assert_int_equal(given->records[0].state, SCENARIO_EXITED);
    assert_int_equal(given->records[0].code, -1);
    assert_true(given->records[0].has_finished_at);
    assert_int_equal(given->records[0].finished_at_ns, INT64_C(1496266432500000000));
    ASSERT_TEXT(given->records[1].id, "elsewhere");
    assert_int_equal(given->records[1].state, SCENARIO_RUNNING);
    assert_int_equal(given->records[1].pid, 9);
    assert_false(given->records[1].has_finished_at);
    assert_int_equal(given->records[1].place.line, 18);
}

static void faults_arrive_with_their_defaults(void **state)
{
    const struct scenario *scenario = *state;
    const struct scenario_fault *faults = scenario->faults;

    assert_int_equal(scenario->fault_count, 3);
    ASSERT_TEXT(faults[0].rpc, "Tasks.Delete");
    ASSERT_TEXT(faults[0].container, "web");
    assert_int_equal(faults[0].action, SCENARIO_DO_FAIL);
    assert_int_equal(faults[0].code, STATUS_UNAVAILABLE);
    ASSERT_TEXT(faults[0].message, "");
    assert_int_equal(faults[0].times, 2);
    assert_int_equal(faults[0].place.line, 20);
    ASSERT_TEXT(faults[1].rpc, "Containers.List");
    ASSERT_TEXT(faults[1].container, "");
    ASSERT_TEXT(faults[1].message, "deadline exceeded");
    assert_int_equal(faults[1].times, 1);
    ASSERT_TEXT(faults[2].rpc, "Events.Subscribe");
    ASSERT_TEXT(faults[2].container, "");
    assert_int_equal(faults[2].action, SCENARIO_DO_DELAY);
    assert_int_equal(faults[2].for_ns, 1500 * TIME_MILLISECOND);
    assert_int_equal(faults[2].times, 0);
}

static void blocks_of_steps_nest(void **state)
{
    const struct scenario *scenario = *state;
    const struct scenario_step *any_order = &scenario->steps.children[0];
    const struct scenario_step *sequence = &any_order->children[2];

    assert_int_equal(scenario->steps.verb, SCENARIO_SEQUENCE);
    assert_int_equal(scenario->steps.child_count, 12);
    assert_int_equal(any_order->verb, SCENARIO_ANY_ORDER);
    assert_int_equal(any_order->child_count, 3);
    assert_false(any_order->has_at);
    assert_int_equal(any_order->children[0].verb, SCENARIO_DISCONNECT);
    assert_int_equal(any_order->children[0].scope, SCENARIO_SCOPE_EVENTS);
    assert_int_equal(any_order->children[0].status, STATUS_UNAVAILABLE);
    ASSERT_TEXT(any_order->children[0].message, "gone");
    assert_int_equal(any_order->children[1].verb, SCENARIO_EXIT);
    assert_int_equal(any_order->children[1].code, 3);
    ASSERT_TEXT(any_order->children[1].exec, "");
    assert_true(any_order->children[1].has_at);
    assert_int_equal(any_order->children[1].at_ns, 2 * TIME_SECOND);
    assert_int_equal(sequence->verb, SCENARIO_SEQUENCE);
    assert_int_equal(sequence->at_ns, TIME_SECOND);
    assert_int_equal(sequence->child_count, 2);
    assert_int_equal(sequence->children[0].verb, SCENARIO_OOM);
    ASSERT_TEXT(sequence->children[1].exec, "probe");
    assert_int_equal(sequence->children[1].at_ns, 100 * TIME_MILLISECOND);
    assert_int_equal(sequence->place.line, 28);
    assert_int_equal(sequence->place.column, 9);
}

static void every_verb_arrives_with_its_values(void **state)
{
    const struct scenario_step *steps = ((const struct scenario *)*state)->steps.children;

    assert_int_equal(steps[1].how, SCENARIO_END_RESET);
    assert_int_equal(steps[1].http2_code, 8);
    assert_int_equal(steps[2].how, SCENARIO_END_STATUS);
    assert_int_equal(steps[2].status, STATUS_OK);
    ASSERT_TEXT(steps[2].message, "");
    ASSERT_TEXT(steps[3].message, "not found");
    assert_int_equal(steps[4].scope, SCENARIO_SCOPE_CONNECTIONS);
    assert_int_equal(steps[5].verb, SCENARIO_RESTART);
    assert_int_equal(steps[5].down_ns, 3 * TIME_SECOND);
    assert_int_equal(steps[5].socket, SCENARIO_SOCKET_REFUSES);
    assert_true(steps[5].state_lost);
    assert_int_equal(steps[6].down_ns, 0);
    assert_int_equal(steps[6].socket, SCENARIO_SOCKET_MISSING);
    assert_false(steps[6].state_lost);
    assert_int_equal(steps[7].verb, SCENARIO_ADVANCE);
    assert_true(steps[7].has_at);
    assert_int_equal(steps[7].at_ns, 30 * TIME_SECOND);
    assert_int_equal(steps[8].verb, SCENARIO_CREATE);
    ASSERT_TEXT(steps[8].container, "job");
    assert_int_equal(steps[8].pid, 300);
    assert_int_equal(steps[9].verb, SCENARIO_START);
    assert_int_equal(steps[10].verb, SCENARIO_EXEC);
    ASSERT_TEXT(steps[10].exec, "sh");
    assert_int_equal(steps[10].pid, 0);
    assert_int_equal(steps[11].verb, SCENARIO_REMOVE);
    assert_int_equal(steps[11].place.line, 43);
}

static void expectations_arrive_with_what_they_name(void **state)
{
    const struct scenario_expect *expect = &((const struct scenario *)*state)->expect;
    const struct scenario_expectation *finally = expect->finally.items;

    assert_int_equal(expect->always.count, 1);
    assert_false(expect->always.items[0].has_record);
    assert_int_equal(expect->finally.count, 2);
    assert_int_equal(finally[0].kind, SCENARIO_EXPECT_CONTAINER);
    assert_true(finally[0].has_record && finally[0].has_state && finally[0].has_code && finally[0].has_pid);
    assert_true(finally[0].has_finished_at);
    assert_int_equal(finally[0].finished_at_ns, INT64_C(1496266432000000000));
    assert_int_equal(finally[0].state, SCENARIO_EXITED);
    assert_int_equal(finally[0].code, 3);
    assert_int_equal(finally[1].kind, SCENARIO_EXPECT_CALLED);
    ASSERT_TEXT(finally[1].rpc, "Tasks.Delete");
    ASSERT_TEXT(finally[1].container, "");
    assert_true(finally[1].has_times);
    assert_int_equal(finally[1].times, 3);
    assert_int_equal(finally[1].at_count, 3);
    assert_int_equal(finally[1].at_ns[1], 100 * TIME_MILLISECOND);
    ASSERT_TEXT(finally[1].promise, "few-deletes");
    assert_int_equal(finally[1].place.line, 48);
    assert_int_equal(expect->never.items[0].kind, SCENARIO_EXPECT_DIALED);
    assert_true(expect->never.items[0].has_times && expect->never.items[0].times == 0);
    assert_false(expect->never.items[1].has_state || expect->never.items[1].has_pid);
    assert_true(expect->never.items[1].has_record && expect->never.items[1].has_code);
    assert_int_equal(expect->sometimes.count, 2);
    assert_int_equal(expect->sometimes.items[0].kind, SCENARIO_EXPECT_EXITS_WHILE);
    ASSERT_TEXT(expect->sometimes.items[0].container, "web");
    assert_int_equal(expect->sometimes.items[1].kind, SCENARIO_EXPECT_DIALED);
    assert_false(expect->sometimes.items[1].has_times);
    assert_true(expect->has_within);
    assert_int_equal(expect->within_ns, 5 * TIME_SECOND);
}

static void handlers_arrive_with_what_they_break(void **state)
{
    const struct scenario *scenario = *state;
    assert_int_equal(scenario->handler_count, 4);
    ASSERT_TEXT(scenario->handlers[0].policy, "original");
    assert_int_equal(scenario->handlers[0].break_count, 3);
    ASSERT_TEXT(scenario->handlers[0].breaks[2], "hard-luck");
    assert_int_equal(scenario->handlers[1].break_count, 0);
    ASSERT_TEXT(scenario->handlers[2].policy, "reliable-without=relist,read-whole-stream");
    assert_int_equal(scenario->handlers[3].place.line, 59);
}

static void what_is_left_out_has_its_default(void **state)
{
    struct scenario *scenario = parse("{title: t, why: w}");
    (void)state;
    assert_int_equal(scenario->api, SCENARIO_API_V1);
    ASSERT_TEXT(scenario->given.name_space, "default");
    assert_int_equal(scenario->given.socket, SCENARIO_SOCKET_SERVES);
    assert_int_equal(scenario->given.records_kind, SCENARIO_RECORDS_AS_GIVEN);
    assert_int_equal(scenario->steps.verb, SCENARIO_SEQUENCE);
    assert_int_equal(scenario->steps.child_count, 0);
    assert_false(scenario->expect.has_within);
    scenario_free(scenario);

    scenario = parse("title: t\nwhy: w\ngiven: {records: none, containers: []}\nfaults: []\nsteps: []\nhandlers: []\n");
    assert_int_equal(scenario->given.records_kind, SCENARIO_RECORDS_NONE);
    ASSERT_TEXT(scenario->given.name_space, "default");
    scenario_free(scenario);
}

/* Each row comes near to what tests of refusals refuse. */
static void what_makes_sense_is_let_through(void **state)
{
    static const char *const rows[] = {
        "given: {containers: [{id: web}]}\nsteps:\n  - remove: {container: web}\n  - create: {container: web}\n",
        "given: {containers: [{id: web}]}\nsteps:\n  - restart: {down: 1s, state: lost}\n  - create: {container: web}\n",
        "steps:\n  - create: {container: web, pid: 7}\n  - exec: {container: web, exec: a}\n"
        "  - remove: {container: web}\n  - create: {container: web, pid: 7}\n  - exec: {container: web, exec: a}\n",
        "given: {containers: [{id: web, execs: [{id: a}]}, {id: db, execs: [{id: a}]}]}\n",
        "given: {containers: [{id: web, pid: 7}]}\nsteps:\n  - exit: {container: web, code: 0}\n"
        "  - create: {container: db, pid: 7}\n",
        "given: {containers: [{id: web, execs: [{id: a, pid: 7}]}]}\nsteps:\n  - exit: {container: web, code: 0}\n"
        "  - create: {container: db, pid: 7}\n",
        "given: {containers: [{id: web, state: exited, code: 0, pid: 7}, {id: db, pid: 7}]}\n",
        "steps:\n  - start: {container: web}\n  - create: {container: web}\n",
        "given: {records: [{id: old, state: running}]}\nexpect: {always: [{container: old, state: running}]}\n",
        "given: {containers: [{id: \"007\", labels: {}}], socket: \"missing\"}\n",
        "given: {records: [{id: old, state: exited, code: 0, finished at: 2017-05-31T21:33:52Z}]}\n",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char content[1024];
        assert_true((size_t)snprintf(content, sizeof content, "title: t\nwhy: w\n%s", rows[i]) < sizeof content);
        scenario_free(parse(content));
    }
}

static void lines_may_end_in_cr_lf_and_texts_may_hold_any_script(void **state)
{
    struct scenario *scenario = parse("title: \xe2\x82\xac\r\nwhy: |\r\n  a\r\n  b\r\n");
    (void)state;
    ASSERT_TEXT(scenario->title, "\xe2\x82\xac");
    scenario_free(scenario);
    scenario_free(NULL);
}

static void nothing_at_all_is_refused(void **state)
{
    static const char *const rows[] = {"", "\n", "# only a comment\n", "---\n...\n"};
    static const struct text no_bytes = {NULL, 0};
    struct error error;
    struct scenario *scenario;
    (void)state;
    assert_int_equal(scenario_parse(&scenario, text_of("f"), no_bytes, &error), ERROR_MALFORMED);
    assert_string_equal(error.text, "f:1:1: the file holds nothing; a scenario begins with its title");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_true(scenario_parse(&scenario, text_of("f"), text_of(rows[i]), &error) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_head_says_what_the_file_is, parse_whole, free_whole),
        cmocka_unit_test_setup_teardown(containers_arrive_with_all_they_have, parse_whole, free_whole),
        cmocka_unit_test_setup_teardown(records_arrive_with_all_they_have, parse_whole, free_whole),
        cmocka_unit_test_setup_teardown(faults_arrive_with_their_defaults, parse_whole, free_whole),
        cmocka_unit_test_setup_teardown(blocks_of_steps_nest, parse_whole, free_whole),
        cmocka_unit_test_setup_teardown(every_verb_arrives_with_its_values, parse_whole, free_whole),
        cmocka_unit_test_setup_teardown(expectations_arrive_with_what_they_name, parse_whole, free_whole),
        cmocka_unit_test_setup_teardown(handlers_arrive_with_what_they_break, parse_whole, free_whole),
        cmocka_unit_test(what_is_left_out_has_its_default),
        cmocka_unit_test(what_makes_sense_is_let_through),
        cmocka_unit_test(lines_may_end_in_cr_lf_and_texts_may_hold_any_script),
        cmocka_unit_test(nothing_at_all_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
