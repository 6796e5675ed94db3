/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"
#include "handler/core/times.h"
#include "harness/promises/promise.h"

/* What it has found in its store is not its doing. */
static bool is_old(const struct store *store, const struct container_record *record)
{
    for (size_t i = 0; i < store->record_count; i++)
        if (text_equal(store->records[i].id, record->id))
            return store->records[i].finished_at_ns == record->finished_at_ns;
    return false;
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    const struct container_record *record = &moment->handler_action->record;
    (void)memory;
    int64_t wall_ns = moment->handler_event->wall_ns;
    const struct subject *subject = ledger_find(moment->ledger, record->id);
    bool is_early = record->finished_at_ns < record->started_at_ns;
    if (!policy_has(moment->switches, POLICY_GUARD_TIMESTAMPS) || !record->finished || subject == NULL ||
        is_old(moment->store, record) ||
        (!is_early &&
         (moment->ledger->clock_jumped || record->finished_at_ns <= time_add(wall_ns, TIMES_AHEAD_MAX_NS))))
        return false;
    (void)error_set(finding, 0, "the record of container %.*s says that it has ended %s", TEXT_ARGUMENTS(record->id),
                    is_early ? "before it started" : "in the future");
    return true;
}

const struct promise promise_times_in_order = {
    "times-in-order",
    "who guards times records no end before its start, and none in the future",
    see,
    AT(MOMENT_HANDLER_ACTION),
    AT(MONITOR_PUT),
    0};
