/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void a_fault_names_a_known_rpc_or_stream(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{do: fail}]\n", "3:10: a fault needs one of \"rpc\", \"stream\", \"store\""},
        {"faults: [{rpc: Tasks.Delet, do: fail}]\n",
         "3:16: unknown rpc \"Tasks.Delet\"; did you mean \"Tasks.Delete\"?"},
        {"faults: [{rpc: Foo, do: fail}]\n",
         "3:16: unknown rpc \"Foo\"; known: \"Tasks.Delete\", \"Tasks.Get\", \"Tasks.List\", \"Containers.Get\", \"Containers.List\", \"Events.Subscribe\", \"Version.Version\", \"Containers.ListStream\", \"Containers.Create\", \"Containers.Update\", \"Containers.Delete\", \"Tasks.Create\", \"Tasks.Start\", \"Tasks.Kill\", \"Tasks.Wait\", \"Tasks.Exec\", \"Tasks.DeleteProcess\", \"Tasks.Pause\", \"Tasks.Resume\", \"Tasks.ListPids\" and more"},
        {"faults: [{stream: logs, do: fail}]\n", "3:19: unknown stream \"logs\"; known: \"events\""},
    };
    (void)state;
    REFUSE(rows);
}

static void what_a_fault_does_is_one_of_the_actions_that_are_built(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Delete, do: explode}]\n",
         "3:34: unknown action \"explode\"; known: \"fail\", \"delay\", \"hang\", \"end\", \"lose the reply\", \"lose the request\", \"hold\", \"drop\", \"duplicate\", \"cut\", \"answer\", \"leave out\""},
        {"faults: [{rpc: Tasks.Delete, do: fial}]\n", "3:34: unknown action \"fial\"; did you mean \"fail\"?"},
        {"faults: [{rpc: Tasks.Delete}]\n", "3:10: a fault needs \"do\", an action, such as fail"},
    };
    (void)state;
    REFUSE(rows);
}

static void fail_needs_a_code_that_is_an_error(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Delete, do: fail}]\n",
         "3:10: a fault with `do: fail` needs \"code\", a gRPC code, such as UNAVAILABLE"},
        {"faults: [{rpc: Tasks.Delete, do: fail, code: OK}]\n", "3:46: a fault cannot fail with OK; take another code"},
        {"faults: [{rpc: Tasks.Delete, do: fail, code: INTERNAL, for: 1s}]\n",
         "3:56: \"for\" belongs to `do: delay` and `do: answer`; remove it or write one of them"},
    };
    (void)state;
    REFUSE(rows);
}

static void delay_needs_a_duration_and_nothing_else(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Delete, do: delay}]\n",
         "3:10: a fault with `do: delay` needs \"for\", a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"faults: [{rpc: Tasks.Delete, do: delay, for: 3}]\n",
         "3:46: \"for\" must be a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"faults: [{rpc: Tasks.Delete, do: delay, for: 3s, code: INTERNAL}]\n",
         "3:50: \"code\" belongs to `do: fail`; remove it or write that"},
        {"faults: [{rpc: Tasks.Delete, do: delay, for: 3s, message: x}]\n",
         "3:50: \"message\" belongs to `do: fail`; remove it or write that"},
    };
    (void)state;
    REFUSE(rows);
}

static void what_belongs_to_one_action_is_refused_for_the_others(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Delete, do: hang, code: INTERNAL}]\n",
         "3:40: \"code\" belongs to `do: fail`; remove it or write that"},
        {"faults: [{rpc: Tasks.Delete, do: hang, message: x}]\n",
         "3:40: \"message\" belongs to `do: fail`; remove it or write that"},
        {"faults: [{rpc: Tasks.Delete, do: hang, for: 1s}]\n",
         "3:40: \"for\" belongs to `do: delay` and `do: answer`; remove it or write one of them"},
        {"faults: [{rpc: Tasks.Delete, do: hang, how: clean}]\n",
         "3:40: \"how\" belongs to `do: end`; remove it or write that"},
        {"faults: [{rpc: Tasks.Delete, do: delay, for: 1s, error: CANCEL}]\n",
         "3:50: \"error\" belongs to `do: end`; remove it or write that"},
        {"faults: [{stream: events, do: fail, code: INTERNAL, how: clean}]\n",
         "3:53: \"how\" belongs to `do: end`; remove it or write that"},
        {"faults: [{stream: events, do: end, how: clean, code: OK}]\n",
         "3:48: \"code\" belongs to `do: fail`; remove it or write that"},
        {"faults: [{stream: events, do: end, how: clean, for: 1s}]\n",
         "3:48: \"for\" belongs to `do: delay` and `do: answer`; remove it or write one of them"},
    };
    (void)state;
    REFUSE(rows);
}

static void only_a_stream_ends_and_it_says_how(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{stream: events, do: end}]\n",
         "3:10: a fault with `do: end` needs \"how\", an end such as no trailers"},
        {"faults: [{stream: events, do: end, how: reset}]\n",
         "3:10: `how: reset` needs \"error\", an HTTP/2 error, such as CANCEL"},
        {"faults: [{stream: events, do: end, how: no status, error: CANCEL}]\n",
         "3:52: \"error\" belongs to `how: reset`; remove it or write that"},
        {"faults: [{rpc: Tasks.Delete, do: end, how: clean}]\n",
         "3:34: only a stream can end; write it for `stream: events`, or let the call fail"},
    };
    (void)state;
    REFUSE(rows);
}

static void only_a_call_can_be_lost(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{stream: events, do: lose the reply}]\n",
         "3:31: a stream has neither a request nor a reply to lose; write it for a call such as `rpc: Tasks.Delete`"},
        {"faults: [{rpc: Events.Subscribe, do: lose the request}]\n",
         "3:38: a stream has neither a request nor a reply to lose; write it for a call such as `rpc: Tasks.Delete`"},
        {"faults: [{rpc: Tasks.Delete, do: lose the reply, code: UNAVAILABLE}]\n",
         "3:50: \"code\" belongs to `do: fail`; remove it or write that"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_hold_has_a_name_and_of_a_stream_an_event(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Delete, do: hold}]\n",
         "3:10: a fault with `do: hold` needs \"as\", a name of letters and digits, with single . _ - between them, or \"until\", what it waits for, such as {rpc: Tasks.Delete, is: answered} or {event: exit}"},
        {"faults: [{rpc: Tasks.Delete, do: hang, as: late}]\n",
         "3:40: \"as\" belongs to `do: hold`; remove it or write that"},
        {"faults: [{rpc: Tasks.Delete, event: exit, do: hold, as: late}]\n",
         "3:30: \"event\" belongs to `stream: events`; remove it or write that"},
        {"faults: [{stream: events, event: exit, do: hang}]\n",
         "3:27: `do: hang` is done to requests, not to events; remove \"event\", or do something else"},
        {"faults: [{stream: events, do: hold, as: late}]\n",
         "3:10: `do: hold` of a stream needs \"event\", an event, such as exit"},
        {"faults: [{stream: events, event: end, do: hold, as: late}]\n",
         "3:34: unknown event \"end\"; known: \"exit\", \"oom\", \"create\", \"start\", \"paused\", \"exec added\", \"delete\""},
    };
    (void)state;
    REFUSE(rows);
}

static void some_things_can_only_be_done_to_events(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Delete, do: drop}]\n",
         "3:34: `do: drop` is done to events; write it for `stream: events`"},
        {"faults: [{rpc: Tasks.Delete, do: duplicate}]\n",
         "3:34: `do: duplicate` is done to events; write it for `stream: events`"},
        {"faults: [{rpc: Tasks.Delete, do: cut, after: 0}]\n",
         "3:34: `do: cut` is done to events; write it for `stream: events`"},
        {"faults: [{stream: events, do: drop}]\n",
         "3:10: `do: drop` of a stream needs \"event\", an event, such as exit"},
        {"faults: [{stream: events, event: exit, do: cut}]\n",
         "3:10: a fault with `do: cut` needs \"after\", a number of bytes from 0 to 65536"},
        {"faults: [{stream: events, event: exit, do: cut, after: 65537}]\n",
         "3:56: \"after\" must be a number of bytes from 0 to 65536"},
        {"faults: [{stream: events, event: exit, do: drop, after: 1}]\n",
         "3:50: \"after\" belongs to `do: cut`; remove it or write that"},
    };
    (void)state;
    REFUSE(rows);
}

static void only_a_failed_delete_has_its_effect_later(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Get, do: fail, code: UNKNOWN, effect after: 25s}]\n",
         "3:52: \"effect after\" belongs to `rpc: Tasks.Delete`, `Tasks.Create` or `Tasks.Start`; remove it or "
         "write that"},
        {"faults: [{rpc: Tasks.Kill, do: hang, effect after: 25s}]\n",
         "3:38: \"effect after\" belongs to `rpc: Tasks.Delete`, `Tasks.Create` or `Tasks.Start`; remove it or "
         "write that"},
        {"faults: [{rpc: Tasks.Delete, do: lose the request, effect after: 25s}]\n",
         "3:52: \"effect after\" belongs to `do: fail` and `do: hang`; remove it or write one of them"},
        {"faults: [{rpc: Tasks.Delete, do: fail, code: UNKNOWN, effect after: 25}]\n",
         "3:69: \"effect after\" must be a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
    };
    (void)state;
    REFUSE(rows);
}

static void times_is_a_number_or_always(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Delete, do: fail, code: INTERNAL, times: 0}]\n",
         "3:63: \"times\" must be always, a number from 1 to 1000000, or up to such a number"},
        {"faults: [{rpc: Tasks.Delete, do: fail, code: INTERNAL, times: up to 0}]\n",
         "3:63: \"times\" must be always, a number from 1 to 1000000, or up to such a number"},
        {"faults: [{rpc: Tasks.Delete, do: fail, code: INTERNAL, times: up to always}]\n",
         "3:63: \"times\" must be always, a number from 1 to 1000000, or up to such a number"},
    };
    (void)state;
    REFUSE(rows);
}

static void what_follows_a_fault_is_checked_like_a_fault(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Get, do: hang, then: {for: 1s}}]\n",
         "3:43: what is done then needs \"do\", an action, such as fail"},
        {"faults: [{rpc: Tasks.Get, do: hang, then: {do: delay}}]\n",
         "3:43: a fault with `do: delay` needs \"for\", a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"faults: [{rpc: Tasks.Get, do: hang, after that: {do: end, how: clean}}]\n",
         "3:54: only a stream can end; write it for `stream: events`, or let the call fail"},
        {"faults: [{rpc: Tasks.Get, do: hang, after that: {do: hang, times: 2}}]\n",
         "3:60: unknown key \"times\" in what is done after that; known: \"do\", \"code\", \"message\", \"effect after\", \"for\", \"headers\", \"how\", \"error\", \"after\", \"as\", \"until\", \"meanwhile\", \"state\", \"pid\", \"exit code\", \"exited at\", \"oom kills\""},
        {"faults: [{rpc: Tasks.Get, do: hang, times: always, then: {do: hang}}]\n",
         "3:52: \"then\" never comes where `times` is always; write a number"},
        {"faults: [{rpc: Tasks.Get, do: hang, then: {do: hang, times: always}, after that: {do: hang}}]\n",
         "3:70: \"after that\" never comes where `times` is always; write a number"},
    };
    (void)state;
    REFUSE(rows);
}

/* 129 faults with one that follows each are two more than a scenario may have. */
static void what_follows_counts_as_a_fault(void **state)
{
    static char content[16384] = PREFACE "faults:\n";
    struct error error = {{0}};
    struct scenario *scenario;
    size_t head = strlen(content);
    (void)state;
    for (size_t i = 0; i < 129; i++) {
        size_t length = strlen(content);
        assert_true(length < sizeof content - 64);
        if (i == 128) {
            assert_int_equal(scenario_parse(&scenario, text_of("f"), text_of(content), &error), 0);
            assert_int_equal(scenario->fault_count, 256);
            scenario_free(scenario);
        }
        (void)snprintf(content + length, sizeof content - length, "  - {rpc: Tasks.Get, do: hang, then: {do: hang}}\n");
    }
    assert_true(strlen(content) > head);
    assert_int_equal(scenario_parse(&scenario, text_of("f"), text_of(content), &error), ERROR_LIMIT);
    assert_string_equal(error.text,
                        "f:4:3: \"faults\" may have at most 256 entries, what follows them counted; leave some out");
}

static void message_and_container_are_texts(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Delete, do: fail, code: INTERNAL, message: 5}]\n",
         "3:65: \"message\" must be a text, but YAML can take \"5\" for a number, a boolean or null; put it in quotes"},
        {"faults: [{rpc: Tasks.Delete, do: fail, code: INTERNAL, container: 5}]\n",
         "3:67: \"container\" must be a container's id, or any, but YAML can take \"5\" for a number, a boolean or null; put it in quotes"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_names_a_known_rpc_or_stream),
        cmocka_unit_test(what_a_fault_does_is_one_of_the_actions_that_are_built),
        cmocka_unit_test(fail_needs_a_code_that_is_an_error),
        cmocka_unit_test(delay_needs_a_duration_and_nothing_else),
        cmocka_unit_test(what_belongs_to_one_action_is_refused_for_the_others),
        cmocka_unit_test(only_a_stream_ends_and_it_says_how),
        cmocka_unit_test(only_a_call_can_be_lost),
        cmocka_unit_test(a_hold_has_a_name_and_of_a_stream_an_event),
        cmocka_unit_test(some_things_can_only_be_done_to_events),
        cmocka_unit_test(only_a_failed_delete_has_its_effect_later),
        cmocka_unit_test(times_is_a_number_or_always),
        cmocka_unit_test(what_follows_a_fault_is_checked_like_a_fault),
        cmocka_unit_test(what_follows_counts_as_a_fault),
        cmocka_unit_test(message_and_container_are_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
