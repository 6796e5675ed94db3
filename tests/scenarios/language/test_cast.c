/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void nothing_comes_to_be_twice(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: [{id: web},{id: db},{id: web}]}\n",
         "3:41: container \"web\" is there already, from line 3; take another id"},
        {"given:\n"
         "  containers:\n"
         "    - id: web\n"
         "      execs: [{id: a}, {id: a}]\n",
         "6:24: exec \"a\" is there already, from line 6; take another id"},
        {"given: {containers: [{id: web}]}\n"
         "steps:\n"
         "  - create: {container: web}\n",
         "5:5: container \"web\" is there already, from line 3; take another id, or remove it in a step first"},
        {"steps:\n"
         "  - create: {container: web}\n"
         "  - create: {container: web}\n",
         "5:5: container \"web\" is there already, from line 4; take another id, or remove it in a step first"},
        {"given: {containers: [{id: web}]}\n"
         "steps:\n"
         "  - remove: {container: web}\n"
         "  - create: {container: web}\n"
         "  - create: {container: web}\n",
         "7:5: container \"web\" is there already, from line 3; take another id, or remove it in a step first"},
        {"given: {containers: [{id: web, execs: [{id: a}]}]}\n"
         "steps:\n"
         "  - exec: {container: web, exec: a}\n",
         "5:5: exec \"a\" is there already, from line 3; take another id"},
        {"given: {containers: [{id: web}]}\n"
         "steps:\n"
         "  - exit: {container: web, code: 0}\n"
         "  - create: {container: web}\n",
         "6:5: container \"web\" is there already, from line 3; take another id, or remove it in a step first"},
        {"given: {containers: [{id: web, execs: [{id: a}]}]}\n"
         "steps:\n"
         "  - exit: {container: web, exec: a, code: 0}\n"
         "  - exec: {container: web, exec: a}\n",
         "6:5: exec \"a\" is there already, from line 3; take another id"},
    };
    (void)state;
    REFUSE(rows);
}

static void two_processes_that_live_do_not_share_a_pid(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: [{id: web, pid: 7}, {id: db, pid: 7}]}\n",
         "3:41: pid 7 belongs to \"web\" already, from line 3; take another pid"},
        {"given: {containers: [{id: web, pid: 7, execs: [{id: a, pid: 7}]}]}\n",
         "3:48: pid 7 belongs to \"web\" already, from line 3; take another pid"},
        {"given: {containers: [{id: web, pid: 7}]}\n"
         "steps:\n"
         "  - create: {container: db, pid: 7}\n",
         "5:5: pid 7 belongs to \"web\" already, from line 3; take another pid, or let that end in a step first"},
        {"given: {containers: [{id: web, execs: [{id: a, pid: 7}, {id: b, pid: 8}]}]}\n"
         "steps:\n"
         "  - exit: {container: web, exec: b, code: 0}\n"
         "  - create: {container: db, pid: 7}\n",
         "6:5: pid 7 belongs to \"a\" already, from line 3; take another pid, or let that end in a step first"},
        {"given: {containers: [{id: web, pid: 7}, {id: db, pid: 7}, {id: x, pid: 7}]}\n"
         "steps:\n"
         "  - exit: {container: web, code: 0}\n",
         "3:41: pid 7 belongs to \"web\" already, from line 3; take another pid"},
        {"given: {containers: [{id: web, pid: 7}, {id: db, pid: 7}]}\n"
         "steps:\n"
         "  - exit: {container: db, code: 0}\n",
         "3:41: pid 7 belongs to \"web\" already, from line 3; take another pid"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_comes_to_be_twice),
        cmocka_unit_test(two_processes_that_live_do_not_share_a_pid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
