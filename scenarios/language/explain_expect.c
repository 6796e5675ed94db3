/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/time.h"
#include "scenarios/language/explain.h"
#include "scenarios/language/words.h"

static void explain_expected_record(const struct scenario_expectation *expectation, struct buffer *out)
{
    const char *comma = " ";
    if (!expectation->has_record) {
        (void)buffer_printf(out, "there is no record of %.*s", TEXT_ARGUMENTS(expectation->container));
        return;
    }
    (void)buffer_printf(out, "the record of %.*s says", TEXT_ARGUMENTS(expectation->container));
    if (expectation->has_state) {
        (void)buffer_printf(out, " %s", words_name(&scenario_states, (int)expectation->state));
        comma = ", ";
    }
    if (expectation->has_code) {
        (void)buffer_printf(out, "%scode %" PRId32, comma, expectation->code);
        comma = ", ";
    }
    if (expectation->has_pid) {
        (void)buffer_printf(out, "%spid %" PRIu32, comma, expectation->pid);
        comma = ", ";
    }
    if (expectation->has_finished_at) {
        char wall[TIME_TEXT_SIZE];
        time_format_wall(expectation->finished_at_ns, wall);
        (void)buffer_printf(out, "%sfinished at %s", comma, wall);
        comma = ", ";
    }
    if (expectation->has_reason) {
        (void)buffer_printf(out, "%sreason ", comma);
        explain_text(out, expectation->reason);
        comma = ", ";
    }
    if (expectation->has_inferred) {
        (void)buffer_printf(out, "%sthat it is %s", comma, expectation->inferred ? "inferred" : "not inferred");
        comma = ", ";
    }
    if (expectation->has_delete_pending)
        (void)buffer_printf(out, "%sthat its delete is %s", comma,
                            expectation->delete_pending ? "pending" : "not pending");
}

/* " 3 times, at 0s, 100ms, 300ms from the first" */
static void explain_count(const struct scenario_expectation *expectation, struct buffer *out)
{
    if (expectation->has_times && expectation->times == 1)
        (void)buffer_printf(out, " once");
    else if (expectation->has_times)
        (void)buffer_printf(out, " %" PRIu32 " times", expectation->times);
    else if (expectation->at_count == 0)
        (void)buffer_printf(out, " at least once");
    for (size_t i = 0; i < expectation->at_count; i++) {
        (void)buffer_printf(out, i > 0 ? ", " : expectation->has_times ? ", at " : " at ");
        explain_duration(out, expectation->at_ns[i]);
    }
    if (expectation->at_count > 0)
        (void)buffer_printf(out, " from the first");
}

static void explain_noted(const struct scenario_expectation *expectation, struct buffer *out)
{
    (void)buffer_printf(out, "the handler has noted %.*s", TEXT_ARGUMENTS(expectation->note));
    if (expectation->container.length > 0)
        (void)buffer_printf(out, " of %.*s", TEXT_ARGUMENTS(expectation->container));
    if (expectation->has_status)
        (void)buffer_printf(out, " with %s", words_name(&scenario_statuses, expectation->status));
    if (expectation->has_note_text) {
        (void)buffer_printf(out, expectation->has_status ? " " : " with ");
        explain_text(out, expectation->note_text);
    }
    explain_count(expectation, out);
}

static void explain_owner_answered(const struct scenario_expectation *expectation, struct buffer *out)
{
    (void)buffer_printf(out, "the owner has got the answer to %.*s", TEXT_ARGUMENTS(expectation->operation));
    if (expectation->has_after) {
        (void)buffer_printf(out, " ");
        explain_duration(out, expectation->after_ns);
        (void)buffer_printf(out, " after it asked");
    }
    if (expectation->has_status)
        (void)buffer_printf(out, ": %s", words_name(&scenario_statuses, expectation->status));
    if (expectation->has_note_text) {
        (void)buffer_printf(out, expectation->has_status ? " " : ": ");
        explain_text(out, expectation->note_text);
    }
    if (!expectation->has_state && !expectation->has_code)
        return;
    (void)buffer_printf(out, expectation->has_status || expectation->has_note_text ? ", and with it" : ", with");
    if (expectation->has_state && expectation->state == SCENARIO_NO_TASK)
        (void)buffer_printf(out, " no record");
    else if (expectation->has_state)
        (void)buffer_printf(out, " a record that says %s", words_name(&scenario_states, (int)expectation->state));
    else
        (void)buffer_printf(out, " a record");
    if (expectation->has_code)
        (void)buffer_printf(out, " with code %" PRId32, expectation->code);
}

static void explain_kind(const struct scenario_expectation *expectation, struct buffer *out)
{
    switch (expectation->kind) {
    case SCENARIO_EXPECT_CONTAINER: explain_expected_record(expectation, out); return;
    case SCENARIO_EXPECT_CALLED:
        (void)buffer_printf(out, "%.*s has been called", TEXT_ARGUMENTS(expectation->rpc));
        if (expectation->container.length > 0)
            (void)buffer_printf(out, " for %.*s", TEXT_ARGUMENTS(expectation->container));
        explain_count(expectation, out);
        return;
    case SCENARIO_EXPECT_DIALED:
        (void)buffer_printf(out, "the handler has tried to connect");
        explain_count(expectation, out);
        return;
    case SCENARIO_EXPECT_EXITS_WHILE:
        (void)buffer_printf(out, "%.*s exits while no stream of events is open",
                            TEXT_ARGUMENTS(expectation->container));
        return;
    case SCENARIO_EXPECT_ANSWERED: explain_owner_answered(expectation, out); return;
    case SCENARIO_EXPECT_NOTED: explain_noted(expectation, out); return;
    case SCENARIO_EXPECT_STREAMS:
        (void)buffer_printf(out, "%" PRIu32 " stream%s of events %s open at the server", expectation->streams_open,
                            expectation->streams_open == 1 ? "" : "s", expectation->streams_open == 1 ? "is" : "are");
        return;
    }
}

/* For whom it is judged, and what is broken where it does not hold. */
static void explain_judge(const struct scenario_expectation *expectation, struct buffer *out)
{
    if (expectation->under.length > 0)
        (void)buffer_printf(out, " (under %.*s alone", TEXT_ARGUMENTS(expectation->under));
    else
        (void)buffer_printf(out, expectation->promise.length > 0 ? " (under every policy" : " (under reliable alone");
    if (expectation->promise.length > 0)
        (void)buffer_printf(out, "; else %.*s is broken", TEXT_ARGUMENTS(expectation->promise));
    (void)buffer_printf(out, ")\n");
}

static void explain_list(const struct scenario_expectations *expectations, const char *when, struct buffer *out)
{
    for (size_t i = 0; i < expectations->count; i++) {
        explain_line(out, expectations->items[i].place, 0);
        (void)buffer_printf(out, "%s ", when);
        explain_kind(&expectations->items[i], out);
        explain_judge(&expectations->items[i], out);
    }
}

void explain_expect(const struct scenario_expect *expect, struct buffer *out)
{
    (void)buffer_printf(out, "\nExpected (the run ends ");
    if (expect->has_within) {
        explain_duration(out, expect->within_ns);
        (void)buffer_printf(out, " after the last step):\n");
    } else {
        (void)buffer_printf(out, "when all is quiet, at most ");
        explain_duration(out, SCENARIO_WITHIN_DEFAULT_NS);
        (void)buffer_printf(out, " after the last step):\n");
    }
    explain_list(&expect->always, "always:", out);
    explain_list(&expect->never, "never:", out);
    explain_list(&expect->sometimes, "at some moment:", out);
    explain_list(&expect->finally, "in the end:", out);
    (void)buffer_printf(out, "  every built-in promise holds:");
    for (size_t i = 0; i < scenario_promises.count; i++)
        (void)buffer_printf(out, "%s %s", i > 0 ? "," : "", scenario_promises.items[i].name);
    (void)buffer_printf(out, "\n");
}
