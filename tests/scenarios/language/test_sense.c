/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void a_step_names_a_container_that_is_there(void **state)
{
    static const struct refusal rows[] = {
        {"steps:\n"
         "  - exit: {container: web, code: 0}\n",
         "4:23: there is no container \"web\"; give it under `given` or create it in a step"},
        {"given: {containers: [{id: web}]}\n"
         "steps:\n"
         "  - exit: {container: wbe, code: 0}\n",
         "5:23: there is no container \"wbe\"; did you mean \"web\"?"},
        {"given: {containers: [{id: frontend}]}\n"
         "steps:\n"
         "  - sequence:\n"
         "      - start: {container: fronted}\n",
         "6:28: there is no container \"fronted\"; did you mean \"frontend\"?"},
    };
    (void)state;
    REFUSE(rows);
}

static void an_exit_names_an_exec_of_that_container(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: [{id: web}]}\n"
         "steps:\n"
         "  - exit: {container: web, exec: a, code: 0}\n",
         "5:34: container \"web\" has no exec \"a\"; give it with the container or start it in a step"},
        {"given: {containers: [{id: web, execs: [{id: probe}]}]}\n"
         "steps:\n"
         "  - any order:\n"
         "      - exit: {container: web, exec: prob, code: 0}\n",
         "6:38: container \"web\" has no exec \"prob\"; did you mean \"probe\"?"},
        {"given: {containers: [{id: web, execs: [{id: a}]}, {id: db}]}\n"
         "steps: [{exit: {container: db, exec: a, code: 0}}]\n",
         "4:38: container \"db\" has no exec \"a\"; give it with the container or start it in a step"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_fault_names_a_container_that_is_there(void **state)
{
    static const struct refusal rows[] = {
        {"faults: [{rpc: Tasks.Delete, container: web, do: fail, code: INTERNAL}]\n",
         "3:41: there is no container \"web\"; give it under `given` or create it in a step"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_record_alone_is_no_container_for_steps_and_is_there_once(void **state)
{
    static const struct refusal rows[] = {
        {"given: {records: [{id: old, state: running}]}\n"
         "steps: [{start: {container: old}}]\n",
         "4:29: there is no container \"old\"; give it under `given` or create it in a step"},
        {"given: {records: [{id: old, state: running}, {id: old, state: created}]}\n",
         "3:46: there is a record \"old\" already, from line 3; remove one of them"},
    };
    (void)state;
    REFUSE(rows);
}

static void an_expectation_names_a_container_or_a_record(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{container: web, state: none}]}\n",
         "3:32: there is no container \"web\"; give it under `given` or create it in a step"},
        {"expect: {finally: [{called: {rpc: Tasks.Delete, container: web, times: 0}}]}\n",
         "3:60: there is no container \"web\"; give it under `given` or create it in a step"},
        {"expect: {sometimes: [{container: web, exits while: no stream is open}]}\n",
         "3:34: there is no container \"web\"; give it under `given` or create it in a step"},
        {"expect: {always: [{container: web, state: none}]}\n",
         "3:31: there is no container \"web\"; give it under `given` or create it in a step"},
        {"expect: {never: [{container: web, state: none}]}\n",
         "3:30: there is no container \"web\"; give it under `given` or create it in a step"},
    };
    (void)state;
    REFUSE(rows);
}

static void what_a_forged_event_names_may_be_expected_but_not_be_used(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{publish: {event: exit, container: ghost}}, {start: {container: ghost}}]\n",
         "3:73: there is no container \"ghost\"; give it under `given` or create it in a step"},
        {"steps: [{publish: {event: exit, container: ghost}}]\n"
         "expect: {never: [{container: gost, state: running}]}\n",
         "4:30: there is no container \"gost\"; give it under `given` or create it in a step"},
    };
    (void)state;
    REFUSE(rows);
}

static void what_is_locked_is_a_container_or_a_record(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{lock: {container: web}}]\n",
         "3:28: there is no container \"web\"; give it under `given` or create it in a step"},
        {"given: {containers: [{id: web}]}\n"
         "steps: [{unlock: {container: wbe}}]\n",
         "4:30: there is no container \"wbe\"; did you mean \"web\"?"},
    };
    (void)state;
    REFUSE(rows);
}

static void an_expectation_is_under_a_policy_that_is_run(void **state)
{
    static const struct refusal rows[] = {
        {"expect: {finally: [{dialed: {times: 1}, under: original}]}\n",
         "3:48: policy \"original\" is not under `handlers`, so this would never be judged; list it there"},
        {"expect: {sometimes: [{dialed: {times: 1}, under: original-with=a}]}\n"
         "handlers: [{policy: original, breaks: []}]\n",
         "3:50: policy \"original-with=a\" is not under `handlers`, so this would never be judged; list it there"},
        {"expect: {finally: [{dialed: {times: 1}, under: orginal}]}\n",
         "3:48: unknown policy \"orginal\"; did you mean \"original\"?"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_broken_promise_is_built_in_or_named_in_the_file(void **state)
{
    static const struct refusal rows[] = {
        {"handlers: [{policy: original, breaks: [no-exit-is-lots]}]\n",
         "3:40: there is no promise \"no-exit-is-lots\"; did you mean \"no-exit-is-lost\"?"},
        {"handlers: [{policy: original, breaks: [mine]}]\n",
         "3:40: there is no promise \"mine\"; name it in an expectation of this file (promise: mine)"},
        {"expect: {finally: [{dialed: {times: 1}, promise: few-dials}]}\n"
         "handlers: [{policy: original, breaks: [few-dial]}]\n",
         "4:40: there is no promise \"few-dial\"; did you mean \"few-dials\"?"},
    };
    (void)state;
    REFUSE(rows);
}

static void nothing_is_listed_twice(void **state)
{
    static const struct refusal rows[] = {
        {"handlers: [{policy: original, breaks: [finished-once, finished-once]}]\n",
         "3:55: promise \"finished-once\" is listed already; remove one of them"},
        {"handlers:\n"
         "  - {policy: original, breaks: []}\n"
         "  - {policy: original, breaks: []}\n",
         "5:5: policy \"original\" is listed already, in line 4; remove one of them"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_names_a_container_that_is_there),
        cmocka_unit_test(an_exit_names_an_exec_of_that_container),
        cmocka_unit_test(a_fault_names_a_container_that_is_there),
        cmocka_unit_test(a_record_alone_is_no_container_for_steps_and_is_there_once),
        cmocka_unit_test(an_expectation_names_a_container_or_a_record),
        cmocka_unit_test(what_a_forged_event_names_may_be_expected_but_not_be_used),
        cmocka_unit_test(what_is_locked_is_a_container_or_a_record),
        cmocka_unit_test(an_expectation_is_under_a_policy_that_is_run),
        cmocka_unit_test(a_broken_promise_is_built_in_or_named_in_the_file),
        cmocka_unit_test(nothing_is_listed_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
