/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/judge.h"

#include <string.h>

#include "base/error.h"

/* As harness/verdict.c has it. */
static bool counts(const struct finding *finding, struct text policy, bool is_about_subscriptions)
{
    return text_is(policy, "reliable") || is_about_subscriptions || !text_is(finding->promise, "one-subscription");
}

static bool is_listed(const struct scenario_handler *listed, struct text promise)
{
    for (size_t i = 0; promise.length > 0 && listed != NULL && i < listed->break_count; i++)
        if (text_equal(listed->breaks[i], promise))
            return true;
    return false;
}

bool explore_unlisted(const struct finding *finding, struct text policy, const struct scenario_handler *listed,
                      bool is_about_subscriptions)
{
    bool may_break_more = listed != NULL && !text_is(policy, "reliable");
    return counts(finding, policy, is_about_subscriptions) && !may_break_more && !is_listed(listed, finding->promise);
}

static void say_place(struct buffer *out, const struct scenario *scenario, struct scenario_place place)
{
    buffer_append_text(out, scenario->file);
    if (place.line > 0)
        buffer_printf(out, ":%zu:%zu", place.line, place.column);
}

static void name_broken(struct explore_verdict *verdict, const struct findings *findings, size_t index)
{
    struct text promise = findings->items[index].promise;
    for (size_t i = 0; i < index; i++)
        if (text_equal(findings->items[i].promise, promise))
            return;
    buffer_printf(&verdict->broken, "%s%.*s", verdict->broken.length > 0 ? ", " : "",
                  TEXT_ARGUMENTS(promise.length > 0 ? promise : text_of("an expectation")));
}

static void judge_findings(struct explore_verdict *verdict, const struct findings *findings,
                           const struct scenario *scenario, struct text policy, const struct scenario_handler *listed,
                           bool is_about_subscriptions)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];
        if (!counts(finding, policy, is_about_subscriptions))
            continue;
        name_broken(verdict, findings, i);
        if (!explore_unlisted(finding, policy, listed, is_about_subscriptions))
            continue;
        verdict->passed = false;
        say_place(&verdict->explanation, scenario, finding->place);
        buffer_printf(&verdict->explanation, ": policy %.*s broke %.*s in run %llu\n  promised: %s\n  found:    %s\n",
                      TEXT_ARGUMENTS(policy),
                      TEXT_ARGUMENTS(finding->promise.length > 0 ? finding->promise : text_of("an expectation")),
                      (unsigned long long)finding->run, finding->sentence, finding->error.text);
    }
}

static bool found(const struct findings *findings, struct text promise)
{
    for (size_t i = 0; i < findings->count; i++)
        if (text_equal(findings->items[i].promise, promise))
            return true;
    return false;
}

static void judge_listed(struct explore_verdict *verdict, const struct findings *findings,
                         const struct scenario *scenario, struct text policy, const struct scenario_handler *listed)
{
    for (size_t i = 0; listed != NULL && i < listed->break_count; i++) {
        if (found(findings, listed->breaks[i]))
            continue;
        verdict->passed = false;
        say_place(&verdict->explanation, scenario, listed->place);
        buffer_printf(&verdict->explanation, ": policy %.*s is listed to break %.*s and no run did\n",
                      TEXT_ARGUMENTS(policy), TEXT_ARGUMENTS(listed->breaks[i]));
    }
}

static void judge_sometimes(struct explore_verdict *verdict, const struct explore_result *result,
                            const struct scenario *scenario, struct text policy)
{
    const struct scenario_expectations *sometimes = &scenario->expect.sometimes;
    for (size_t i = 0; i < sometimes->count; i++) {
        if (result->reached[i] || !expect_judged(&sometimes->items[i], policy))
            continue;
        verdict->passed = false;
        say_place(&verdict->explanation, scenario, sometimes->items[i].place);
        buffer_printf(&verdict->explanation, ": expected at some time; no run of policy %.*s has reached it%s\n",
                      TEXT_ARGUMENTS(policy),
                      result->cut == EXPLORE_COMPLETE ? "" : ", and not all orders have been seen");
    }
}

int explore_judge(struct explore_verdict *verdict, const struct explore_result *result, const struct scenario *scenario,
                  struct text policy, const struct scenario_handler *listed, bool is_about_subscriptions, bool is_part)
{
    memset(verdict, 0, sizeof *verdict);
    verdict->passed = true;
    judge_findings(verdict, &result->findings, scenario, policy, listed, is_about_subscriptions);
    if (result->findings.count == WATCH_BREACHES_MAX) {
        verdict->passed = false;
        say_place(&verdict->explanation, scenario, (struct scenario_place){0, 0});
        buffer_printf(&verdict->explanation, ": %d things are broken, and what else is was not kept\n",
                      WATCH_BREACHES_MAX);
    }
    if (!is_part)
        judge_listed(verdict, &result->findings, scenario, policy, listed);
    if (!is_part)
        judge_sometimes(verdict, result, scenario, policy);
    return verdict->broken.failed || verdict->explanation.failed ? ERROR_NO_MEMORY : 0;
}

void explore_verdict_release(struct explore_verdict *verdict)
{
    buffer_release(&verdict->broken);
    buffer_release(&verdict->explanation);
}
