/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "scenarios/language/edit.h"
#include "tests/scenarios/language/whole.h"

enum { SPANS_MAX = 128, ROUNDS = 700 };

static const char story[] = "title: t\n"
                            "why: w\n"
                            "given:\n"
                            "  containers:\n"
                            "    - {id: web, pid: 101, execs: [{id: probe, pid: 102}, {id: shell}]}\n" /* 5 */
                            "    - {id: db, pid: 202}\n"
                            "  records:\n"
                            "    - {id: db, state: running, pid: 202}\n"
                            "    - {id: old, state: running}\n"
                            "faults:\n" /* 10 */
                            "  - {rpc: Tasks.Delete, container: db, do: fail, code: UNAVAILABLE, times: up to 3}\n"
                            "  - rpc: Tasks.Get\n"
                            "    do: hold\n"
                            "    as: answer\n"
                            "    then: {do: hang, times: 2}\n" /* 15 */
                            "steps:\n"
                            "  - any order:\n"
                            "      - exit: {container: web, exec: probe, code: 7}\n"
                            "      - exit: {container: db, code: 0}\n"
                            "        at: +1s\n" /* 20 */
                            "  - publish: {event: oom, container: ghost, times: 3}\n"
                            "  - release: answer\n"
                            "  - lock: {container: old}\n"
                            "expect:\n"
                            "  always:\n" /* 25 */
                            "    - {container: old, state: running}\n"
                            "  finally:\n"
                            "    - {container: db, state: exited, code: 0}\n"
                            "    - called: {rpc: Tasks.Delete, container: db, times: 1}\n"
                            "      promise: deletes-once\n" /* 30 */
                            "    - {container: web, state: running, under: original}\n"
                            "    - noted: {note: container-unknown, container: ghost}\n"
                            "handlers:\n"
                            "  - {policy: original, breaks: [deletes-once, no-exit-is-lost]}\n";

static struct edit *open_text(const char *content)
{
    struct error error = {{0}};
    struct edit *edit;
    if (edit_new(&edit, text_of("f"), text_of(content), &error) != 0)
        fail_msg("%s", error.text);
    return edit;
}

static size_t span_at(const struct edit *edit, size_t line, enum edit_kind kind)
{
    for (size_t i = 0; i < edit_span_count(edit); i++)
        if (edit_span(edit, i).place.line == line && edit_span(edit, i).kind == kind)
            return i;
    fail_msg("there is no such span in line %zu", line);
    return 0;
}

static void check_scenario(struct text content)
{
    struct error error = {{0}};
    struct scenario *scenario;
    if (scenario_parse(&scenario, text_of("f"), content, &error) != 0)
        fail_msg("%s\n%.*s", error.text, TEXT_ARGUMENTS(content));
    scenario_free(scenario);
}

/* What is written, each line that is not in the story, and each line of the story that is gone, as a text. */
static void check_written(const struct edit *edit, const struct edit_changes *changes, const char *expected)
{
    struct buffer out = BUFFER_INIT;
    assert_int_equal(edit_write(edit, changes, &out), 0);
    if (!text_is(buffer_text(&out), expected))
        fail_msg("it is\n%.*snot\n%s", TEXT_ARGUMENTS(buffer_text(&out)), expected);
    check_scenario(buffer_text(&out));
    buffer_release(&out);
}

static void all_that_can_be_left_out_is_a_span(void **state)
{
    static const struct {
        size_t line;
        enum edit_kind kind;
        size_t size; /* itself and its parts */
    } expected[] = {
        {5, EDIT_CONTAINER, 3},    {5, EDIT_EXEC, 1},         {5, EDIT_EXEC, 1},         {6, EDIT_CONTAINER, 1},
        {8, EDIT_RECORD, 1},       {9, EDIT_RECORD, 1},       {11, EDIT_FAULT, 1},       {12, EDIT_FAULT, 2},
        {15, EDIT_FOLLOWING, 1},   {17, EDIT_BLOCK, 4},       {18, EDIT_STEP, 1},        {19, EDIT_STEP, 2},
        {20, EDIT_TIME, 1},        {21, EDIT_STEP, 1},        {22, EDIT_STEP, 1},        {23, EDIT_STEP, 1},
        {26, EDIT_EXPECTATION, 1}, {28, EDIT_EXPECTATION, 1}, {29, EDIT_EXPECTATION, 1}, {31, EDIT_EXPECTATION, 1},
        {32, EDIT_EXPECTATION, 1},
    };
    struct edit *edit = open_text(story);
    (void)state;
    assert_int_equal(edit_span_count(edit), sizeof expected / sizeof expected[0]);
    for (size_t i = 0; i < edit_span_count(edit); i++) {
        assert_int_equal(edit_span(edit, i).place.line, expected[i].line);
        assert_int_equal(edit_span(edit, i).kind, expected[i].kind);
        assert_int_equal(edit_span(edit, i).end, i + expected[i].size);
    }
    edit_free(edit);
}

static void nothing_left_out_changes_nothing(void **state)
{
    static const struct edit_changes none;
    struct edit *edit = open_text(story);
    (void)state;
    check_written(edit, &none, story);
    edit_free(edit);
}

/* Each row leaves out one span and names the lines that are gone with it. */
static void with_a_name_goes_what_is_tied_to_it(void **state)
{
    static const struct {
        size_t line;
        enum edit_kind kind;
        size_t gone[12]; /* by the line they begin in, 0 ends them */
    } rows[] = {
        {5, EDIT_CONTAINER, {5, 5, 5, 18, 31}},
        {5, EDIT_EXEC, {5, 18}},
        {6, EDIT_CONTAINER, {6, 8, 11, 19, 20, 28, 29}},
        {9, EDIT_RECORD, {9, 23, 26}},
        {12, EDIT_FAULT, {12, 15, 22}},
        {15, EDIT_FOLLOWING, {15}},
        {17, EDIT_BLOCK, {17, 18, 19, 20}},
        {18, EDIT_STEP, {18}},
        {20, EDIT_TIME, {20}},
        {21, EDIT_STEP, {21, 32}},
        {29, EDIT_EXPECTATION, {29}},
    };
    struct edit *edit = open_text(story);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool without[SPANS_MAX] = {false};
        struct edit_changes changes = {.without = without};
        struct buffer out = BUFFER_INIT;
        size_t next = 0;
        without[span_at(edit, rows[i].line, rows[i].kind)] = true;
        edit_complete(edit, without);
        for (size_t j = 0; j < edit_span_count(edit); j++)
            if (without[j] && edit_span(edit, j).place.line != rows[i].gone[next++])
                fail_msg("row %zu: line %zu is gone too", i, edit_span(edit, j).place.line);
        assert_int_equal(rows[i].gone[next], 0);
        assert_int_equal(edit_write(edit, &changes, &out), 0);
        check_scenario(buffer_text(&out));
        buffer_release(&out);
    }
    edit_free(edit);
}

static void a_restart_goes_with_what_it_loses(void **state)
{
    struct edit *edit = open_text("title: t\nwhy: w\ngiven:\n  containers:\n    - {id: web}\n    - {id: db}\nsteps:\n"
                                  "  - restart: {down: 1s, tasks lost: [web], containers lost: [db]}\n"
                                  "  - exit: {container: web, code: 0}\n");
    (void)state;
    for (size_t line = 5; line <= 6; line++) {
        bool without[SPANS_MAX] = {false};
        without[span_at(edit, line, EDIT_CONTAINER)] = true;
        edit_complete(edit, without);
        assert_true(without[span_at(edit, 8, EDIT_STEP)]);
        assert_int_equal(without[span_at(edit, 9, EDIT_STEP)], line == 5);
    }
    edit_free(edit);
}

static void what_is_empty_goes_with_its_key(void **state)
{
    struct edit *edit = open_text(story);
    bool without[SPANS_MAX];
    struct edit_changes changes = {.without = without};
    (void)state;
    memset(without, true, sizeof without);
    check_written(edit, &changes, "title: t\nwhy: w\nhandlers:\n  - {policy: original, breaks: [no-exit-is-lost]}\n");
    edit_free(edit);
    edit = open_text("title: t\nwhy: w\ngiven: {containers: [], records: none}\nsteps: []\nexpect: {}\n");
    check_written(edit, &changes, "title: t\nwhy: w\ngiven: {containers: [], records: none}\nsteps: []\nexpect: {}\n");
    edit_free(edit);
}

static void a_block_goes_with_the_last_of_its_steps(void **state)
{
    struct edit *edit =
        open_text("title: t\nwhy: w\nsteps:\n  - sequence:\n      - any order:\n          - advance: 1s\n"
                  "        at: +1s\n  - advance: 2s\n");
    bool without[SPANS_MAX] = {false};
    struct edit_changes changes = {.without = without};
    (void)state;
    without[span_at(edit, 6, EDIT_STEP)] = true;
    check_written(edit, &changes, "title: t\nwhy: w\nsteps:\n  - advance: 2s\n");
    edit_free(edit);
}

static void with_a_call_goes_what_is_told_of_it(void **state)
{
    struct edit *edit =
        open_text("title: t\nwhy: w\nsteps:\n  - call: {rpc: Events.Subscribe, as: ear}\n  - call: {rpc: "
                  "Version.Version, as: v}\n  - answered: {call: v, reply: {}}\n  - heard: {by: ear, events: [{answer: "
                  "v}]}\nhandlers: none\n");
    bool without[SPANS_MAX] = {false};
    struct edit_changes changes = {.without = without};
    (void)state;
    without[1] = true;
    check_written(edit, &changes,
                  "title: t\nwhy: w\nsteps:\n  - call: {rpc: Events.Subscribe, as: ear}\nhandlers: none\n");
    without[1] = false;
    without[0] = true;
    check_written(edit, &changes,
                  "title: t\nwhy: w\nsteps:\n  - call: {rpc: Version.Version, as: v}\n  - answered: {call: v, reply: "
                  "{}}\nhandlers: none\n");
    edit_free(edit);
}

static void where_there_is_no_handler_none_comes(void **state)
{
    static const struct edit_handler handlers[] = {{{"original", 8}, NULL, 0}};
    const struct edit_changes changes = {.handlers = handlers, .handler_count = 1};
    struct edit *edit = open_text("title: t\nwhy: w\nhandlers: none\n");
    (void)state;
    check_written(edit, &changes, "title: t\nwhy: w\nhandlers: none\n");
    edit_free(edit);
}

static void numbers_can_be_replaced(void **state)
{
    static const struct edit_new_times times[] = {{0, 2}, {2, 1}};
    struct edit_changes changes = {.times = times, .times_count = 2};
    struct edit *edit = open_text(story);
    struct buffer out = BUFFER_INIT;
    (void)state;
    assert_int_equal(edit_times_count(edit), 3);
    assert_int_equal(edit_times(edit, 0).times, 3);
    assert_true(edit_times(edit, 0).up_to);
    assert_int_equal(edit_times(edit, 0).span, span_at(edit, 11, EDIT_FAULT));
    assert_int_equal(edit_times(edit, 1).times, 2);
    assert_false(edit_times(edit, 1).up_to);
    assert_int_equal(edit_times(edit, 1).span, span_at(edit, 15, EDIT_FOLLOWING));
    assert_int_equal(edit_times(edit, 2).place.line, 21);
    assert_int_equal(edit_write(edit, &changes, &out), 0);
    assert_int_equal(buffer_append(&out, "", 1), 0);
    const char *text = (const char *)out.bytes;
    assert_non_null(strstr(text, "code: UNAVAILABLE, times: 2}\n"));
    assert_non_null(strstr(text, "then: {do: hang, times: 2}\n"));
    assert_non_null(strstr(text, "container: ghost, times: 1}\n"));
    buffer_release(&out);
    /* One that stays the same is still at most so many. */
    changes.times = (const struct edit_new_times[]){{0, 3}};
    changes.times_count = 1;
    assert_int_equal(edit_write(edit, &changes, &out), 0);
    assert_int_equal(buffer_append(&out, "", 1), 0);
    assert_non_null(strstr((const char *)out.bytes, "code: UNAVAILABLE, times: up to 3}\n"));
    buffer_release(&out);
    edit_free(edit);
}

static void steps_can_be_written_one_after_another(void **state)
{
    static const char content[] = "title: t\n"
                                  "why: w\n"
                                  "given:\n"
                                  "  containers: [{id: web}, {id: db}]\n"
                                  "steps:\n"
                                  "  - any order:\n"
                                  "      - exit: {container: web, code: 1}\n" /* 7 */
                                  "        at: +2s\n"
                                  "      - sequence:\n"
                                  "          - oom: {container: db}\n" /* 10 */
                                  "          - at once:\n"             /* 11 */
                                  "              - exit: {container: db, code: 2}\n"
                                  "              - disconnect: {connection: all}\n"
                                  "            at: +1s\n"
                                  "  - advance: 3s\n"; /* 15 */
    struct edit *edit = open_text(content);
    const struct edit_step steps[] = {
        {.span = span_at(edit, 10, EDIT_STEP)},
        {.span = span_at(edit, 11, EDIT_BLOCK), .has_at = true, .at_ns = 1500000000},
        {.span = span_at(edit, 7, EDIT_STEP), .has_at = true},
        {.crash_down_ns = 100000000, .has_at = true, .at_ns = 2000000},
        {.span = span_at(edit, 15, EDIT_STEP)},
    };
    bool without[SPANS_MAX] = {false};
    struct edit_changes changes = {.steps = steps, .step_count = 5, .without = without};
    (void)state;
    check_written(edit, &changes,
                  "title: t\nwhy: w\ngiven:\n  containers: [{id: web}, {id: db}]\nsteps:\n  - oom: {container: db}\n"
                  "  - at once:\n      - exit: {container: db, code: 2}\n      - disconnect: {connection: all}\n"
                  "    at: +1.5s\n  - exit: {container: web, code: 1}\n    at: +0s\n"
                  "  - handler: {do: crash, down: 100ms}\n    at: +2ms\n  - advance: 3s\n");
    /* With a container its steps are gone from the new order, too. */
    without[0] = true;
    changes.step_count = 3;
    check_written(edit, &changes,
                  "title: t\nwhy: w\ngiven:\n  containers: [{id: db}]\nsteps:\n  - oom: {container: db}\n  - at once:\n"
                  "      - exit: {container: db, code: 2}\n      - disconnect: {connection: all}\n    at: +1.5s\n");
    edit_free(edit);
}

static void what_a_file_says_of_itself_can_be_replaced(void **state)
{
    static const struct text breaks[] = {{"no-exit-is-lost", 15}};
    static const struct edit_handler handlers[] = {{{"reliable-without=a,b", 20}, breaks, 1}};
    static const struct scenario_choice choices[] = {{.label = {"next", 4}, .value = 2}, {.label = {"cut after", 9}}};
    struct edit_changes changes = {
        .handlers = handlers,
        .handler_count = 1,
        .choices = choices,
        .choice_count = 2,
        .title = {"Yes: [it] is lost", 17},
        .why = {"Found by chance #1.", 19},
    };
    struct edit *edit = open_text("title: t\nwhy: w\nexpect:\n  always:\n    - {dialed: {times: 1}, under: original}\n"
                                  "    - {dialed: {times: 1}, under: reliable}\nhandlers: [{policy: original, breaks: "
                                  "[]}]\nchoices: [{next: 1}]\n");
    (void)state;
    check_written(edit, &changes,
                  "title: \"Yes: [it] is lost\"\nwhy: >-\n  Found by chance #1.\nexpect:\n  always:\n"
                  "    - {dialed: {times: 1}, under: reliable}\nhandlers:\n"
                  "  - {policy: \"reliable-without=a,b\", breaks: [no-exit-is-lost]}\nchoices:\n  - {next: 2}\n"
                  "  - {cut after: 0}\n");
    changes = (struct edit_changes){.choices = choices, .handlers = handlers};
    check_written(edit, &changes,
                  "title: t\nwhy: w\nexpect:\n  always:\n    - {dialed: {times: 1}, under: reliable}\n");
    edit_free(edit);
    edit = open_text("title: t\nwhy: w\n");
    changes = (struct edit_changes){.choices = choices, .choice_count = 1};
    check_written(edit, &changes, "title: t\nwhy: w\nchoices:\n  - {next: 2}\n");
    edit_free(edit);
}

/* What is left of a scenario is one, whatever is left out. */
static void whatever_is_left_out_the_rest_is_a_scenario(void **state)
{
    static const char *const contents[] = {WHOLE_SCENARIO, WHOLE_ANCESTOR, WHOLE_OWNER, story};
    struct random random;
    (void)state;
    random_seed(&random, 3);
    for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
        struct edit *edit = open_text(contents[i]);
        assert_true(edit_span_count(edit) > 10 && edit_span_count(edit) < SPANS_MAX);
        for (size_t round = 0; round < ROUNDS; round++) {
            bool without[SPANS_MAX];
            struct edit_changes changes = {.without = without};
            struct buffer out = BUFFER_INIT;
            uint64_t rarity = 1 + random_below(&random, 10);
            for (size_t j = 0; j < SPANS_MAX; j++)
                without[j] = random_below(&random, rarity) == 0;
            assert_int_equal(edit_write(edit, &changes, &out), 0);
            check_scenario(buffer_text(&out));
            buffer_release(&out);
        }
        edit_free(edit);
    }
}

static void a_file_that_is_no_scenario_is_refused_as_ever(void **state)
{
    struct error error = {{0}};
    struct edit *edit;
    (void)state;
    assert_int_equal(edit_new(&edit, text_of("f"), text_of("title: t\n"), &error), ERROR_INVALID);
    assert_null(edit);
    assert_string_equal(error.text,
                        "f:1:1: a scenario needs \"why\", a text that says what this scenario is there for");
    edit_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_can_be_left_out_is_a_span),
        cmocka_unit_test(nothing_left_out_changes_nothing),
        cmocka_unit_test(with_a_name_goes_what_is_tied_to_it),
        cmocka_unit_test(a_restart_goes_with_what_it_loses),
        cmocka_unit_test(what_is_empty_goes_with_its_key),
        cmocka_unit_test(a_block_goes_with_the_last_of_its_steps),
        cmocka_unit_test(with_a_call_goes_what_is_told_of_it),
        cmocka_unit_test(where_there_is_no_handler_none_comes),
        cmocka_unit_test(numbers_can_be_replaced),
        cmocka_unit_test(steps_can_be_written_one_after_another),
        cmocka_unit_test(what_a_file_says_of_itself_can_be_replaced),
        cmocka_unit_test(whatever_is_left_out_the_rest_is_a_scenario),
        cmocka_unit_test(a_file_that_is_no_scenario_is_refused_as_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
