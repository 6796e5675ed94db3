/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "harness/promises/promise.h"

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    const struct monitor_action *action = moment->handler_action;
    const struct subject *subject;
    char found[TIME_TEXT_SIZE];
    char before[TIME_TEXT_SIZE];
    (void)memory;
    if (!policy_has(moment->switches, POLICY_RETRY_DELETES) || action->call != MONITOR_CALL_DELETE)
        return false;
    subject = ledger_find(moment->ledger, action->container_id);
    if (subject == NULL || subject->hurried_wait_ns == 0)
        return false;
    time_format_duration(subject->delete_wait_ns, found);
    time_format_duration(subject->hurried_wait_ns, before);
    (void)error_set(finding, 0,
                    "Tasks.Delete was asked for container %.*s again after %s, and after %s the time before",
                    TEXT_ARGUMENTS(action->container_id), found, before);
    return true;
}

const struct promise promise_retries_double = {
    "retries-double",
    "each time that a Delete fails in a row it is asked for again after twice the time, up to 30 s",
    see,
    AT(MOMENT_HANDLER_ACTION),
    AT(MONITOR_CALL),
    0};
