/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "handler/core/policy.h"

#define BIT(name) ((policy_switches)1 << (name))

static void a_policy_is_a_name_or_a_name_with_switches(void **context)
{
    static const struct {
        const char *name;
        policy_switches policy;
    } rows[] = {
        {"original", 0},
        {"reliable", POLICY_RELIABLE},
        {"original-with=asynchronous", BIT(POLICY_ASYNCHRONOUS)},
        {"original-with=read-whole-stream,learn-from-events",
         BIT(POLICY_READ_WHOLE_STREAM) | BIT(POLICY_LEARN_FROM_EVENTS)},
        {"reliable-without=cancel-abandoned", POLICY_RELIABLE & ~BIT(POLICY_CANCEL_ABANDONED)},
        {"reliable-without=reset-on-proof,not-found-by-code,delete-deadline",
         POLICY_RELIABLE & ~BIT(POLICY_RESET_ON_PROOF) & ~BIT(POLICY_NOT_FOUND_BY_CODE) & ~BIT(POLICY_DELETE_DEADLINE)},
        {"reliable-without=asynchronous,asynchronous", POLICY_RELIABLE & ~BIT(POLICY_ASYNCHRONOUS)},
    };
    (void)context;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        policy_switches policy = BIT(63);
        struct error error = {""};
        assert_int_equal(policy_parse(text_of(rows[i].name), &policy, &error), 0);
        assert_true(policy == rows[i].policy);
        assert_string_equal(error.text, "");
    }
}

static void a_wrong_name_is_refused_with_the_nearest_spelling_or_with_what_there_is(void **context)
{
    static char all[ERROR_TEXT_MAX] = "unknown switch \"\" in a policy; there are ";
    static const struct {
        const char *name;
        const char *sentence;
    } rows[] = {
        {"relaible", "unknown policy \"relaible\"; did you mean \"reliable\"?"},
        {"Original", "unknown policy \"Original\"; did you mean \"original\"?"},
        {"original-wiht=", "unknown policy \"original-wiht=\"; did you mean \"original-with=\"?"},
        {"", "unknown policy \"\"; there are original, reliable, original-with=SWITCH,... and "
             "reliable-without=SWITCH,..."},
        {"best", "unknown policy \"best\"; there are original, reliable, original-with=SWITCH,... and "
                 "reliable-without=SWITCH,..."},
        {"reliable-without=asynchronus", "unknown switch \"asynchronus\" in a policy; did you mean \"asynchronous\"?"},
        {"original-with=asynchronous,learn-from-event",
         "unknown switch \"learn-from-event\" in a policy; did you mean \"learn-from-events\"?"},
        {"reliable-without=", all},
        {"reliable-without=asynchronous,", all},
    };
    (void)context;
    for (enum policy_switch one = 0; one < POLICY_SWITCH_COUNT; one++) {
        size_t length = strlen(all);
        (void)snprintf(all + length, sizeof all - length, "%s%s", one > 0 ? ", " : "", policy_switch_name(one));
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        policy_switches policy = BIT(63);
        struct error error = {""};
        assert_int_equal(policy_parse(text_of(rows[i].name), &policy, &error), ERROR_INVALID);
        assert_string_equal(error.text, rows[i].sentence);
        assert_true(policy == BIT(63));
        assert_int_equal(policy_parse(text_of(rows[i].name), &policy, NULL), ERROR_INVALID);
    }
}

static void every_switch_has_a_name_of_its_own_and_a_sentence(void **context)
{
    (void)context;
    for (enum policy_switch i = 0; i < POLICY_SWITCH_COUNT; i++) {
        assert_true(strlen(policy_switch_name(i)) > 0);
        assert_true(strlen(policy_switch_sentence(i)) > 0);
        assert_true(policy_has(POLICY_RELIABLE, i));
        assert_false(policy_has(POLICY_ORIGINAL, i));
        for (enum policy_switch j = 0; j < i; j++)
            assert_string_not_equal(policy_switch_name(i), policy_switch_name(j));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_policy_is_a_name_or_a_name_with_switches),
        cmocka_unit_test(a_wrong_name_is_refused_with_the_nearest_spelling_or_with_what_there_is),
        cmocka_unit_test(every_switch_has_a_name_of_its_own_and_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
