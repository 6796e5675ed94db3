/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void a_hold_waits_for_a_request_or_an_event(void **state)
{
    static const char content[] = PREFACE
        "given: {containers: [{id: web}]}\n"
        "faults:\n"
        "  - {stream: events, event: exit, do: hold, until: {rpc: Tasks.Delete, container: web, is: answered}}\n"
        "  - {rpc: Tasks.Start, do: hold, as: late, until: {rpc: Tasks.Get}}\n"
        "  - {rpc: Tasks.Start, do: hold, until: {event: oom, container: any}}\n"
        "  - {rpc: Tasks.Start, do: hold, as: late}\n"
        "  - {stream: events, event: exit, do: delay, for: 2s}\n";
    struct error error = {{0}};
    struct scenario *scenario;
    (void)state;
    if (scenario_parse(&scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    const struct scenario_fault *faults = scenario->faults;
    assert_int_equal(faults[0].until.kind, SCENARIO_UNTIL_ANSWERED);
    assert_true(text_is(faults[0].until.rpc, "Tasks.Delete"));
    assert_true(text_is(faults[0].until.container, "web"));
    assert_int_equal(faults[0].hold.length, 0);
    assert_int_equal(faults[1].until.kind, SCENARIO_UNTIL_ASKED);
    assert_true(text_is(faults[1].until.rpc, "Tasks.Get"));
    assert_true(text_is(faults[1].hold, "late"));
    assert_int_equal(faults[2].until.kind, SCENARIO_UNTIL_EVENT);
    assert_int_equal(faults[2].until.event, SCENARIO_EVENT_OOM);
    assert_int_equal(faults[2].until.container.length, 0);
    assert_int_equal(faults[3].until.kind, SCENARIO_UNTIL_NOTHING);
    assert_int_equal(faults[4].action, SCENARIO_DO_DELAY);
    assert_true(faults[4].has_event);
    scenario_free(scenario);
}

static void headers_come_early_on_a_stream_alone(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Get, do: delay, for: 1s, headers: yes}]\n",
         "3:47: \"headers\" belongs to a `stream: events` without \"event\"; remove it"},
        {"faults: [{stream: events, event: exit, do: delay, for: 1s, headers: yes}]\n",
         "3:60: \"headers\" belongs to a `stream: events` without \"event\"; remove it"},
        {"faults: [{store: put, do: delay, for: 1s, headers: yes}]\n",
         "3:43: \"headers\" belongs to a request of the server; a store only tells a \"message\""},
        {"faults: [{stream: events, do: hang, headers: yes}]\n",
         "3:37: \"headers\" belongs to `do: delay`; remove it or write that"},
    };
    (void)state;
    REFUSE(rows);
}

static void what_cannot_be_waited_for_is_refused(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Get, do: hang, until: {event: exit}}]\n",
         "3:37: \"until\" belongs to `do: hold`; remove it or write that"},
        {"faults: [{rpc: Tasks.Get, do: hold, until: {}}]\n",
         "3:44: what a hold waits for needs one of \"rpc\", \"event\""},
        {"faults: [{rpc: Tasks.Get, do: hold, until: {event: exit, is: asked}}]\n",
         "3:58: \"is\" belongs to an \"rpc\"; remove it"},
        {"faults: [{rpc: Tasks.Get, do: hold, until: {rpc: Tasks.Get, is: done}}]\n",
         "3:65: unknown state of a request \"done\"; known: \"asked\", \"answered\""},
        {"faults: [{rpc: Tasks.Get, do: hold, until: {rpc: Events.Subscribe, is: answered}}]\n",
         "3:72: a stream is not answered; write `is: asked`"},
        {"faults: [{rpc: Tasks.Get, do: hold, until: {event: exit, container: web}}]\n",
         "3:69: there is no container \"web\"; give it under `given` or create it in a step"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hold_waits_for_a_request_or_an_event),
        cmocka_unit_test(headers_come_early_on_a_stream_alone),
        cmocka_unit_test(what_cannot_be_waited_for_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
