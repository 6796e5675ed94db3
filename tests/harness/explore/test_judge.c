/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/explore/judge.h"
#include "harness/explore/level.h"
#include "tests/harness/explore/worlds.h"

#define STORY_LISTED                                                                                         \
    STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\nsteps:\n  - exit: {container: web, code: 1}\n" \
                 "expect:\n  sometimes:\n    - {container: web, state: exited}\n"                            \
                 "handlers:\n  - {policy: original, breaks: [no-exit-is-lost]}\n"

/* What was found: promises by name, "" for an expectation without one; and whether the `sometimes` was reached. */
struct row {
    const char *policy;
    const char *found[2];
    bool reached;
    bool is_part;
    bool about_subscriptions;
    bool passed;
};

static bool judge(const struct row *row, struct explore_verdict *verdict)
{
    static struct explore_result result;
    struct scenario *scenario = story_read(STORY_LISTED);
    bool reached[] = {row->reached};
    struct text policy = text_of(row->policy);
    const struct scenario_handler *listed = text_is(policy, "original") ? &scenario->handlers[0] : NULL;
    memset(&result, 0, sizeof result);
    for (size_t i = 0; i < 2 && row->found[i] != NULL; i++)
        result.findings.items[result.findings.count++] =
            (struct finding){.promise = text_of(row->found[i]), .sentence = "s"};
    result.reached = reached;
    assert_int_equal(explore_judge(verdict, &result, scenario, policy, listed, row->about_subscriptions, row->is_part),
                     0);
    bool passed = verdict->passed;
    assert_int_equal(passed, verdict->explanation.length == 0);
    explore_verdict_release(verdict);
    scenario_free(scenario);
    return passed;
}

/* As of one run. */
static void so_much_that_is_found_that_not_all_is_kept_fails(void **state)
{
    static struct explore_result result;
    bool reached[] = {true};
    struct scenario *scenario = story_read(STORY_LISTED);
    struct findings *findings = &result.findings;
    (void)state;
    result.reached = reached;
    for (size_t count = 1; count <= WATCH_BREACHES_MAX + 1; count++) {
        struct breach breach = {.promise = text_of("no-exit-is-lost"), .sentence = "s", .place = {count, 1}};
        struct explore_verdict verdict;
        assert_int_equal(findings_add(findings, &breach, NULL, 0, 1), 0);
        assert_int_equal(findings->count, count < WATCH_BREACHES_MAX ? count : WATCH_BREACHES_MAX);
        assert_int_equal(
            explore_judge(&verdict, &result, scenario, text_of("original"), &scenario->handlers[0], false, false), 0);
        assert_int_equal(verdict.passed, count < WATCH_BREACHES_MAX);
        assert_int_equal(verdict.explanation.length > 0, !verdict.passed);
        explore_verdict_release(&verdict);
    }
    findings_release(findings);
    scenario_free(scenario);
}

static void a_policy_answers_for_what_it_breaks(void **state)
{
    static const struct row rows[] = {
        {"reliable", {NULL}, true, false, false, true},
        {"reliable", {"no-exit-is-lost"}, true, false, false, false},
        {"reliable", {""}, true, false, false, false},
        {"reliable", {"one-subscription"}, true, false, false, false},
        /* Nothing is listed for it, so it may break nothing; but for its subscriptions it answers only where they are
         * the subject. */
        {"reliable-without=relist", {"finished-once"}, true, false, false, false},
        {"reliable-without=relist", {"one-subscription"}, true, false, false, true},
        {"reliable-without=relist", {"one-subscription"}, true, false, true, false},
        /* What is listed must break, and more may. */
        {"original", {"no-exit-is-lost"}, true, false, false, true},
        {"original", {NULL}, true, false, false, false},
        {"original", {"no-exit-is-lost", "finished-once"}, true, false, false, true},
        {"original", {"finished-once"}, true, false, false, false},
        /* Who has seen a part cannot say that something never happens. */
        {"original", {NULL}, true, true, false, true},
        {"reliable", {NULL}, false, true, false, true},
        {"reliable", {NULL}, false, false, false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct explore_verdict verdict;
        if (judge(&rows[i], &verdict) != rows[i].passed)
            fail_msg("row %zu", i);
    }
}

static void stories_about_bytes_are_told_from_others(void **state)
{
    static const struct {
        const char *story;
        bool needs_bytes;
    } rows[] = {
        {STORY_LISTED, false},
        {STORY_DISCONNECT, false},
        {STORY_BEGINS "steps:\n  - goaway: {last: even, then: stay}\n", true},
        {STORY_BEGINS "steps:\n  - goaway: {last: all, then: stay}\n", false},
        {STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\nsteps:\n"
                      "  - publish: {event: oom, container: web, times: 101}\n",
         true},
        {STORY_BEGINS "given: {containers: [{id: web, pid: 101}]}\nsteps:\n  - any order:\n"
                      "      - publish: {event: oom, container: web, damage: oversize}\n",
         true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct scenario *scenario = story_read(rows[i].story);
        struct text why = {NULL, 0};
        if (level_needs_bytes(scenario, &why) != rows[i].needs_bytes)
            fail_msg("row %zu", i);
        assert_int_equal(why.length > 0, rows[i].needs_bytes);
        scenario_free(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(so_much_that_is_found_that_not_all_is_kept_fails),
        cmocka_unit_test(a_policy_answers_for_what_it_breaks),
        cmocka_unit_test(stories_about_bytes_are_told_from_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
