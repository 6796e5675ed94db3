/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

#include "base/status.h"

/* What the store has of it; NULL where it has nothing. */
static const struct container_record *stored(const struct store *store, struct text id)
{
    for (size_t i = 0; i < store->record_count; i++)
        if (text_equal(store->records[i].id, id))
            return &store->records[i];
    return NULL;
}

/* A record that is there again is on its way into it. */
static bool is_put(const struct store *store, struct text id)
{
    for (size_t i = 0; i < store->request_count; i++)
        if (store->requests[i].kind == SCENARIO_STORE_PUT && text_equal(store->requests[i].record.id, id))
            return true;
    return false;
}

/* What the answer says is not in the store: a crash would take it back. */
static bool is_taken_back(const struct moment *moment, struct text id)
{
    const struct container_record *record = stored(moment->store, id);
    switch (moment->handler_action->operation.kind) {
    case OPERATION_REMOVE: return record != NULL && !is_put(moment->store, id);
    case OPERATION_CREATE: return record == NULL;
    case OPERATION_START: return record == NULL || container_record_state(record) == CONTAINER_CREATED;
    case OPERATION_STOP:
    case OPERATION_STATUS: return false;
    }
    return false;
}

/* Who makes no failed write again may wait for one that never comes, and nobody writes what was taken away. */
static bool see_answer(const struct moment *moment, struct error *finding)
{
    const struct monitor_action *action = moment->handler_action;
    const struct container_record *record;
    struct text id = action->operation.container_id;
    const struct subject *subject = ledger_find(moment->ledger, id);
    if (action->outcome.status != STATUS_OK || !policy_has(moment->switches, POLICY_RETRY_WRITES) ||
        (subject != NULL && subject->disowned) || !is_taken_back(moment, id))
        return false;
    record = stored(moment->store, id);
    (void)error_set(
        finding, 0, "the owner of container %.*s was told that its %s is done; its record in the store says %s",
        TEXT_ARGUMENTS(id), operation_name(action->operation.kind),
        record != NULL ? container_state_name(container_record_state(record)) : "nothing, for there is none");
    return true;
}

static bool see_delete(const struct moment *moment, struct error *finding)
{
    const struct monitor_action *action = moment->handler_action;
    const struct container_record *record;
    const struct subject *subject;

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

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    const struct monitor_action *action = moment->handler_action;
    (void)memory;
    if (!policy_has(moment->switches, POLICY_JOURNAL) || moment->kind != MOMENT_HANDLER_ACTION)
        return false;
    if (action->kind == MONITOR_ANSWER)
        return see_answer(moment, finding);
    return action->kind == MONITOR_CALL && action->call == MONITOR_CALL_DELETE && see_delete(moment, finding);
}

const struct promise promise_journal_first = {
    "journal-first",
    "who keeps a journal asks for the Delete of a task that has exited only when its exit is in the store, and tells "
    "that a container is made, started or removed only when the store says so too",
    see,
    AT(MOMENT_HANDLER_ACTION),
    AT(MONITOR_CALL) | AT(MONITOR_ANSWER),
    0};
