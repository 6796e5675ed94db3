/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

/* What the store has of it; NULL where it has nothing. */
static const struct container_record *stored(const struct store *store, struct text id)
{
    for (size_t i = 0; i < store->record_count; i++)
        if (text_equal(store->records[i].id, id))
            return &store->records[i];
    return NULL;
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    const struct monitor_action *action = moment->handler_action;
    const struct container_record *record;
    const struct subject *subject;

    (void)memory;
    if (!policy_has(moment->switches, POLICY_JOURNAL) || moment->kind != MOMENT_HANDLER_ACTION ||
        action->kind != MONITOR_CALL || action->call != MONITOR_CALL_DELETE)
        return false;
    subject = ledger_find(moment->ledger, action->container_id);
    record = stored(moment->store, action->container_id);
    if (subject == NULL || !subject->exited)
        return false;
    if (record == NULL ? subject->disowned || (subject->left && subject->state == CONTAINER_CREATED)
                       : container_record_state(record) == CONTAINER_EXITED ||
                             (subject->left && !subject->told && container_record_state(record) == CONTAINER_CREATED))
        return false;
    (void)error_set(
        finding, 0, "Tasks.Delete was asked for container %.*s, which exited with %u; its record in the store says %s",
        TEXT_ARGUMENTS(action->container_id), subject->exit_status,
        record != NULL ? container_state_name(container_record_state(record)) : "nothing, for there is none");
    return true;
}

const struct promise promise_journal_first = {
    "journal-first",
    "who keeps a journal asks for the Delete of a task that has exited only when its exit is in the store",
    see,
    AT(MOMENT_HANDLER_ACTION),
    AT(MONITOR_CALL),
    0};
