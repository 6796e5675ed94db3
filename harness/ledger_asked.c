/* SPDX-License-Identifier: Apache-2.0 */
/* What the handler asks for and answers. */
#include "base/status.h"
#include "harness/ledger.h"

enum { SIGNAL_KILL = 9 };

/* What its owner waits for no longer may go on; whatever else it is told, nothing more comes of it. */
void ledger_answered(struct ledger *ledger, const struct monitor_action *action)
{
    struct subject *subject = ledger_find(ledger, action->operation.container_id);
    bool is_done = action->outcome.status == STATUS_OK;
    if (subject == NULL || action->outcome.status == STATUS_DEADLINE_EXCEEDED)
        return;
    ledger->is_stale = true;
    if (action->operation.kind == OPERATION_REMOVE) {
        subject->removes -= subject->removes > 0;
        subject->removing = is_done;
        subject->oom_due = subject->oom_due && !is_done; /* it goes with the record */
        subject->leaving = subject->leaving && is_done;
    } else if (action->operation.kind == OPERATION_START) {
        subject->starts -= subject->starts > 0;
    }
}

void ledger_requested(struct ledger *ledger, const struct fake_request *request)
{
    struct subject *subject = ledger_find(ledger, request->container_id);
    if (subject != NULL && request->method == FAKE_TASKS_DELETE && subject->exited)
        subject->deleted = true;
}

/* A Delete names no pid: one that is under way when the next task comes hits that one, and nobody can help it. */
static bool is_unforeseen(const struct subject *subject)
{
    return subject->exited || subject->given_up ||
           (subject->lives > 1 && !subject->aware && !subject->met && !subject->begun_told);
}

void ledger_asked(struct ledger *ledger, const struct monitor_action *action)
{
    struct subject *subject;
    if (action->kind == MONITOR_OPEN_STREAM)
        ledger->connection_id = action->connection_id;
    if (action->kind != MONITOR_CALL) {
        ledger->list_call_id = 0;
        return;
    }
    if (action->call == MONITOR_CALL_LIST)
        ledger->list_call_id = action->call_id;
    subject = ledger_find(ledger, action->container_id);
    if (subject != NULL && action->call == MONITOR_CALL_KILL && action->signal == SIGNAL_KILL)
        subject->kills += subject->kills < MONITOR_KILLS_MAX;
    if (subject != NULL)
        ledger_reach_asked(subject, action);
    if (subject != NULL && action->call == MONITOR_CALL_START)
        subject->start_asked = true;
    if (subject == NULL || action->call != MONITOR_CALL_DELETE)
        return;
    subject->unforeseen = is_unforeseen(subject);
    subject->left = subject->leaving || subject->removes > 0;
    subject->told_when_asked = subject->told;
    subject->delete_call_id = action->call_id;
}
