/* SPDX-License-Identifier: Apache-2.0 */
/* Small scenarios, each with one thing wrong, and the verdict that must follow. */
#include "harness/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define HEAD "title: t\nwhy: w\ngiven:\n  containers:\n    - {id: web, pid: 101, state: running}\n"
#define HEAD_WITH_EXEC                          \
    "title: t\nwhy: w\ngiven:\n  containers:\n" \
    "    - {id: web, pid: 101, state: running, execs: [{id: probe, pid: 102}]}\n"
#define LOSES "steps:\n  - disconnect: {connection: all}\n  - exit: {container: web, code: 3}\n"
#define KEEPS "steps:\n  - exit: {container: web, code: 3}\n"

struct row {
    const char *name;
    const char *scenario;
    const char *policy;
    bool passes;
    const char *explanation; /* a part of it */
};

static const struct row rows[] = {
    {"what holds passes", HEAD KEEPS "expect:\n  finally:\n    - {container: web, state: exited, code: 3}\n",
     "reliable", true, ""},
    {"a wrong code is told with its line",
     HEAD KEEPS "expect:\n  finally:\n    - {container: web, state: exited, code: 4}\n", "reliable", false,
     "s.yaml:10:7: policy reliable broke an expectation"},
    {"a lost exit is told by its promise", HEAD LOSES, "original", false, "broke no-exit-is-lost"},
    {"a listed promise may break", HEAD LOSES "handlers:\n  - {policy: original, breaks: [no-exit-is-lost]}\n",
     "original", true, ""},
    {"a listed promise must break", HEAD KEEPS "handlers:\n  - {policy: original, breaks: [no-exit-is-lost]}\n",
     "original", false, "s.yaml:9:5: policy original is listed to break no-exit-is-lost and did not"},
    {"an expectation without a promise is not for others",
     HEAD KEEPS "expect:\n  finally:\n    - {container: web, state: exited, code: 4}\n", "original", true, ""},
    {"an expectation with a promise is",
     HEAD KEEPS "expect:\n  finally:\n    - {container: web, state: exited, code: 4, promise: mine}\n", "original",
     false, "broke mine"},
    {"never is broken at the moment it happens",
     HEAD KEEPS "expect:\n  never:\n    - {container: web, state: exited}\n", "reliable", false, "expected never"},
    {"always is broken at the moment it ends",
     HEAD KEEPS "expect:\n  always:\n    - {container: web, state: running}\n", "reliable", false, "expected always"},
    {"sometimes must be reached",
     HEAD KEEPS "expect:\n  sometimes:\n    - {container: web, exits while: no stream is open}\n", "reliable", false,
     "never exited while no stream was open"},
    {"sometimes is reached",
     HEAD LOSES "expect:\n  sometimes:\n    - {container: web, exits while: no stream is open}\n", "reliable", true,
     ""},
    {"calls are counted",
     HEAD KEEPS "expect:\n  finally:\n    - called: {rpc: Tasks.Delete, container: web, times: 2}\n", "reliable", false,
     "calls of Tasks.Delete: expected 2 times; found 1"},
    {"calls are timed", HEAD KEEPS "expect:\n  finally:\n    - dialed: {at: [0s, 1s]}\n", "reliable", false,
     "dials: expected 2 times at the times given; found 1"},
    {"an exec's exit leaves all as it is",
     HEAD_WITH_EXEC
     "steps:\n  - exit: {container: web, exec: probe, code: 3}\nexpect:\n  always:\n    - {container: web, state: running}\n",
     "reliable", true, ""},
    {"within is waited out",
     HEAD KEEPS "expect:\n  within: 2s\n  finally:\n    - called: {rpc: Events.Subscribe, times: 1}\n", "reliable",
     true, ""},
    {"within cuts off what comes later",
     HEAD "steps:\n  - disconnect: {stream: events, code: UNAVAILABLE}\nexpect:\n  within: 50ms\n  finally:\n"
          "    - called: {rpc: Events.Subscribe, times: 2}\n",
     "reliable", false, "expected 2 times; found 1"},
    {"a pid is compared", HEAD KEEPS "expect:\n  finally:\n    - {container: web, state: exited, code: 3, pid: 101}\n",
     "reliable", false, "expected state exited, code 3, pid 101; found state exited, code 3, pid 0"},
    {"a time is compared",
     HEAD KEEPS
     "expect:\n  finally:\n    - {container: web, state: exited, code: 3, finished at: \"2017-05-31T21:33:53Z\"}\n",
     "reliable", false, "found state exited, code 3, pid 0, finished at 2017-05-31T21:33:52Z"},
    {"what may come in any order is not judged by one run for what it sometimes reaches",
     HEAD
     "steps:\n  - any order:\n      - exit: {container: web, code: 3}\n      - disconnect: {stream: events, code: UNAVAILABLE}\n"
     "expect:\n  sometimes:\n    - {container: web, exits while: no stream is open}\n",
     "reliable", true, ""},
    {"never says what was called", HEAD KEEPS "expect:\n  never:\n    - called: {rpc: Tasks.Delete, times: 1}\n",
     "reliable", false, "Tasks.Delete was called so, 1 times"},
    {"an exit behind a second life is lost all the same",
     HEAD
     "steps:\n  - disconnect: {connection: all}\n  - exit: {container: web, code: 3}\n  - remove: {container: web}\n"
     "  - create: {container: web, pid: 7}\n    at: +5s\n  - start: {container: web}\n",
     "original", false, "an earlier life of container web exited with 3"},
    {"an exit of a container made in a gap is nobody's loss who does not hear of it",
     "title: t\nwhy: w\nsteps:\n  - disconnect: {stream: events, code: UNAVAILABLE}\n  - create: {container: web, pid: 7}\n"
     "  - start: {container: web}\n  - exit: {container: web, code: 3}\n    at: +10s\n",
     "original-with=learn-from-events", true, ""},
    {"an exit of a container made before our eyes is lost",
     "title: t\nwhy: w\nsteps:\n  - create: {container: web, pid: 7}\n  - start: {container: web}\n    at: +1s\n"
     "  - disconnect: {connection: all}\n    at: +1s\n  - exit: {container: web, code: 3}\n",
     "original-with=learn-from-events", false, "container web exited with 3"},
    {"who learns nothing from events cannot know what is made",
     "title: t\nwhy: w\nsteps:\n  - create: {container: web, pid: 7}\n  - start: {container: web}\n"
     "  - exit: {container: web, code: 3}\n    at: +10s\n",
     "original", true, ""},
};

static void judge(const struct row *row)
{
    struct scenario *scenario = NULL;
    struct verdict verdict;
    struct error error = {""};
    struct text policy = text_of(row->policy);

    if (scenario_parse(&scenario, text_of("s.yaml"), text_of(row->scenario), &error) != 0)
        fail_msg("%s: %s", row->name, error.text);
    if (verdict_reach(&verdict, scenario, policy, verdict_listed(scenario, policy), false, NULL, &error) != 0)
        fail_msg("%s: %s", row->name, error.text);
    buffer_append(&verdict.explanation, "", 1);
    const char *explanation = (const char *)verdict.explanation.bytes;
    bool right = verdict.passed == row->passes && strstr(explanation, row->explanation) != NULL;
    if (!right)
        print_error("%s: %s\n%s", row->name, verdict.passed ? "passed" : "failed", explanation);
    verdict_release(&verdict);
    scenario_free(scenario);
    assert_true(right);
}

static void each_scenario_gets_its_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        judge(&rows[i]);
}

static void the_same_run_gives_the_same_trace(void **state)
{
    struct scenario *scenario = NULL;
    struct verdict verdicts[2];
    (void)state;
    assert_int_equal(scenario_parse(&scenario, text_of("s.yaml"), text_of(HEAD LOSES), NULL), 0);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(verdict_reach(&verdicts[i], scenario, text_of("reliable"), NULL, false, NULL, NULL), 0);
    assert_true(verdicts[0].run.trace.text.length > 0);
    assert_true(text_equal(buffer_text(&verdicts[0].run.trace.text), buffer_text(&verdicts[1].run.trace.text)));
    for (size_t i = 0; i < 2; i++)
        verdict_release(&verdicts[i]);
    scenario_free(scenario);
}

static void an_unknown_switch_cannot_be_run(void **state)
{
    struct scenario *scenario = NULL;
    struct verdict verdict;
    struct error error = {""};
    (void)state;
    assert_int_equal(scenario_parse(&scenario, text_of("s.yaml"), text_of(HEAD KEEPS), NULL), 0);
    assert_int_not_equal(
        verdict_reach(&verdict, scenario, text_of("reliable-without=relists"), NULL, false, NULL, &error), 0);
    assert_non_null(strstr(error.text, "relists"));
    verdict_release(&verdict);
    scenario_free(scenario);
}

static void a_step_that_cannot_be_done_fails_the_run(void **state)
{
    struct scenario *scenario = NULL;
    struct verdict verdict;
    struct error error = {""};
    (void)state;
    assert_int_equal(
        scenario_parse(&scenario, text_of("s.yaml"), text_of(HEAD "steps:\n  - start: {container: web}\n"), NULL), 0);
    assert_int_equal(verdict_reach(&verdict, scenario, text_of("reliable"), NULL, false, NULL, &error), ERROR_REFUSED);
    assert_non_null(strstr(error.text, "s.yaml:7: start cannot be done: "));
    verdict_release(&verdict);
    scenario_free(scenario);
}

static void subscriptions_of_others_are_judged_where_they_are_the_subject(void **state)
{
    struct scenario *scenario = NULL;
    struct verdict verdict;
    (void)state;
    assert_int_equal(scenario_parse(&scenario, text_of("s.yaml"), text_of(HEAD KEEPS), NULL), 0);
    for (int subject = 0; subject < 2; subject++) {
        assert_int_equal(verdict_reach(&verdict, scenario, text_of("original"), NULL, subject, NULL, NULL), 0);
        assert_int_equal(verdict.passed, !subject);
        verdict_release(&verdict);
    }
    scenario_free(scenario);
}

/* Whoever is listed to break all of those may have broken more. */
static void so_much_that_is_broken_that_not_all_is_kept_is_said_and_fails(void **state)
{
    (void)state;
    /* Nor does it subscribe but once. */
    for (size_t count = WATCH_BREACHES_MAX - 1; count <= WATCH_BREACHES_MAX + 1; count++) {
        struct buffer story = BUFFER_INIT;
        struct scenario *scenario = NULL;
        struct verdict verdict;
        buffer_printf(&story, HEAD KEEPS "expect:\n  finally:\n");
        for (size_t i = 1; i < count; i++)
            buffer_printf(&story, "    - {container: web, state: exited, code: 4, promise: mine}\n");
        buffer_printf(&story, "handlers:\n  - {policy: original, breaks: [mine]}\n");
        assert_int_equal(scenario_parse(&scenario, text_of("s.yaml"), buffer_text(&story), NULL), 0);
        assert_int_equal(
            verdict_reach(&verdict, scenario, text_of("original"), &scenario->handlers[0], false, NULL, NULL), 0);
        assert_int_equal(verdict.passed, count < WATCH_BREACHES_MAX);
        assert_int_equal(verdict.run.breach_count, count < WATCH_BREACHES_MAX ? count : WATCH_BREACHES_MAX);
        assert_true(text_is(buffer_text(&verdict.explanation),
                            verdict.passed ? "" : "s.yaml: 64 things are broken, and what else is was not kept\n"));
        verdict_release(&verdict);
        scenario_free(scenario);
        buffer_release(&story);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_scenario_gets_its_verdict),
        cmocka_unit_test(the_same_run_gives_the_same_trace),
        cmocka_unit_test(an_unknown_switch_cannot_be_run),
        cmocka_unit_test(a_step_that_cannot_be_done_fails_the_run),
        cmocka_unit_test(so_much_that_is_broken_that_not_all_is_kept_is_said_and_fails),
        cmocka_unit_test(subscriptions_of_others_are_judged_where_they_are_the_subject),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
