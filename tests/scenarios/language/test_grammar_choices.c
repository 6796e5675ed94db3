/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scenarios/language/refusals.h"

static void draws_arrive_in_their_order(void **state)
{
    struct error error = {{0}};
    struct scenario *scenario;
    (void)state;
    assert_int_equal(scenario_parse(&scenario, text_of("f"),
                                    text_of(PREFACE "choices:\n  - {next: 2}\n  - {how many-times: 0}\n"
                                                    "  - next: 4294967295\n"),
                                    &error),
                     0);
    assert_int_equal(scenario->choice_count, 3);
    assert_string_equal(scenario->choices[0].label.bytes, "next");
    assert_int_equal(scenario->choices[0].value, 2);
    assert_int_equal(scenario->choices[0].place.line, 4);
    assert_string_equal(scenario->choices[1].label.bytes, "how many-times");
    assert_int_equal(scenario->choices[1].value, 0);
    assert_int_equal(scenario->choices[2].value, UINT32_MAX);
    scenario_free(scenario);
}

static void a_draw_is_one_name_and_one_number(void **state)
{
#define NAMED                                                                                                 \
    "a draw is named with small letters, and single spaces or hyphens between them, such as next; write its " \
    "name as the harness does"
    static const struct refusal rows[] = {
        {"choices: next\n", "3:10: \"choices\" must be a list of draws, such as - {next: 2}"},
        {"choices: [2]\n", "3:11: an entry of \"choices\" must be one draw, such as {next: 2}"},
        {"choices: [{}]\n", "3:11: an entry of \"choices\" must be one draw, such as {next: 2}"},
        {"choices: [{next: 1, cut: 2}]\n", "3:11: an entry of \"choices\" must be one draw, such as {next: 2}"},
        {"choices: [{next: -1}]\n", "3:18: \"next\" must be a number from 0 to 4294967295"},
        {"choices: [{next: 4294967296}]\n", "3:18: \"next\" must be a number from 0 to 4294967295"},
        {"choices: [{next: \"1\"}]\n", "3:18: \"next\" must be a number from 0 to 4294967295; write it without quotes"},
        {"choices: [{Next: 1}]\n", "3:12: " NAMED},
        {"choices: [{next-: 1}]\n", "3:12: " NAMED},
        {"choices: [{a  b: 1}]\n", "3:12: " NAMED},
        {"choices: [{\"\": 1}]\n", "3:12: " NAMED},
        {"choices: [{no: 1}]\n",
         "3:12: what is drawn must be what the draw decides, such as next, but YAML can take \"no\" for a number, a "
         "boolean or null; put it in quotes"},
        /* SCENARIO_CHOICE_LABEL_MAX and one more */
        {"choices: [{abcdefghijklmnopqrstuvwxyzabcdefg: 1}]\n",
         "3:12: what is drawn may be at most 32 bytes long; make it shorter"},
    };
#undef NAMED
    (void)state;
    REFUSE(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_arrive_in_their_order),
        cmocka_unit_test(a_draw_is_one_name_and_one_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
