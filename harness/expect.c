/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/expect.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/time.h"
#include "harness/net.h"

static const char *state_word(enum scenario_state state)
{
    switch (state) {
    case SCENARIO_NO_TASK: return "none";
    case SCENARIO_CREATED: return "created";
    case SCENARIO_RUNNING: return "running";
    case SCENARIO_EXITED: return "exited";
    }
    return "";
}

static enum scenario_state state_of(const struct container_record *record)
{
    switch (container_record_state(record)) {
    case CONTAINER_CREATED: return SCENARIO_CREATED;
    case CONTAINER_RUNNING: return SCENARIO_RUNNING;
    case CONTAINER_EXITED: return SCENARIO_EXITED;
    case CONTAINER_UNKNOWN: break;
    }
    return SCENARIO_NO_TASK;
}

/* "state exited, code 3", as far as the file says. */
static void describe(const struct scenario_expectation *expected, char *buffer, size_t size)
{
    char time[TIME_TEXT_SIZE];
    int length = snprintf(buffer, size, "%s%s", expected->has_record ? "state " : "no record",
                          !expected->has_record ? ""
                          : expected->has_state ? state_word(expected->state)
                                                : "any");
    if (expected->has_code && length > 0 && (size_t)length < size)
        length += snprintf(buffer + length, size - (size_t)length, ", code %" PRId32, expected->code);
    if (expected->has_pid && length > 0 && (size_t)length < size)
        length += snprintf(buffer + length, size - (size_t)length, ", pid %" PRIu32, expected->pid);
    time_format_wall(expected->finished_at_ns, time);
    if (expected->has_finished_at && length > 0 && (size_t)length < size)
        (void)snprintf(buffer + length, size - (size_t)length, ", finished at %s", time);
}

static bool container_holds(const struct scenario_expectation *expected, const struct monitor *monitor,
                            struct error *finding)
{
    struct container_record record = {0};
    char time[TIME_TEXT_SIZE];
    bool known = monitor_record(monitor, expected->container, &record);
    enum scenario_state state = state_of(&record);

    if (known == expected->has_record &&
        (!known || ((!expected->has_state || state == expected->state) &&
                    (!expected->has_code || record.exit_code == expected->code) &&
                    (!expected->has_pid || record.pid == expected->pid) &&
                    (!expected->has_finished_at || record.finished_at_ns == expected->finished_at_ns))))
        return true;
    char expectation[128];
    describe(expected, expectation, sizeof expectation);
    time_format_wall(record.finished_at_ns, time);
    if (!known)
        (void)error_set(finding, 0, "container %.*s: expected %s; found no record", TEXT_ARGUMENTS(expected->container),
                        expectation);
    else
        (void)error_set(finding, 0,
                        "container %.*s: expected %s; found state %s, code %" PRId32 ", pid %" PRIu32
                        ", finished at %s",
                        TEXT_ARGUMENTS(expected->container), expectation, state_word(state), record.exit_code,
                        record.pid, record.finished_at_ns != 0 ? time : "no time");
    return false;
}

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

static size_t index_of(const struct expect_memory *memory, const struct scenario_expectation *expectation)
{
    return (size_t)(expectation - memory->scenario->expect.sometimes.items);
}

bool expect_holds(const struct expect_memory *memory, const struct scenario_expectation *expectation,
                  const struct monitor *monitor, const struct fake *fake, struct error *finding)
{
    switch (expectation->kind) {
    case SCENARIO_EXPECT_CONTAINER: return container_holds(expectation, monitor, finding);
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
