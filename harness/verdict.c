/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/verdict.h"

#include <string.h>

#include "base/time.h"

enum { EXCERPT_LINES = 12 };

/* Other policies than `reliable` answer for their subscriptions only where these are the subject. */
static bool counts(const struct verdict *verdict, const struct breach *breach)
{
    return text_is(verdict->run.policy, "reliable") || verdict->is_about_subscriptions ||
           !text_is(breach->promise, "one-subscription");
}

static bool is_listed(const struct scenario_handler *listed, struct text promise)
{
    for (size_t i = 0; promise.length > 0 && listed != NULL && i < listed->break_count; i++)
        if (text_equal(listed->breaks[i], promise))
            return true;
    return false;
}

static bool broke(const struct verdict *verdict, struct text promise)
{
    for (size_t i = 0; i < verdict->run.breach_count; i++)
        if (text_equal(verdict->run.breaches[i].promise, promise))
            return true;
    return false;
}

static void explain(struct verdict *verdict, const struct scenario *scenario, const struct breach *breach)
{
    struct buffer *out = &verdict->explanation;
    char instant[TIME_TEXT_SIZE];

    time_format_instant(breach->at_ns, instant);
    buffer_append_text(out, scenario->file);
    if (breach->place.line > 0)
        buffer_printf(out, ":%zu:%zu", breach->place.line, breach->place.column);
    if (scenario->no_handler)
        buffer_printf(out, ": this does not hold at %s\n", instant);
    else
        buffer_printf(out, ": policy %.*s broke %.*s at %s\n", TEXT_ARGUMENTS(verdict->run.policy),
                      TEXT_ARGUMENTS(breach->promise.length > 0 ? breach->promise : text_of("an expectation")),
                      instant);
    buffer_printf(out, "  promised: %s\n  found:    %s\n  the last that happened:\n", breach->sentence,
                  breach->finding.text);
    buffer_append_text(out, trace_tail(&verdict->run.trace, breach->trace_length, EXCERPT_LINES));
    buffer_printf(out, "  all of it: ctrsim run --trace");
    if (!scenario->no_handler)
        buffer_printf(out, " --handler %.*s", TEXT_ARGUMENTS(verdict->run.policy));
    buffer_printf(out, " %.*s\n", TEXT_ARGUMENTS(scenario->file));
}

/* Adds the promise of a breach to the list of what broke, once. */
static void name_broken(struct verdict *verdict, size_t index)
{
    struct text promise = verdict->run.breaches[index].promise;
    for (size_t i = 0; i < index; i++)
        if (text_equal(verdict->run.breaches[i].promise, promise))
            return;
    buffer_printf(&verdict->broken, "%s%.*s", verdict->broken.length > 0 ? ", " : "",
                  TEXT_ARGUMENTS(promise.length > 0 ? promise : text_of("an expectation")));
}

static void judge(struct verdict *verdict, const struct scenario *scenario, const struct scenario_handler *listed)
{
    verdict->passed = true;
    for (size_t i = 0; i < verdict->run.breach_count; i++) {
        const struct breach *breach = &verdict->run.breaches[i];
        if (!counts(verdict, breach))
            continue;
        name_broken(verdict, i);
        if (is_listed(listed, breach->promise))
            continue;
        verdict->passed = false;
        explain(verdict, scenario, breach);
    }
    if (verdict->run.breach_count == WATCH_BREACHES_MAX) {
        verdict->passed = false;
        buffer_printf(&verdict->explanation, "%.*s: %d things are broken, and what else is was not kept\n",
                      TEXT_ARGUMENTS(scenario->file), WATCH_BREACHES_MAX);
    }
    for (size_t i = 0; listed != NULL && i < listed->break_count; i++) {
        if (broke(verdict, listed->breaks[i]))
            continue;
        verdict->passed = false;
        buffer_printf(&verdict->explanation, "%.*s:%zu:%zu: policy %.*s is listed to break %.*s and did not\n",
                      TEXT_ARGUMENTS(scenario->file), listed->place.line, listed->place.column,
                      TEXT_ARGUMENTS(verdict->run.policy), TEXT_ARGUMENTS(listed->breaks[i]));
    }
}

int verdict_reach(struct verdict *verdict, const struct scenario *scenario, struct text policy,
                  const struct scenario_handler *listed, bool is_about_subscriptions, const struct run_choices *choices,
                  struct error *error)
{
    memset(verdict, 0, sizeof *verdict);
    verdict->is_about_subscriptions = is_about_subscriptions;
    int result = run_scenario(&verdict->run, scenario, policy, choices, error);
    if (result != 0)
        return result;
    judge(verdict, scenario, listed);
    return verdict->broken.failed || verdict->explanation.failed ? error_set(error, ERROR_NO_MEMORY, "out of memory")
                                                                 : 0;
}

void verdict_release(struct verdict *verdict)
{
    run_release(&verdict->run);
    buffer_release(&verdict->broken);
    buffer_release(&verdict->explanation);
}

const struct scenario_handler *verdict_listed(const struct scenario *scenario, struct text policy)
{
    for (size_t i = 0; i < scenario->handler_count; i++)
        if (text_equal(scenario->handlers[i].policy, policy))
            return &scenario->handlers[i];
    return NULL;
}
