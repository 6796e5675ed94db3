/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/choice.h"

static void where_nobody_answers_every_draw_is_zero(void **state)
{
    struct choice choice;
    (void)state;
    choice_init(&choice);
    for (uint32_t bound = 1; bound < 10; bound++)
        assert_int_equal(choice_below(&choice, bound, "next"), 0);
    assert_int_equal(choice.draws, 8);
    choice_release(&choice);
}

static void a_list_answers_and_behind_it_zero_does(void **state)
{
    const struct draw list[] = {{2, 3, "next"}, {1, 2, "spare"}};
    struct choice choice;
    (void)state;
    choice_init(&choice);
    choice_answer_list(&choice, list, 2, true);
    assert_int_equal(choice_below(&choice, 3, "next"), 2);
    /* Where there is no choice the list is not asked. */
    assert_int_equal(choice_below(&choice, 1, "next"), 0);
    assert_int_equal(choice_below(&choice, 2, "spare"), 1);
    assert_int_equal(choice_below(&choice, 5, "next"), 0);
    assert_false(choice.mismatched);
    choice_release(&choice);
}

static void a_list_that_was_made_for_other_draws_says_where(void **state)
{
    const struct draw list[] = {{0, 2, "next"}, {1, 2, "next"}};
    const struct {
        uint32_t bound;
        const char *label;
    } others[] = {{3, "next"}, {2, "spare"}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct choice choice;
        choice_init(&choice);
        choice_answer_list(&choice, list, 2, true);
        assert_int_equal(choice_below(&choice, 2, "next"), 0);
        (void)choice_below(&choice, others[i].bound, others[i].label);
        assert_true(choice.mismatched);
        assert_int_equal(choice.mismatch, 1);
        assert_int_equal(choice.met.bound, others[i].bound);
        assert_string_equal(choice.met.label, others[i].label);
        choice_release(&choice);
    }
}

static void a_list_that_need_not_fit_is_cut_to_fit(void **state)
{
    const struct draw list[] = {{7, 9, "next"}};
    struct choice choice;
    (void)state;
    choice_init(&choice);
    choice_answer_list(&choice, list, 1, false);
    assert_int_equal(choice_below(&choice, 3, "other"), 2);
    assert_false(choice.mismatched);
    choice_release(&choice);
}

/* The record of a run is all that it takes to make it again. */
static void a_record_given_as_a_list_answers_the_same(void **state)
{
    static const uint32_t bounds[] = {5, 2, 1, 100, 3, 7};
    struct choice drawn;
    struct choice again;
    (void)state;
    choice_init(&drawn);
    choice_init(&again);
    choice_answer_random(&drawn, 42);
    choice_record(&drawn);
    uint32_t values[6];
    for (size_t i = 0; i < 6; i++) {
        values[i] = choice_below(&drawn, bounds[i], "next");
        assert_true(values[i] < bounds[i]);
    }
    assert_int_equal(drawn.record_count, 5);
    choice_answer_list(&again, drawn.record, drawn.record_count, true);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(choice_below(&again, bounds[i], "next"), values[i]);
    assert_false(again.mismatched);
    choice_release(&again);
    choice_release(&drawn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_nobody_answers_every_draw_is_zero),
        cmocka_unit_test(a_list_answers_and_behind_it_zero_does),
        cmocka_unit_test(a_list_that_was_made_for_other_draws_says_where),
        cmocka_unit_test(a_list_that_need_not_fit_is_cut_to_fit),
        cmocka_unit_test(a_record_given_as_a_list_answers_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
