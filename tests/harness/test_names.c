/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/names.h"

#define HEAD "title: t\nwhy: w\ngiven: {containers: [{id: web, pid: 1}]}\n"

/* What names_check says of a scenario that the parser takes; "" where it has no objection. */
static struct error check(const char *rest)
{
    char content[1024];
    struct error error = {""};
    struct scenario *scenario;

    (void)snprintf(content, sizeof content, HEAD "%s", rest);
    if (scenario_parse(&scenario, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    int result = names_check(scenario, &error);
    assert_int_equal(result, error.text[0] != '\0' ? ERROR_INVALID : 0);
    assert_int_equal(names_check(scenario, NULL), result);
    scenario_free(scenario);
    return error;
}

static void names_that_the_handler_knows_are_taken(void **state)
{
    (void)state;
    assert_string_equal(check("").text, "");
    assert_string_equal(check("expect:\n"
                              "  never: [{noted: {note: connected}}]\n"
                              "  always: [{container: web, pid: 1, under: reliable}]\n"
                              "handlers: [{policy: reliable-without=no-lock, breaks: []}]\n")
                            .text,
                        "");
}

/* Each kind of expectation is looked at, and each place is the name's own. */
static void other_names_are_refused_with_their_place(void **state)
{
    static const struct {
        const char *rest;
        const char *begin;
    } rows[] = {
        {"expect: {never: [{noted: {note: conected}}]}\n",
         "f:4:33: unknown note \"conected\"; did you mean \"connected\"?"},
        {"expect: {always: [{noted: {note: conected}}]}\n", "f:4:34: "},
        {"expect: {finally: [{noted: {note: conected}}]}\n", "f:4:35: "},
        {"expect: {sometimes: [{noted: {note: conected}}]}\n", "f:4:37: "},
        {"expect: {never: [{noted: {note: zzzzzzzz}}]}\n",
         "f:4:33: unknown note \"zzzzzzzz\"; known: \"connected\", \"connect-failed\", "},
        {"handlers: [{policy: original-with=no-lok, breaks: []}]\n",
         "f:4:21: unknown switch \"no-lok\" in a policy; did you mean \"no-lock\"?"},
        {"expect: {finally: [{streams: {open: 1}, under: original-with=x}]}\n"
         "handlers: [{policy: original-with=x, breaks: []}]\n",
         "f:4:48: unknown switch \"x\" in a policy; "},
        {"expect: {sometimes: [{container: web, exits while: no stream is open, under: original-with=x}]}\n"
         "handlers: [{policy: original-with=x, breaks: []}]\n",
         "f:4:78: unknown switch \"x\" in a policy; "},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error error = check(rows[i].rest);
        if (strncmp(error.text, rows[i].begin, strlen(rows[i].begin)) != 0)
            fail_msg("it says:  %s\nnot this: %s", error.text, rows[i].begin);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_the_handler_knows_are_taken),
        cmocka_unit_test(other_names_are_refused_with_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
