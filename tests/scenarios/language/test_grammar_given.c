/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void a_containers_keys_must_fit_its_state(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: [{id: web, state: none, pid: 5}]}\n",
         "3:45: \"pid\" belongs to a task, which `state: none` has not; remove one of them"},
        {"given: {containers: [{id: web, code: 5}]}\n",
         "3:32: \"code\" belongs to `state: exited` and to what exits at once; remove it or write one of these"},
        {"given: {containers: [{id: web, exits at once: yes}]}\n",
         "3:32: \"exits at once\" belongs to what is yet to be started; remove it or write `state: created` or `none`"},
        {"given: {containers: [{id: web, state: exited}]}\n",
         "3:22: a container with `state: exited` needs \"code\", a number from 0 to 4294967295"},
        {"given: {containers: [{id: web, state: created, execs: [{id: a}]}]}\n",
         "3:48: \"execs\" belongs to `state: running`; remove it or write that state"},
    };
    (void)state;
    REFUSE(rows);
}

static void an_exec_has_an_id(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: [{id: web, execs: [{pid: 7}]}]}\n",
         "3:40: an exec needs \"id\", an id of letters and digits, with single . _ - between them"},
        {"given: {containers: [{id: web, execs: {id: a}}]}\n",
         "3:39: \"execs\" must be a list of execs, such as [{id: probe}]"},
    };
    (void)state;
    REFUSE(rows);
}

static void labels_are_texts_that_are_there_once(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: [{id: web, labels: [a]}]}\n",
         "3:40: \"labels\" must be a mapping of texts, such as {role: web}"},
        {"given: {containers: [{id: web, labels: {yes: a}}]}\n",
         "3:41: a label's key must be a text, but YAML can take \"yes\" for a number, a boolean or null; put it in quotes"},
        {"given: {containers: [{id: web, labels: {a: 1}}]}\n",
         "3:44: \"a\" must be a text, but YAML can take \"1\" for a number, a boolean or null; put it in quotes"},
        {"given: {containers: [{id: web, labels: {a: b, a: c}}]}\n",
         "3:47: label \"a\" is there already; remove one of them"},
        {"given: {containers: [{id: web, labels: {a: }}]}\n", "3:44: \"a\" must be a text"},
    };
    (void)state;
    REFUSE(rows);
}

static void records_are_none_or_a_list_and_fit_their_state(void **state)
{
    static const struct refusal rows[] = {
        {"given: {records: nothing}\n",
         "3:18: \"records\" must be none, or a list of records, such as [{id: web, state: running}]"},
        {"given: {records: [{id: web}]}\n", "3:19: a record needs \"state\", created, running or exited"},
        {"given: {records: [{id: web, state: none}]}\n",
         "3:36: unknown state of a record \"none\"; known: \"created\", \"running\", \"exited\""},
        {"given: {records: [{id: web, state: running, code: 1}]}\n",
         "3:45: \"code\" belongs to `state: exited`; remove it or write that state"},
        {"given: {records: [{id: web, state: created, finished at: 2017-05-31T21:33:52Z}]}\n",
         "3:45: \"finished at\" belongs to `state: exited`; remove it or write that state"},
        {"given: {records: [{id: web, state: exited}]}\n",
         "3:19: a record with `state: exited` needs \"code\", a number from -2147483648 to 2147483647"},
        {"given: {records: [{id: web, state: exited, code: 2147483648}]}\n",
         "3:50: \"code\" must be a number from -2147483648 to 2147483647"},
    };
    (void)state;
    REFUSE(rows);
}

static void socket_and_namespace_are_known_words(void **state)
{
    static const struct refusal rows[] = {
        {"given: {socket: gone}\n",
         "3:17: unknown socket \"gone\"; known: \"serves\", \"missing\", \"refuses\", \"never accepts\", \"stays silent\""},
        {"given: {socket: mising}\n", "3:17: unknown socket \"mising\"; did you mean \"missing\"?"},
        {"given: {namespace: 1}\n",
         "3:20: \"namespace\" must be an id of letters and digits, with single . _ - between them, but YAML can take \"1\" for a number, a boolean or null; put it in quotes"},
        {"given: {namespace: a/b}\n",
         "3:20: \"namespace\" must be an id of letters and digits, with single . _ - between them"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_containers_keys_must_fit_its_state),
        cmocka_unit_test(an_exec_has_an_id),
        cmocka_unit_test(labels_are_texts_that_are_there_once),
        cmocka_unit_test(records_are_none_or_a_list_and_fit_their_state),
        cmocka_unit_test(socket_and_namespace_are_known_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
