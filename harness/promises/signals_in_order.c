/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

enum { SIGNAL_KILL = 9, SIGNAL_TERMINATE = 15 };

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    const struct monitor_action *action = moment->handler_action;
    const struct subject *subject;
    struct fake_process process;
    bool has_task;
    (void)memory;
    if (!policy_has(moment->switches, POLICY_STOP_ONCE) || action->call != MONITOR_CALL_KILL)
        return false;
    subject = ledger_find(moment->ledger, action->container_id);
    if (subject == NULL || !subject->aware)
        return false;
    if (action->signal == SIGNAL_TERMINATE && subject->asked_twice)
        return error_set(finding, 1, "container %.*s was asked to end twice", TEXT_ARGUMENTS(subject->id)) != 0;
    if (action->signal != SIGNAL_KILL || subject->end_asked || subject->exited ||
        !fake_task(moment->fake, moment->ledger->name_space, subject->id, &process, &has_task) || !has_task ||
        process.status != FAKE_RUNNING || !owner_awaits_stop(moment->owner, subject->id))
        return false;
    (void)error_set(finding, 0, "container %.*s was killed, and not asked to end before", TEXT_ARGUMENTS(subject->id));
    return true;
}

const struct promise promise_signals_in_order = {
    "signals-in-order",
    "who stops a container asks its process to end once, and kills it only after that",
    see,
    AT(MOMENT_HANDLER_ACTION),
    AT(MONITOR_CALL),
    0};
