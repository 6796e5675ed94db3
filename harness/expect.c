/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/expect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/status.h"
#include "base/time.h"
#include "harness/net.h"

static bool times_hold(const struct scenario_expectation *expected, const char *what, const int64_t *at_ns,
                       size_t count, struct error *finding)
{
    struct buffer list = BUFFER_INIT;
    /* Where nothing is said of how often, once is enough. */
    bool holds = expected->has_times ? count == expected->times : count > 0;
    if (expected->at_count > 0 && expected->at_count != count)
        holds = false;
    for (size_t i = 0; holds && i < expected->at_count; i++)
        holds = at_ns[i] - at_ns[0] == expected->at_ns[i];
    if (holds)
        return true;
    for (size_t i = 0; i < count && i < 32; i++) {
        char since[TIME_TEXT_SIZE];
        time_format_duration(at_ns[i] - at_ns[0], since);
        buffer_printf(&list, "%s%s", i > 0 ? ", " : "", since);
    }
    (void)error_set(finding, 0, "%s: expected %zu times%s; found %zu, at [%.*s]", what,
                    expected->has_times      ? (size_t)expected->times
                    : expected->at_count > 0 ? expected->at_count
                                             : 1,
                    expected->at_count > 0 ? " at the times given" : "", count, TEXT_ARGUMENTS(buffer_text(&list)));
    buffer_release(&list);
    return false;
}

static bool calls_hold(const struct expect_memory *memory, const struct scenario_expectation *expected,
                       struct error *finding)
{
    char what[64];
    int64_t *at_ns = calloc(memory->call_count + 1, sizeof *at_ns);
    size_t count = 0;
    bool holds;

    if (at_ns == NULL) {
        (void)error_set(finding, 0, "out of memory");
        return false;
    }
    for (size_t i = 0; i < memory->call_count; i++)
        if (memory->calls[i].method == fake_method_of(expected->rpc) &&
            (expected->container.length == 0 || text_equal(memory->calls[i].container, expected->container)))
            at_ns[count++] = memory->calls[i].at_ns;
    (void)snprintf(what, sizeof what, "calls of %.*s", TEXT_ARGUMENTS(expected->rpc));
    holds = times_hold(expected, what, at_ns, count, finding);
    free(at_ns);
    return holds;
}

static bool is_note(const struct expect_note *seen, const struct scenario_expectation *expected)
{
    return text_is(expected->note, note_name(seen->kind)) &&
           (!expected->has_status || seen->status == expected->status) &&
           (!expected->has_note_text || text_equal(seen->text, expected->note_text)) &&
           (expected->container.length == 0 || text_equal(seen->container, expected->container));
}

static bool notes_hold(const struct expect_memory *memory, const struct scenario_expectation *expected,
                       struct error *finding)
{
    char what[96];
    int64_t *at_ns = calloc(memory->note_count + 1, sizeof *at_ns);
    size_t count = 0;
    bool holds;

    if (at_ns == NULL) {
        (void)error_set(finding, 0, "out of memory");
        return false;
    }
    for (size_t i = 0; i < memory->note_count; i++)
        if (is_note(&memory->notes[i], expected))
            at_ns[count++] = memory->notes[i].at_ns;
    (void)snprintf(what, sizeof what, "notes %.*s", TEXT_ARGUMENTS(expected->note));
    holds = times_hold(expected, what, at_ns, count, finding);
    free(at_ns);
    return holds;
}

static bool streams_hold(const struct scenario_expectation *expected, const struct fake *fake, struct error *finding)
{
    uint32_t open = fake_subscription_count_below(fake, NET_CLIENT_FIRST);
    if (open == expected->streams_open)
        return true;
    (void)error_set(finding, 0, "expected %" PRIu32 " open subscriptions at the server; found %" PRIu32,
                    expected->streams_open, open);
    return false;
}

/* The record that came with the answer. */
static bool told_record_holds(const struct owner_request *request, const struct scenario_expectation *expected)
{
    static const enum container_state states[] = {[SCENARIO_NO_TASK] = CONTAINER_UNKNOWN,
                                                  [SCENARIO_CREATED] = CONTAINER_CREATED,
                                                  [SCENARIO_RUNNING] = CONTAINER_RUNNING,
                                                  [SCENARIO_EXITED] = CONTAINER_EXITED};
    return (!expected->has_state || request->state == states[expected->state]) &&
           (!expected->has_code || (request->state == CONTAINER_EXITED && request->exit_code == expected->code));
}

static bool answer_holds(const struct expect_memory *memory, const struct scenario_expectation *expected,
                         struct error *finding)
{
    const struct owner_request *request = owner_find(&memory->owner, expected->operation);
    char after[TIME_TEXT_SIZE], record[sizeof ", with a record that is UNKNOWN, code -2147483648"] = "";
    struct text text;

    if (request == NULL || !request->answered) {
        (void)error_set(finding, 0, "%.*s: %s", TEXT_ARGUMENTS(expected->operation),
                        request == NULL ? "it has not been asked" : "it has not been answered");
        return false;
    }
    text = (struct text){request->text, request->text_length};
    if ((!expected->has_status || request->status == expected->status) &&
        (!expected->has_note_text || text_equal(text, expected->note_text)) &&
        (!expected->has_after || request->answered_ns - request->asked_ns == expected->after_ns) &&
        told_record_holds(request, expected))
        return true;
    time_format_duration(request->answered_ns - request->asked_ns, after);
    if (expected->has_state || expected->has_code)
        (void)snprintf(record, sizeof record, ", with a record that is %s, code %" PRId32,
                       container_state_name(request->state), request->exit_code);
    (void)error_set(finding, 0, "%.*s: answered with %s \"%.*s\" after %s%s", TEXT_ARGUMENTS(expected->operation),
                    status_name(request->status), TEXT_ARGUMENTS(text), after, record);
    return false;
}

static size_t index_of(const struct expect_memory *memory, const struct scenario_expectation *expectation)
{
    return (size_t)(expectation - memory->scenario->expect.sometimes.items);
}

bool expect_holds(const struct expect_memory *memory, const struct scenario_expectation *expectation,
                  const struct monitor *monitor, const struct fake *fake, struct error *finding)
{
    switch (expectation->kind) {
    case SCENARIO_EXPECT_CONTAINER: return expect_record_holds(expectation, monitor, finding);
    case SCENARIO_EXPECT_ANSWERED: return answer_holds(memory, expectation, finding);
    case SCENARIO_EXPECT_CALLED: return calls_hold(memory, expectation, finding);
    case SCENARIO_EXPECT_DIALED: return times_hold(expectation, "dials", memory->dials_ns, memory->dial_count, finding);
    case SCENARIO_EXPECT_NOTED: return notes_hold(memory, expectation, finding);
    case SCENARIO_EXPECT_STREAMS: return streams_hold(expectation, fake, finding);
    case SCENARIO_EXPECT_EXITS_WHILE:
        if (memory->reached[index_of(memory, expectation)])
            return true;
        (void)error_set(finding, 0, "container %.*s never exited while no stream was open",
                        TEXT_ARGUMENTS(expectation->container));
        return false;
    }
    return false;
}

bool expect_judged(const struct scenario_expectation *expectation, struct text policy)
{
    if (expectation->under.length > 0)
        return text_equal(expectation->under, policy);
    return expectation->promise.length > 0 || text_is(policy, "reliable");
}

void expect_mark_reached(struct expect_memory *memory, const struct monitor *monitor, const struct fake *fake)
{
    const struct scenario_expectations *sometimes = &memory->scenario->expect.sometimes;
    for (size_t i = 0; i < sometimes->count; i++)
        if (!memory->reached[i] && sometimes->items[i].kind != SCENARIO_EXPECT_EXITS_WHILE)
            memory->reached[i] = expect_holds(memory, &sometimes->items[i], monitor, fake, NULL);
}
