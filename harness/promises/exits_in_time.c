/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "harness/promises/promise.h"

/* Who lets others be held up, or reads no further, is known for it. */
static bool is_judged(policy_switches switches)
{
    return policy_has(switches, POLICY_JOURNAL) && policy_has(switches, POLICY_ASYNCHRONOUS) &&
           policy_has(switches, POLICY_MOVE_ON_GOAWAY);
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    (void)memory;
    if (moment->now_ns <= moment->ledger->due_ns || !is_judged(moment->switches))
        return false;
    for (size_t i = 0; i < moment->ledger->count; i++) {
        const struct subject *subject = &moment->ledger->subjects[i];
        if (moment->now_ns <= subject->exit_due_ns)
            continue;
        (void)error_set(finding, 0,
                        "the exit of container %.*s was told long ago, and the store was not asked to keep it",
                        TEXT_ARGUMENTS(subject->id));
        return true;
    }
    return false;
}

const struct promise promise_exits_in_time = {
    "exits-in-time",
    "an exit that is told of a container that runs is on its way into the store within 3 s, whatever goes on elsewhere",
    see,
    AT(MOMENT_HANDLER_EVENT),
    0,
    0};
