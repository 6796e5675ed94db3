/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void an_id_is_a_text_of_letters_and_digits(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: [{id: [a]}]}\n",
         "3:27: \"id\" must be an id of letters and digits, with single . _ - between them"},
        {"given: {containers: [{id: ''}]}\n",
         "3:27: \"id\" must be an id of letters and digits, with single . _ - between them"},
        {"given: {containers: [{id: }]}\n",
         "3:27: \"id\" must be an id of letters and digits, with single . _ - between them"},
        {"given: {containers: [{id: a..b}]}\n",
         "3:27: \"id\" must be an id of letters and digits, with single . _ - between them"},
        {"given: {containers: [{id: -a}]}\n",
         "3:27: \"id\" must be an id of letters and digits, with single . _ - between them"},
        {"given: {containers: [{id: a-}]}\n",
         "3:27: \"id\" must be an id of letters and digits, with single . _ - between them"},
        {"given: {containers: [{id: a b}]}\n",
         "3:27: \"id\" must be an id of letters and digits, with single . _ - between them"},
        {"given: {containers: [{id: ä}]}\n",
         "3:27: \"id\" must be an id of letters and digits, with single . _ - between them"},
    };
    (void)state;
    REFUSE(rows);
}

static void what_yaml_may_take_for_something_else_must_be_quoted(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: [{id: 007}]}\n",
         "3:27: \"id\" must be an id of letters and digits, with single . _ - between them, but YAML can take \"007\" for a number, a boolean or null; put it in quotes"},
        {"given: {containers: [{id: yes}]}\n",
         "3:27: \"id\" must be an id of letters and digits, with single . _ - between them, but YAML can take \"yes\" for a number, a boolean or null; put it in quotes"},
        {"given: {containers: [{id: 1e3}]}\n",
         "3:27: \"id\" must be an id of letters and digits, with single . _ - between them, but YAML can take \"1e3\" for a number, a boolean or null; put it in quotes"},
    };
    (void)state;
    REFUSE(rows);
}

static void any_is_no_name(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: [{id: any}]}\n", "3:27: \"any\" stands for every container; take another id"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_number_is_decimal_plain_and_within_its_range(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: [{id: web, pid: 0}]}\n", "3:37: \"pid\" must be a number from 1 to 4294967295"},
        {"given: {containers: [{id: web, pid: 4294967296}]}\n", "3:37: \"pid\" must be a number from 1 to 4294967295"},
        {"given: {containers: [{id: web, pid: 99999999999999999999}]}\n",
         "3:37: \"pid\" must be a number from 1 to 4294967295"},
        {"given: {containers: [{id: web, pid: -1}]}\n", "3:37: \"pid\" must be a number from 1 to 4294967295"},
        {"given: {containers: [{id: web, pid: +1}]}\n", "3:37: \"pid\" must be a number from 1 to 4294967295"},
        {"given: {containers: [{id: web, pid: 0x10}]}\n", "3:37: \"pid\" must be a number from 1 to 4294967295"},
        {"given: {containers: [{id: web, pid: 1_000}]}\n", "3:37: \"pid\" must be a number from 1 to 4294967295"},
        {"given: {containers: [{id: web, pid: 1.0}]}\n", "3:37: \"pid\" must be a number from 1 to 4294967295"},
        {"given: {containers: [{id: web, pid: 07}]}\n",
         "3:37: \"pid\" must be a number from 1 to 4294967295; write it without leading zeros"},
        {"given: {containers: [{id: web, pid: '7'}]}\n",
         "3:37: \"pid\" must be a number from 1 to 4294967295; write it without quotes"},
        {"given: {containers: [{id: web, pid: [7]}]}\n", "3:37: \"pid\" must be a number from 1 to 4294967295"},
        {"given: {containers: [{id: web, pid: }]}\n", "3:37: \"pid\" must be a number from 1 to 4294967295"},
        {"given: {containers: [{id: web, state: exited, code: -1}]}\n",
         "3:53: \"code\" must be a number from 0 to 4294967295"},
        {"given: {containers: [{id: web, state: exited, code: -0}]}\n",
         "3:53: \"code\" must be a number from 0 to 4294967295"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_word_is_one_of_its_list(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: [{id: web, state: runing}]}\n",
         "3:39: unknown state \"runing\"; did you mean \"running\"?"},
        {"given: {containers: [{id: web, state: paused}]}\n",
         "3:39: unknown state \"paused\"; known: \"none\", \"created\", \"running\", \"exited\""},
        {"given: {containers: [{id: web, state: [running]}]}\n",
         "3:39: \"state\" must be none, created, running or exited"},
        {"given: {containers: [{id: web, state: Running}]}\n",
         "3:39: unknown state \"Running\"; did you mean \"running\"?"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_duration_has_a_unit_and_no_sign(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{advance: 30}]\n",
         "3:19: \"advance\" must be a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"steps: [{advance: 1 s}]\n",
         "3:19: \"advance\" must be a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"steps: [{advance: +1s}]\n",
         "3:19: \"advance\" must be a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"steps: [{advance: 1.5}]\n",
         "3:19: \"advance\" must be a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"steps: [{advance: [1s]}]\n",
         "3:19: \"advance\" must be a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
        {"steps: [{advance: -1s}]\n",
         "3:19: \"advance\" must be a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_steps_time_has_a_plus_sign_and_a_unit(void **state)
{
    static const struct refusal rows[] = {
        {"steps: [{create: {container: web}, at: 1s}]\n",
         "3:40: \"at\" must be a plus sign and a duration with its unit, such as +2s"},
        {"steps: [{create: {container: web}, at: +1}]\n",
         "3:40: \"at\" must be a plus sign and a duration with its unit, such as +2s"},
        {"steps: [{create: {container: web}, at: +}]\n",
         "3:40: \"at\" must be a plus sign and a duration with its unit, such as +2s"},
    };
    (void)state;
    REFUSE(rows);
}

static void a_time_of_day_is_utc_and_on_the_calendar(void **state)
{
    static const struct refusal rows[] = {
        {"given: {records: [{id: web, state: exited, code: 0, finished at: yesterday}]}\n",
         "3:66: \"finished at\" must be a time in UTC, such as \"2017-05-31T21:33:52Z\""},
        {"given: {records: [{id: web, state: exited, code: 0, finished at: \"2017-02-29T00:00:00Z\"}]}\n",
         "3:66: \"finished at\" must be a time in UTC, such as \"2017-05-31T21:33:52Z\""},
    };
    (void)state;
    REFUSE(rows);
}

static void what_is_no_list_is_refused_and_so_is_a_wrong_entry(void **state)
{
    static const struct refusal rows[] = {
        {"given: {containers: web}\n",
         "3:21: \"containers\" must be a list of containers, such as [{id: web, pid: 101}]"},
        {"given: {containers: {id: web}}\n",
         "3:21: \"containers\" must be a list of containers, such as [{id: web, pid: 101}]"},
        {"given: {containers: [web]}\n", "3:22: an entry of \"containers\" must be a mapping, such as {id: ...}"},
        {"steps: [{any order: []}]\n", "3:21: \"any order\" must be a list of at least one step"},
        {"expect: {finally: [{dialed: {at: []}}]}\n",
         "3:34: \"at\" must be a list of at least one duration, such as [0s, 100ms]"},
        {"expect: {finally: [{dialed: {at: [0s, 1]}}]}\n",
         "3:39: an entry of \"at\" must be a duration with its unit (h, m, s, ms, us or ns), such as 250ms"},
    };
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_id_is_a_text_of_letters_and_digits),
        cmocka_unit_test(what_yaml_may_take_for_something_else_must_be_quoted),
        cmocka_unit_test(any_is_no_name),
        cmocka_unit_test(a_number_is_decimal_plain_and_within_its_range),
        cmocka_unit_test(a_word_is_one_of_its_list),
        cmocka_unit_test(a_duration_has_a_unit_and_no_sign),
        cmocka_unit_test(a_steps_time_has_a_plus_sign_and_a_unit),
        cmocka_unit_test(a_time_of_day_is_utc_and_on_the_calendar),
        cmocka_unit_test(what_is_no_list_is_refused_and_so_is_a_wrong_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
