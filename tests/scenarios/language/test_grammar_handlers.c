/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void a_policy_has_one_of_four_shapes(void **state)
{
    static const struct refusal rows[] = {
        {"handlers: [{policy: relable, breaks: []}]\n", "3:21: unknown policy \"relable\"; did you mean \"reliable\"?"},
        {"handlers: [{policy: foo, breaks: []}]\n",
         "3:21: \"policy\" must be original, reliable, reliable-without=SWITCH,... or original-with=SWITCH,..."},
        {"handlers: [{policy: reliable-without=, breaks: []}]\n",
         "3:21: \"policy\" must be original, reliable, reliable-without=SWITCH,... or original-with=SWITCH,..."},
        {"handlers: [{policy: reliable-without=Relist, breaks: []}]\n",
         "3:21: \"policy\" must be original, reliable, reliable-without=SWITCH,... or original-with=SWITCH,..."},
        {"handlers: [{policy: 'reliable-without=a,', breaks: []}]\n",
         "3:21: \"policy\" must be original, reliable, reliable-without=SWITCH,... or original-with=SWITCH,..."},
        {"handlers: [{policy: 'reliable-without=a,,b', breaks: []}]\n",
         "3:21: \"policy\" must be original, reliable, reliable-without=SWITCH,... or original-with=SWITCH,..."},
        {"handlers: [{policy: original-with=a b, breaks: []}]\n",
         "3:21: \"policy\" must be original, reliable, reliable-without=SWITCH,... or original-with=SWITCH,..."},
        {"handlers: [{policy: reliable-with=a, breaks: []}]\n",
         "3:21: \"policy\" must be original, reliable, reliable-without=SWITCH,... or original-with=SWITCH,..."},
        {"handlers: [{policy: original-with=a,b, breaks: []}]\n",
         "3:37: unknown key \"b\" in a handler; known: \"policy\", \"breaks\""},
        {"handlers: [{policy: [original], breaks: []}]\n",
         "3:21: \"policy\" must be original, reliable, reliable-without=SWITCH,... or original-with=SWITCH,..."},
    };
    (void)state;
    REFUSE(rows);
}

static void a_handler_says_what_it_breaks(void **state)
{
    static const struct refusal rows[] = {
        {"handlers: [{policy: original}]\n",
         "3:12: a handler needs \"breaks\", a list of promises, such as [no-exit-is-lost]"},
        {"handlers: [{breaks: []}]\n",
         "3:12: a handler needs \"policy\", original, reliable, reliable-without=SWITCH,... or original-with=SWITCH,..."},
        {"handlers: [{policy: original, breaks: no-exit-is-lost}]\n",
         "3:39: \"breaks\" must be a list of promises, such as [no-exit-is-lost]"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_has_one_of_four_shapes),
        cmocka_unit_test(a_handler_says_what_it_breaks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
