/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/status.h"
#include "base/time.h"
#include "scenarios/language/scenario.h"
#include "tests/scenarios/language/whole.h"

/* The words that stories of the API of 2017 are made of, as the values that they give. */
static int parse_ancestor(void **state)
{
    struct error error = {{0}};
    struct scenario *scenario;
    if (scenario_parse(&scenario, text_of("story.yaml"), text_of(WHOLE_ANCESTOR), &error) != 0)
        fail_msg("%s", error.text);
    *state = scenario;
    return 0;
}

static int free_ancestor(void **state)
{
    scenario_free(*state);
    return 0;
}

#define ASSERT_TEXT(text, string) assert_true(text_is(text, string))

static void faults_say_how_a_stream_ends(void **state)
{
    const struct scenario *scenario = *state;
    const struct scenario_fault *faults = scenario->faults;

    assert_int_equal(scenario->api, SCENARIO_API_EXECUTION);
    assert_int_equal(faults[0].action, SCENARIO_DO_HANG);
    assert_int_equal(faults[0].times, 1);
    assert_int_equal(faults[1].action, SCENARIO_DO_END);
    assert_int_equal(faults[1].how, SCENARIO_END_CLEAN);
    assert_int_equal(faults[1].times, 0);
    ASSERT_TEXT(faults[2].rpc, "Events.Subscribe");
    assert_int_equal(faults[2].how, SCENARIO_END_RESET);
    assert_int_equal(faults[2].http2_code, 7);
}

static void a_burst_is_a_block_of_its_own(void **state)
{
    const struct scenario_step *steps = ((const struct scenario *)*state)->steps.children;

    assert_int_equal(steps[0].verb, SCENARIO_AT_ONCE);
    assert_true(steps[0].has_at);
    assert_int_equal(steps[0].at_ns, TIME_SECOND);
    assert_int_equal(steps[0].child_count, 3);
    assert_int_equal(steps[0].children[0].verb, SCENARIO_PUBLISH);
    ASSERT_TEXT(steps[0].children[0].container, "ghost");
    assert_int_equal(steps[0].children[0].pid, 7);
    assert_int_equal(steps[0].children[0].code, 9);
    assert_int_equal(steps[0].children[0].published.exited.kind, SCENARIO_EXITED_AT_ABSENT);
    assert_true(steps[0].children[1].published.has_bytes);
    assert_int_equal(steps[0].children[2].verb, SCENARIO_EXIT);
    assert_int_equal(steps[0].children[2].place.line, 13);
}

static void verbs_of_the_ancestor_arrive_with_their_values(void **state)
{
    const struct scenario_step *steps = ((const struct scenario *)*state)->steps.children;

    assert_int_equal(steps[1].verb, SCENARIO_GOAWAY);
    assert_true(steps[1].last == SCENARIO_LAST_NONE && !steps[1].goaway_close);
    assert_true(steps[2].last == SCENARIO_LAST_ALL && steps[2].goaway_close);
    assert_true(steps[3].last == SCENARIO_LAST_ALL && !steps[3].goaway_close);
    assert_int_equal(steps[4].verb, SCENARIO_DISCONNECT);
    assert_int_equal(steps[4].scope, SCENARIO_SCOPE_EVENTS);
    assert_int_equal(steps[4].how, SCENARIO_END_COMPRESSED);
    assert_int_equal(steps[5].verb, SCENARIO_LOCK);
    ASSERT_TEXT(steps[5].container, "web");
    assert_int_equal(steps[6].verb, SCENARIO_UNLOCK);
    ASSERT_TEXT(steps[6].container, "old");
}

static void notes_and_streams_are_expected_for_one_policy_or_all(void **state)
{
    const struct scenario_expect *expect = &((const struct scenario *)*state)->expect;
    const struct scenario_expectation *finally = expect->finally.items;

    assert_int_equal(finally[0].kind, SCENARIO_EXPECT_NOTED);
    ASSERT_TEXT(finally[0].note, "stream-failed");
    assert_true(finally[0].has_status && finally[0].status == STATUS_OK);
    assert_true(finally[0].has_note_text && finally[0].note_text.length == 0);
    ASSERT_TEXT(finally[0].container, "");
    assert_true(finally[0].has_times && finally[0].times == 2);
    assert_int_equal(finally[0].at_count, 2);
    assert_int_equal(finally[0].at_ns[1], TIME_SECOND);
    ASSERT_TEXT(finally[0].under, "");
    assert_false(finally[1].has_status || finally[1].has_note_text || finally[1].has_times);
    assert_int_equal(finally[1].at_count, 0);
    ASSERT_TEXT(finally[1].container, "ghost");
    ASSERT_TEXT(finally[1].under, "original");
    assert_true(finally[2].has_finished_at && finally[2].finished_at_ns == INT64_MIN);
    ASSERT_TEXT(finally[3].under, "reliable");
    assert_int_equal(expect->always.items[0].kind, SCENARIO_EXPECT_STREAMS);
    assert_int_equal(expect->always.items[0].streams_open, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_say_how_a_stream_ends),
        cmocka_unit_test(a_burst_is_a_block_of_its_own),
        cmocka_unit_test(verbs_of_the_ancestor_arrive_with_their_values),
        cmocka_unit_test(notes_and_streams_are_expected_for_one_policy_or_all),
    };
    return cmocka_run_group_tests(tests, parse_ancestor, free_ancestor);
}
