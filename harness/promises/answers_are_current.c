/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "harness/promises/promise.h"

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    const struct monitor_action *action = moment->handler_action;
    const struct subject *subject;
    (void)memory;
    if (!policy_has(moment->switches, POLICY_HOLD_OPERATIONS) || !policy_has(moment->switches, POLICY_RELIST) ||
        action->outcome.status != STATUS_OK || action->operation.kind != OPERATION_STATUS ||
        container_record_state(&action->record) != CONTAINER_RUNNING)
        return false;
    subject = ledger_find(moment->ledger, action->operation.container_id);
    if (subject == NULL || (moment->ledger->follows && (!subject->ended_before_stream || subject->said_to_run)))
        return false;
    (void)error_set(finding, 0, "the owner was told that container %.*s runs, %s", TEXT_ARGUMENTS(subject->id),
                    moment->ledger->follows ? "which had ended before this stream was opened"
                                            : "while nobody followed the events");
    return true;
}

const struct promise promise_answers_are_current = {
    "answers-are-current",
    "who lets operations wait until it has caught up tells nobody that a container runs which had ended before its stream was opened",
    see,
    AT(MOMENT_HANDLER_ACTION),
    AT(MONITOR_ANSWER),
    0};
