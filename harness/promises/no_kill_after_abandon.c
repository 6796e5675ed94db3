/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

/* What was asked last of that container that may send signals; NULL where nothing was. */
static const struct owner_request *last_of(const struct owner *owner, struct text id)
{
    for (size_t i = owner->count; i > 0; i--) {
        const struct owner_request *one = &owner->requests[i - 1];
        if (text_equal(one->step->container, id) && one->step->ask.operation != SCENARIO_OPERATION_STATUS)
            return one;
    }
    return NULL;
}

/* Another stop of it was asked for before, and somebody waits for that. */
static bool is_waited_for(const struct owner *owner, struct text id)
{
    for (size_t i = 0; i < owner->count; i++) {
        const struct owner_request *one = &owner->requests[i];
        if (text_equal(one->step->container, id) && one->step->ask.operation == SCENARIO_OPERATION_STOP &&
            !one->answered && !one->abandoned && !one->lost)
            return true;
    }
    return false;
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    const struct owner_request *last;
    (void)memory;
    if (moment->handler_action->kind != MONITOR_CALL || moment->handler_action->call != MONITOR_CALL_KILL)
        return false;
    last = last_of(moment->owner, moment->handler_action->container_id);
    if (last == NULL || last->step->ask.operation != SCENARIO_OPERATION_STOP ||
        is_waited_for(moment->owner, moment->handler_action->container_id))
        return false;
    (void)error_set(finding, 0,
                    "signal %u was sent to container %.*s, though its owner did not wait for the stop any more",
                    moment->handler_action->signal, TEXT_ARGUMENTS(moment->handler_action->container_id));
    return true;
}

const struct promise promise_no_kill_after_abandon = {
    "no-kill-after-abandon",
    "once the owner does not wait for a stop any more, because it was answered or given up, no further signal is sent for it",
    see, AT(MOMENT_HANDLER_ACTION), AT(MONITOR_CALL)};
