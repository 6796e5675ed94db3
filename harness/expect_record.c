/* SPDX-License-Identifier: Apache-2.0 */
/* What a record of the handler is expected to say. */
#include <inttypes.h>

#include "base/buffer.h"
#include "base/time.h"
#include "harness/expect.h"

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
static void describe_expected(const struct scenario_expectation *expected, struct buffer *out)
{
    char time[TIME_TEXT_SIZE];
    if (!expected->has_record) {
        (void)buffer_printf(out, "no record");
        return;
    }
    (void)buffer_printf(out, "state %s", expected->has_state ? state_word(expected->state) : "any");
    if (expected->has_code)
        (void)buffer_printf(out, ", code %" PRId32, expected->code);
    if (expected->has_pid)
        (void)buffer_printf(out, ", pid %" PRIu32, expected->pid);
    time_format_wall(expected->finished_at_ns, time);
    if (expected->has_finished_at)
        (void)buffer_printf(out, ", finished at %s", time);
    if (expected->has_reason)
        (void)buffer_printf(out, ", reason \"%.*s\"", TEXT_ARGUMENTS(expected->reason));
    if (expected->has_inferred)
        (void)buffer_printf(out, expected->inferred ? ", inferred" : ", not inferred");
    if (expected->has_delete_pending)
        (void)buffer_printf(out, expected->delete_pending ? ", delete pending" : ", no delete pending");
}

/* The rest is told only where the file asks for it. */
static void describe_found(const struct scenario_expectation *expected, const struct container_record *record,
                           struct buffer *out)
{
    char time[TIME_TEXT_SIZE];
    time_format_wall(record->finished_at_ns, time);
    (void)buffer_printf(out, "state %s, code %" PRId32 ", pid %" PRIu32 ", finished at %s",
                        state_word(state_of(record)), record->exit_code, record->pid,
                        record->finished_at_ns != 0 ? time : "no time");
    if (expected->has_reason)
        (void)buffer_printf(out, ", reason \"%.*s\"", TEXT_ARGUMENTS(record->reason));
    if (expected->has_inferred)
        (void)buffer_printf(out, record->inferred ? ", inferred" : ", not inferred");
    if (expected->has_delete_pending)
        (void)buffer_printf(out, record->delete_pending ? ", delete pending" : ", no delete pending");
}

static bool says_so(const struct scenario_expectation *expected, const struct container_record *record)
{
    return (!expected->has_state || state_of(record) == expected->state) &&
           (!expected->has_code || record->exit_code == expected->code) &&
           (!expected->has_pid || record->pid == expected->pid) &&
           (!expected->has_finished_at || record->finished_at_ns == expected->finished_at_ns) &&
           (!expected->has_reason || text_equal(record->reason, expected->reason)) &&
           (!expected->has_inferred || record->inferred == expected->inferred) &&
           (!expected->has_delete_pending || record->delete_pending == expected->delete_pending);
}

bool expect_record_holds(const struct scenario_expectation *expected, const struct monitor *monitor,
                         struct error *finding)
{
    struct buffer wanted = BUFFER_INIT;
    struct buffer found = BUFFER_INIT;
    struct container_record record = {0};
    bool known = monitor_record(monitor, expected->container, &record);

    if (known == expected->has_record && (!known || says_so(expected, &record)))
        return true;
    if (finding == NULL)
        return false;
    describe_expected(expected, &wanted);
    if (known)
        describe_found(expected, &record, &found);
    else
        (void)buffer_printf(&found, "no record");
    (void)error_set(finding, 0, "container %.*s: expected %.*s; found %.*s", TEXT_ARGUMENTS(expected->container),
                    TEXT_ARGUMENTS(buffer_text(&wanted)), TEXT_ARGUMENTS(buffer_text(&found)));
    buffer_release(&wanted);
    buffer_release(&found);
    return false;
}
