/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void an_unknown_key_is_named_with_the_nearest_spelling(void **state)
{
    static const struct refusal rows[] = {
        {"gven: {}\n", "3:1: unknown key \"gven\" in a scenario; did you mean \"given\"?"},
        {"steps:\n"
         "  - exit: {contaner: web, code: 0}\n",
         "4:12: unknown key \"contaner\" in a step's exit; did you mean \"container\"?"},
        {"expect: {}\n"
         "expects: 1\n",
         "4:1: unknown key \"expects\" in a scenario; did you mean \"expect\"?"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_key_like_no_other_is_answered_with_those_that_there_are(void **state)
{
    static const struct refusal rows[] = {
        {"on: 1\n",
         "3:1: unknown key \"on\" in a scenario; known: \"title\", \"why\", \"api\", \"given\", \"faults\", \"steps\", \"expect\", \"handlers\", \"choices\""},
        {"zzz: 1\n",
         "3:1: unknown key \"zzz\" in a scenario; known: \"title\", \"why\", \"api\", \"given\", \"faults\", \"steps\", \"expect\", \"handlers\", \"choices\""},
        {"steps: [{lock: {frobnicate: 1}}]\n",
         "3:17: unknown key \"frobnicate\" in a step's lock; known: \"container\""},
    };
    (void)state;
    REFUSE(rows);
}

static void a_key_may_be_there_once(void **state)
{
    static const struct refusal rows[] = {
        {"title: again\n", "3:1: key \"title\" is in a scenario already, in line 1; remove one of them"},
        {"steps: []\n"
         "steps: []\n",
         "4:1: key \"steps\" is in a scenario already, in line 3; remove one of them"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_missing_key_is_told_with_what_it_wants(void **state)
{
    static const struct refusal rows[] = {
        {"steps:\n"
         "  - exit: {code: 0}\n",
         "4:11: a step's exit needs \"container\", an id of letters and digits, with single . _ - between them"},
        {"steps: [{oom: {}}]\n",
         "3:15: a step's oom needs \"container\", an id of letters and digits, with single . _ - between them"},
        {"steps: [{remove: {}}]\n",
         "3:18: a step's remove needs \"container\", an id of letters and digits, with single . _ - between them"},
        {"steps: [{start: {}}]\n",
         "3:17: a step's start needs \"container\", an id of letters and digits, with single . _ - between them"},
        {"steps: [{create: {}}]\n",
         "3:18: a step's create needs \"container\", an id of letters and digits, with single . _ - between them"},
        {"steps: [{exec: {exec: a}}]\n",
         "3:16: a step's exec needs \"container\", an id of letters and digits, with single . _ - between them"},
        {"steps: [{exec: {container: web}}]\n",
         "3:16: a step's exec needs \"exec\", an id of letters and digits, with single . _ - between them"},
        {"given: {records: [{state: running}]}\n",
         "3:19: a record needs \"id\", an id of letters and digits, with single . _ - between them"},
    };
    (void)state;
    REFUSE(rows);
}

static void one_of_several_keys_must_be_there_and_only_one(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{disconnect: {code: OK}}]\n", "3:22: a step's disconnect needs one of \"stream\", \"connection\""},
        {"steps: [{publish: {}}]\n", "3:19: a step's publish needs one of \"event\", \"bytes\""},
        {"given: {containers: [{id: web}]}\n"
         "steps:\n"
         "  - oom: {container: web}\n"
         "    remove: {container: web}\n",
         "6:5: \"remove\" cannot stand beside \"oom\" in a step; keep one of them"},
        {"faults: [{rpc: Tasks.Get, stream: events, do: fail}]\n",
         "3:27: \"stream\" cannot stand beside \"rpc\" in a fault; keep one of them"},
    };
    (void)state;
    REFUSE(rows);
}

static void what_is_no_mapping_is_refused(void **state)
{
    static const struct refusal rows[] = {
        {"given: 5\n", "3:8: \"given\" must be a mapping, such as {containers: ...}"},
        {"given:\n", "3:7: \"given\" must be a mapping, such as {containers: ...}"},
        {"given: [a]\n", "3:8: \"given\" must be a mapping, such as {containers: ...}"},
        {"given: text\n", "3:8: \"given\" must be a mapping, such as {containers: ...}"},
        {"steps: [exit]\n", "3:9: an entry of \"steps\" must be a mapping, such as {create: ...}"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_unknown_key_is_named_with_the_nearest_spelling),
        cmocka_unit_test(a_key_like_no_other_is_answered_with_those_that_there_are),
        cmocka_unit_test(a_key_may_be_there_once),
        cmocka_unit_test(a_missing_key_is_told_with_what_it_wants),
        cmocka_unit_test(one_of_several_keys_must_be_there_and_only_one),
        cmocka_unit_test(what_is_no_mapping_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
