/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "scenarios/language/scenario.h"
#include "scenarios/language/words.h"

static const struct words *const tables[] = {
    &scenario_verbs,    &scenario_promises,    &scenario_rpcs,    &scenario_streams,
    &scenario_statuses, &scenario_http2_codes, &scenario_actions, &scenario_states,
    &scenario_sockets,  &scenario_apis,        &scenario_ends,    &scenario_events,
};

static void each_name_and_each_value_is_in_its_table_once(void **state)
{
    (void)state;
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++) {
        assert_true(tables[t]->count > 0 && strlen(tables[t]->what) > 0);
        for (size_t i = 0; i < tables[t]->count; i++)
            for (size_t j = 0; j < i; j++) {
                assert_string_not_equal(tables[t]->items[i].name, tables[t]->items[j].name);
                assert_int_not_equal(tables[t]->items[i].value, tables[t]->items[j].value);
            }
    }
}

static void a_name_is_found_exactly_and_a_value_has_its_name(void **state)
{
    int value = -7;
    (void)state;
    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (size_t i = 0; i < tables[t]->count; i++) {
            assert_true(words_find(tables[t], text_of(tables[t]->items[i].name), &value));
            assert_int_equal(value, tables[t]->items[i].value);
            assert_string_equal(words_name(tables[t], value), tables[t]->items[i].name);
        }
    value = -7;
    assert_false(words_find(&scenario_verbs, text_of("Exit"), &value));
    assert_false(words_find(&scenario_verbs, text_of(""), &value));
    assert_int_equal(value, -7);
    assert_null(words_name(&scenario_verbs, 1000));
}

static void the_tables_are_whole(void **state)
{
    (void)state;
    for (int verb = SCENARIO_SEQUENCE; verb <= SCENARIO_UNLOCK; verb++)
        assert_non_null(words_name(&scenario_verbs, verb));
    assert_int_equal(scenario_promises.count, SCENARIO_PROMISE_COUNT);
    for (int promise = 0; promise < SCENARIO_PROMISE_COUNT; promise++)
        assert_non_null(words_name(&scenario_promises, promise));
    for (int status = 0; status < STATUS_COUNT; status++)
        assert_string_equal(words_name(&scenario_statuses, status), status_name(status));
    assert_string_equal(words_name(&scenario_rpcs, scenario_streams.items[0].value), "Events.Subscribe");
}

/* RFC 9113, section 7. */
static void http2_errors_have_the_numbers_of_the_standard(void **state)
{
    static const char *const names[] = {
        "NO_ERROR",
        "PROTOCOL_ERROR",
        "INTERNAL_ERROR",
        "FLOW_CONTROL_ERROR",
        "SETTINGS_TIMEOUT",
        "STREAM_CLOSED",
        "FRAME_SIZE_ERROR",
        "REFUSED_STREAM",
        "CANCEL",
        "COMPRESSION_ERROR",
        "CONNECT_ERROR",
        "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY",
        "HTTP_1_1_REQUIRED",
    };
    (void)state;
    assert_int_equal(scenario_http2_codes.count, sizeof names / sizeof names[0]);
    for (int code = 0; code < 14; code++)
        assert_string_equal(words_name(&scenario_http2_codes, code), names[code]);
}

static void the_nearest_name_is_one_that_may_have_been_meant(void **state)
{
    static const struct {
        const char *written;
        const char *nearest;
    } rows[] = {
        {"exti", "exit"},
        {"omo", "oom"},
        {"otn", NULL},
        {"ooms", "oom"},
        {"om", "oom"},
        {"disconect", "disconnect"},
        {"anyorder", "any order"},
        {"adv", NULL},
        {"", NULL},
        {"Remove", "remove"},
        {"sequenec", "sequence"},
        {"rm", NULL},
        {"discombobulate", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *nearest = words_nearest(&scenario_verbs, text_of(rows[i].written));
        if (rows[i].nearest == NULL)
            assert_null(nearest);
        else
            assert_string_equal(nearest, rows[i].nearest);
    }
}

static void swapped_neighbours_are_one_slip(void **state)
{
    (void)state;
    assert_int_equal(words_distance(text_of("webb"), "webb"), 0);
    assert_int_equal(words_distance(text_of("wbeb"), "webb"), 1);
    assert_int_equal(words_distance(text_of("ewbb"), "webb"), 1);
    assert_true(words_distance(text_of("wbec"), "webb") > 2);
    assert_int_equal(words_distance(text_of("wbe"), "web"), 1);
    assert_int_equal(words_distance(text_of("wbx"), "web"), SIZE_MAX);
    assert_int_equal(words_distance(text_of("wxe"), "web"), SIZE_MAX);
    assert_int_equal(words_distance(text_of("bew"), "web"), SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_name_and_each_value_is_in_its_table_once),
        cmocka_unit_test(a_name_is_found_exactly_and_a_value_has_its_name),
        cmocka_unit_test(the_tables_are_whole),
        cmocka_unit_test(http2_errors_have_the_numbers_of_the_standard),
        cmocka_unit_test(swapped_neighbours_are_one_slip),
        cmocka_unit_test(the_nearest_name_is_one_that_may_have_been_meant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
