/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

/* Its end is recorded, and a Delete was asked for: one that is refused because the task lives is made good so. */
static bool is_ending(const struct subject *subject)
{
    return subject->known && subject->state == CONTAINER_EXITED && subject->delete_call_id != 0;
}

/* What is to be removed before it has run, or was to start and has not, is killed before it is deleted. */
static bool is_clean_up(const struct moment *moment, struct text id)
{
    const struct subject *subject = ledger_find(moment->ledger, id);
    struct fake_process process;
    bool has_task;
    if (subject == NULL || !(subject->start_asked || subject->leaving || subject->removes > 0 || is_ending(subject)))
        return false;
    /* As far as the handler was told it has not run. */
    if (subject->known && subject->state == CONTAINER_CREATED && (subject->leaving || subject->removes > 0))
        return true;
    return !fake_task(moment->fake, moment->ledger->name_space, id, &process, &has_task) || !has_task ||
           (process.status != FAKE_RUNNING && process.status != FAKE_PAUSED);
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    const struct monitor_action *action = moment->handler_action;
    (void)memory;
    if (action->kind != MONITOR_CALL || action->call != MONITOR_CALL_KILL ||
        owner_awaits_stop(moment->owner, action->container_id) || is_clean_up(moment, action->container_id))
        return false;
    (void)error_set(finding, 0, "signal %u was sent to container %.*s, though nobody waits for its stop",
                    action->signal, TEXT_ARGUMENTS(action->container_id));
    return true;
}

const struct promise promise_no_kill_after_abandon = {
    "no-kill-after-abandon",
    "a signal is sent for a stop that its owner waits for, or to what has not run and is to go, and for nothing else",
    see,
    AT(MOMENT_HANDLER_ACTION),
    AT(MONITOR_CALL),
    0};
