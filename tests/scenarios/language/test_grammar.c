/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void a_file_has_a_title_of_one_line_and_a_reason(void **state)
{
    static const struct refusal rows[] = {
        {"why: w\n", "1:1: a scenario needs \"title\", a text of one line"},
        {"title: t\n", "1:1: a scenario needs \"why\", a text that says what this scenario is there for"},
        {"title: \"\"\nwhy: w\n", "1:8: \"title\" must be a text of one line"},
        {"title: [t]\nwhy: w\n", "1:8: \"title\" must be a text of one line"},
        {"title: \"a\\nb\"\nwhy: w\n", "1:8: \"title\" must be a text of one line"},
        {"title: |\n  a\nwhy: w\n", "1:8: \"title\" must be a text of one line"},
        {"title: 7\nwhy: w\n",
         "1:8: \"title\" must be a text of one line, but YAML can take \"7\" for a number, a boolean or null; put it in quotes"},
        {"title: t\nwhy: \"\"\n", "2:6: \"why\" must be a text that says what this scenario is there for"},
        {"title: t\nwhy:\n", "2:5: \"why\" must be a text that says what this scenario is there for"},
        {"title: t\nwhy: [w]\n", "2:6: \"why\" must be a text that says what this scenario is there for"},
        {"[title, why]\n", "1:1: a scenario must be a mapping, such as {title: ...}"},
        {"title\n", "1:1: a scenario must be a mapping, such as {title: ...}"},
    };
    (void)state;
    refuse("", rows, sizeof rows / sizeof rows[0]);
}

static void the_api_is_one_of_two(void **state)
{
    static const struct refusal rows[] = {
        {"api: v2\n", "3:6: unknown api \"v2\"; did you mean \"v1\"?"},
        {"api: 2017\n", "3:6: unknown api \"2017\"; known: \"v1\", \"execution\""},
        {"api: [v1]\n", "3:6: \"api\" must be v1 or execution"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_has_a_title_of_one_line_and_a_reason),
        cmocka_unit_test(the_api_is_one_of_two),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
