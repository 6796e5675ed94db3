/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/explain.h"
#include "scenarios/language/words.h"

static void explain_until(const struct scenario_fault *fault, struct buffer *out)
{
    const struct scenario_until *until = &fault->until;
    const char *state = until->kind == SCENARIO_UNTIL_ANSWERED ? "is answered" : "arrives";
    if (fault->hold.length > 0)
        (void)buffer_printf(out, "%.*s is released%s", TEXT_ARGUMENTS(fault->hold),
                            until->kind == SCENARIO_UNTIL_NOTHING ? "" : ", or ");
    if (until->kind == SCENARIO_UNTIL_NOTHING)
        return;
    if (until->has_event)
        (void)buffer_printf(out, "an event %s", words_name(&scenario_events, (int)until->event));
    else
        (void)buffer_printf(out, "a request %.*s", TEXT_ARGUMENTS(until->rpc));
    if (until->container.length > 0)
        (void)buffer_printf(out, " of %.*s", TEXT_ARGUMENTS(until->container));
    (void)buffer_printf(out, " %s", until->has_event ? "is sent" : state);
}

/* What becomes of the requests; s is the ending of the verb where there is only one of them. */
static void explain_event_fault(const struct scenario_fault *fault, bool one, struct buffer *out)
{
    const char *is = one ? "is" : "are";
    switch (fault->action) {
    case SCENARIO_DO_HOLD:
        (void)buffer_printf(out, "%s kept back until ", is);
        explain_until(fault, out);
        return;
    case SCENARIO_DO_DELAY:
        (void)buffer_printf(out, "%s sent ", is);
        explain_duration(out, fault->for_ns);
        (void)buffer_printf(out, " later");
        return;
    case SCENARIO_DO_DROP: (void)buffer_printf(out, "%s sent to nobody", is); return;
    case SCENARIO_DO_DUPLICATE: (void)buffer_printf(out, "%s sent twice", is); return;
    case SCENARIO_DO_CUT:
        (void)buffer_printf(out, "%s cut after %u bytes, and the connection with %s", is, fault->cut_after,
                            one ? "it" : "them");
        return;
    case SCENARIO_DO_FAIL:
    case SCENARIO_DO_HANG:
    case SCENARIO_DO_END:
    case SCENARIO_DO_LOSE_REPLY:
    case SCENARIO_DO_LOSE_REQUEST:
    case SCENARIO_DO_ANSWER:
    case SCENARIO_DO_LEAVE_OUT: return;
    }
}

static void explain_store_fault(const struct scenario_fault *fault, bool one, struct buffer *out)
{
    switch (fault->action) {
    case SCENARIO_DO_FAIL:
        (void)buffer_printf(out, "fail%s with ", one ? "s" : "");
        explain_text(out, fault->message);
        (void)buffer_printf(out, ", with nothing done");
        return;
    case SCENARIO_DO_DELAY:
        (void)buffer_printf(out, "%s done and answered ", one ? "is" : "are");
        explain_duration(out, fault->for_ns);
        (void)buffer_printf(out, " later");
        return;
    case SCENARIO_DO_HOLD:
        (void)buffer_printf(out, "%s done and answered when %.*s is released", one ? "is" : "are",
                            TEXT_ARGUMENTS(fault->hold));
        return;
    case SCENARIO_DO_HANG:
    case SCENARIO_DO_END:
    case SCENARIO_DO_LOSE_REPLY:
    case SCENARIO_DO_LOSE_REQUEST:
    case SCENARIO_DO_DROP:
    case SCENARIO_DO_DUPLICATE:
    case SCENARIO_DO_CUT:
    case SCENARIO_DO_ANSWER:
    case SCENARIO_DO_LEAVE_OUT: return;
    }
}

static void explain_meanwhile(const struct scenario_fault *fault, struct buffer *out)
{
    if (!fault->has_meanwhile)
        return;
    (void)buffer_printf(out, "; until then others of the container fail");
    explain_end(out, SCENARIO_END_STATUS, fault->meanwhile.code, fault->meanwhile.message, 0);
}

/* What comes before the next of a row of words. */
static const char *go_on(const char **before)
{
    const char *now = *before;
    *before = ", ";
    return now;
}

static void explain_told(const struct scenario_fault *fault, bool one, struct buffer *out)
{
    const struct scenario_told *told = &fault->told;
    const char *before = ": ";
    (void)buffer_printf(out, "%s done, and the answer is made up", one ? "is" : "are");
    if (told->has_state)
        (void)buffer_printf(out, "%s%s", go_on(&before), words_name(&scenario_told_states, (int)told->state));
    if (told->has_pid)
        (void)buffer_printf(out, "%spid %u", go_on(&before), told->pid);
    if (told->has_code)
        (void)buffer_printf(out, "%scode %u", go_on(&before), told->code);
    if (told->exited.kind != SCENARIO_EXITED_AT_DEFAULT)
        explain_exited(out, go_on(&before), &told->exited);
    if (told->has_oom_kills)
        (void)buffer_printf(out, "%skilled %u times for lack of memory", go_on(&before), told->oom_kills);
    if (!fault->has_for)
        return;
    (void)buffer_printf(out, "; so until ");
    explain_duration(out, fault->for_ns);
    (void)buffer_printf(out, " after the exit");
}

/* What comes of it all the same, or that nothing does. */
static void explain_effect(const struct scenario_fault *fault, bool one, const char *nothing, struct buffer *out)
{
    if (!fault->has_effect) {
        (void)buffer_printf(out, "%s", nothing);
        return;
    }
    (void)buffer_printf(out, ", and %s done all the same after ", one ? "is" : "are");
    explain_duration(out, fault->effect_after_ns);
}

static void explain_action(const struct scenario_fault *fault, const char *s, struct buffer *out)
{
    bool one = s[0] != '\0';
    switch (fault->action) {
    case SCENARIO_DO_FAIL:
        (void)buffer_printf(out, "fail%s", s);
        explain_end(out, SCENARIO_END_STATUS, fault->code, fault->message, 0);
        explain_effect(fault, one, ", with nothing done", out);
        return;
    case SCENARIO_DO_DELAY:
        (void)buffer_printf(out, "%s done, and answered ", one ? "is" : "are");
        explain_duration(out, fault->for_ns);
        (void)buffer_printf(out, " later");
        if (fault->headers)
            (void)buffer_printf(out, ", but with headers at once");
        explain_meanwhile(fault, out);
        return;
    case SCENARIO_DO_HANG:
        if (!fault->has_effect)
            (void)buffer_printf(out, "do%s nothing and ", one ? "es" : "");
        (void)buffer_printf(out, "never get%s an answer", s);
        explain_effect(fault, one, "", out);
        return;
    case SCENARIO_DO_END:
        (void)buffer_printf(out, "open%s a stream that ends at once", s);
        explain_end(out, fault->how, 0, text_of(NULL), fault->http2_code);
        return;
    case SCENARIO_DO_LOSE_REPLY:
        (void)buffer_printf(out, "%s done, and the connection is cut before the answer", one ? "is" : "are");
        return;
    case SCENARIO_DO_LOSE_REQUEST:
        (void)buffer_printf(out, "%s lost: the connection is cut, and nothing is done", one ? "is" : "are");
        return;
    case SCENARIO_DO_HOLD:
        (void)buffer_printf(out, "%s done, and not answered until ", one ? "is" : "are");
        explain_until(fault, out);
        explain_meanwhile(fault, out);
        return;
    case SCENARIO_DO_ANSWER: explain_told(fault, one, out); return;
    case SCENARIO_DO_LEAVE_OUT:
        (void)buffer_printf(out, "%s done, and answered with a list ", one ? "is" : "are");
        if (fault->container.length > 0)
            (void)buffer_printf(out, "in which %.*s is missing", TEXT_ARGUMENTS(fault->container));
        else
            (void)buffer_printf(out, "that is empty");
        return;
    case SCENARIO_DO_DROP:
    case SCENARIO_DO_DUPLICATE:
    case SCENARIO_DO_CUT: return; /* of events alone */
    }
}

void explain_faults(const struct scenario *scenario, struct buffer *out)
{
    if (scenario->fault_count == 0)
        return;
    (void)buffer_printf(out, "\nFaults (a request or event gets the first one that fits it and is not used up):\n");
    for (size_t i = 0; i < scenario->fault_count; i++) {
        const struct scenario_fault *fault = &scenario->faults[i];
        bool one = fault->times <= 1;
        const char *met = fault->has_event ? "event" : "request";
        explain_line(out, fault->place, 0);
        if (fault->turn == SCENARIO_TURN_THEN)
            (void)buffer_printf(out, "then ");
        if (fault->turn == SCENARIO_TURN_AFTER_THAT)
            (void)buffer_printf(out, "after that ");
        if (fault->up_to)
            (void)buffer_printf(out, "up to ");
        if (one)
            (void)buffer_printf(out, "%s %s ", fault->times == 0 ? "every" : "one", met);
        else
            (void)buffer_printf(out, "%u %ss ", fault->times, met);
        if (fault->has_store)
            (void)buffer_printf(out, "%s to the handler's store ", words_name(&scenario_stores, (int)fault->store));
        else if (fault->has_event)
            (void)buffer_printf(out, "%s ", words_name(&scenario_events, (int)fault->event));
        else
            (void)buffer_printf(out, "%.*s ", TEXT_ARGUMENTS(fault->rpc));
        if (fault->container.length > 0)
            (void)buffer_printf(out, "of %.*s ", TEXT_ARGUMENTS(fault->container));
        if (fault->has_store)
            explain_store_fault(fault, one, out);
        else if (fault->has_event)
            explain_event_fault(fault, one, out);
        else
            explain_action(fault, one ? "s" : "", out);
        (void)buffer_printf(out, "\n");
    }
}
