/* SPDX-License-Identifier: Apache-2.0 */
/* The handler's own side: its store, its process, its owner, and the moments that steps wait for. */
#include "scenarios/language/needs_handler.h"
#include "tests/scenarios/language/refusals.h"

#define GIVEN              "title: t\nwhy: w\ngiven: {containers: [{id: web}]}\n"
#define REFUSE_GIVEN(rows) refuse(GIVEN, rows, sizeof(rows) / sizeof((rows)[0]))

static struct scenario *parse(const char *rest)
{
    struct error error = {""};
    struct scenario *scenario;
    char content[1024];
    (void)snprintf(content, sizeof content, GIVEN "%s", rest);
    if (scenario_parse(&scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    return scenario;
}

static void a_store_fails_with_a_message_and_can_be_slow(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{store: puts, do: fail}]\n", "4:18: unknown request to the store \"puts\"; did you mean \"put\"?"},
        {"faults: [{store: put, rpc: Tasks.Get, do: fail}]\n",
         "4:23: \"rpc\" cannot stand beside \"store\" in a fault; keep one of them"},
        {"faults: [{store: put, do: fail, code: INTERNAL}]\n",
         "4:33: \"code\" belongs to a request of the server; a store only tells a \"message\""},
        {"faults: [{store: put, event: exit, do: hold, as: x}]\n",
         "4:23: \"event\" belongs to a request of the server; a store only tells a \"message\""},
        {"faults: [{store: put, do: hang}]\n", "4:27: a store cannot `do: hang`; let it fail, delay or hold"},
        {"faults: [{store: put, do: fail, then: {do: lose the reply}}]\n",
         "4:44: a store cannot `do: lose the reply`; let it fail, delay or hold"},
        {"faults: [{store: put, do: delay}]\n",
         "4:10: a fault with `do: delay` needs \"for\", a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"faults: [{store: load, container: web, do: fail}]\n",
         "4:24: \"container\" cannot be chosen, because all records are loaded; remove it"},
        {"faults: [{store: put, container: wed, do: fail}]\n",
         "4:34: there is no container \"wed\"; did you mean \"web\"?"},
    };
    struct scenario *scenario =
        parse("faults:\n  - {store: put, container: web, do: fail, times: up to 2, then: {do: hold, as: x}}\n"
              "steps: [release: x]\n");
    (void)state;
    assert_int_equal(scenario->fault_count, 2);
    for (size_t i = 0; i < 2; i++)
        assert_true(scenario->faults[i].has_store && scenario->faults[i].store == SCENARIO_STORE_PUT);
    assert_true(text_is(scenario->faults[0].message, "the store has failed"));
    assert_true(scenario_fault_needs_handler(&scenario->faults[1]));
    scenario_free(scenario);
    REFUSE_GIVEN(rows);
}

static void a_record_says_what_its_state_allows(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [record: {container: a}]\n",
         "4:17: a step's record needs \"state\", none, created, running or exited"},
        {"steps: [record: {container: a, state: none, pid: 1}]\n",
         "4:45: \"pid\" belongs to a record, and `state: none` is no record; remove it"},
        {"steps: [record: {container: a, state: running, inferred: yes}]\n",
         "4:48: \"inferred\" belongs to `state: exited`; remove it or write that state"},
        {"steps: [record: {container: a, state: exited}]\n",
         "4:17: a record with `state: exited` needs \"code\", a number from -2147483648 to 2147483647"},
        {"expect: {finally: [{container: a, state: exited}]}\n",
         "4:32: there is no container \"a\"; give it under `given` or create it in a step"},
    };
    struct scenario *scenario =
        parse("steps:\n  - record: {container: a, state: exited, code: -1, inferred: yes, delete pending: yes}\n"
              "  - lock: {container: a}\n"
              "expect: {finally: [{container: a, inferred: yes, delete pending: no, reason: OOMKilled}]}\n");
    const struct scenario_record *record = &scenario->steps.children[0].record;
    const struct scenario_expectation *expected = &scenario->expect.finally.items[0];
    (void)state;
    assert_true(text_is(record->id, "a") && record->inferred && record->delete_pending);
    assert_int_equal(record->code, -1);
    assert_true(expected->has_inferred && expected->inferred && expected->has_delete_pending);
    assert_false(expected->delete_pending);
    assert_true(expected->has_reason && text_is(expected->reason, "OOMKilled"));
    scenario_free(scenario);
    REFUSE_GIVEN(rows);
}

static void a_handler_that_crashes_says_for_how_long(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [handler: {do: crash}]\n",
         "4:18: a handler that crashes needs \"down\", a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"steps: [handler: {do: stop, down: 1s}]\n", "4:29: \"down\" belongs to `do: crash`; remove it or write that"},
        {"steps: [handler: {do: stumble}]\n",
         "4:23: unknown deed of the handler's process \"stumble\"; known: \"crash\", \"stop\", \"start\""},
    };
    (void)state;
    REFUSE_GIVEN(rows);
}

static void what_is_abandoned_or_expected_was_asked(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [ask: {operation: stop, container: web}]\n",
         "4:14: `operation: stop` needs \"grace\", a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"steps: [ask: {operation: start, container: web, grace: 1s}]\n",
         "4:49: \"grace\" belongs to `operation: stop`; remove it or write that"},
        {"steps: [ask: {operation: start, container: web, timeout: 0s}]\n",
         "4:58: an owner that does not wait at all gets no answer; write a longer time, or none"},
        {"steps: [ask: {operation: start, container: wed}]\n",
         "4:44: there is no container \"wed\"; did you mean \"web\"?"},
        {"steps: [abandon: x]\n", "4:18: nothing is asked as \"x\"; write a step with `ask` and `as: x`"},
        {"steps: [ask: {operation: start, container: web, as: start-it}]\nexpect: {never: [answered: {as: start-if}]}\n",
         "5:33: nothing is asked as \"start-if\"; did you mean \"start-it\"?"},
        {"steps: [ask: {operation: start, container: web, as: x}]\nexpect: {never: [answered: {as: x, state: none, exit code: 1}]}\n",
         "5:49: \"exit code\" belongs to `state: exited`; remove it or write that state"},
        {"steps:\n  - ask: {operation: start, container: web, as: x}\n  - ask: {operation: start, container: web, as: x}\n",
         "6:49: something is asked as \"x\" already; take another name"},
    };
    struct scenario *scenario =
        parse("steps:\n  - ask: {operation: stop, container: web, grace: 2s, timeout: 10s, as: x}\n"
              "  - abandon: x\n"
              "expect: {finally: [answered: {as: x, code: OK, text: ok, after: 2s, state: exited, exit code: -1}]}\n");
    const struct scenario_expectation *expected = &scenario->expect.finally.items[0];
    (void)state;
    assert_int_equal(scenario->steps.children[0].ask.operation, SCENARIO_OPERATION_STOP);
    assert_int_equal(scenario->steps.children[0].ask.grace_ns, 2000000000);
    assert_int_equal(scenario->steps.children[0].ask.timeout_ns, 10000000000);
    assert_true(text_is(scenario->steps.children[1].hold, "x"));
    assert_int_equal(expected->kind, SCENARIO_EXPECT_ANSWERED);
    assert_true(expected->has_status && expected->status == 0 && expected->has_after);
    assert_int_equal(expected->after_ns, 2000000000);
    assert_true(expected->has_note_text && text_is(expected->note_text, "ok"));
    assert_true(expected->has_state && expected->state == SCENARIO_EXITED);
    assert_true(expected->has_code && expected->code == -1);
    scenario_free(scenario);
    REFUSE_GIVEN(rows);
}

static void a_step_may_wait_for_a_moment(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{advance: 0s, after: {rpc: Tasks.Get}}]\n", "4:30: a step's after needs \"is\", asked or answered"},
        {"steps: [{advance: 0s, after: {is: asked}}]\n", "4:30: a step's after needs one of \"rpc\", \"store\""},
        {"steps: [{advance: 0s, after: {rpc: Tasks.Get, container: wed, is: asked}}]\n",
         "4:58: there is no container \"wed\"; did you mean \"web\"?"},
        {"steps: [{advance: 0s, after: {store: load, container: web, is: asked}}]\n",
         "4:44: \"container\" cannot be chosen, because all records are loaded; remove it"},
        {"steps: [{sequence: [advance: 0s], after: {store: load, is: asked}}]\n",
         "4:35: \"after\" belongs to a step, not to a block of them; write it at the first of them"},
        {"steps: [at once: [{oom: {container: web}, after: {store: load, is: asked}}]]\n",
         "4:43: \"after\" cannot stand in `at once`, whose steps all happen at one instant; move it out"},
    };
    struct scenario *scenario =
        parse("steps:\n  - {advance: 1s, after: {store: put, container: web, is: answered}}\n"
              "  - {oom: {container: web}, after: {rpc: Tasks.Delete, container: any, is: asked}}\n");
    const struct scenario_step *steps = scenario->steps.children;
    (void)state;
    assert_true(steps[0].after.given && steps[0].after.of_store && steps[0].after.store == SCENARIO_STORE_PUT);
    assert_int_equal(steps[0].after.passed, SCENARIO_PASSED_ANSWERED);
    assert_int_equal(steps[0].at_ns, 1000000000);
    assert_true(scenario_step_needs_handler(&steps[0]) && scenario_step_doer(&steps[0]) != SCENARIO_BY_HANDLER);
    assert_true(text_is(steps[1].after.rpc, "Tasks.Delete") && steps[1].after.container.length == 0);
    assert_int_equal(steps[1].after.passed, SCENARIO_PASSED_ASKED);
    assert_false(scenario_step_needs_handler(&steps[1]));
    scenario_free(scenario);
    REFUSE_GIVEN(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_store_fails_with_a_message_and_can_be_slow),
        cmocka_unit_test(a_record_says_what_its_state_allows),
        cmocka_unit_test(a_handler_that_crashes_says_for_how_long),
        cmocka_unit_test(what_is_abandoned_or_expected_was_asked),
        cmocka_unit_test(a_step_may_wait_for_a_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
