/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    struct fake_process process;
    bool has_task;
    const struct fake_request *request;
    const struct subject *subject;

    (void)memory;
    if (moment->fake_event->kind != FAKE_REQUEST)
        return false;
    request = &moment->fake_event->request;
    if (request->method != FAKE_TASKS_DELETE ||
        !fake_task(moment->fake, request->name_space, request->container_id, &process, &has_task) || !has_task ||
        process.status == FAKE_STOPPED)
        return false;
    subject = ledger_find(moment->ledger, request->container_id);
    /* It has never run, and its owner has it removed, or all that could be done before its Delete was. */
    if (subject != NULL && process.status == FAKE_CREATED && (subject->left || subject->kills >= MONITOR_KILLS_MAX))
        return false;
    if (subject != NULL && (subject->unforeseen || (subject->known && ledger_is_echo(subject, subject->exit_code))))
        return false;
    (void)error_set(finding, 0, "Tasks.Delete was asked for container %.*s, whose init process (pid %u) lives",
                    TEXT_ARGUMENTS(request->container_id), process.pid);
    return true;
}

const struct promise promise_no_delete_of_a_live_task = {
    "no-delete-of-a-live-task",
    "Delete is never asked for a task whose init process lives, as far as the handler could know",
    see,
    AT(MOMENT_FAKE_EVENT),
    0,
    0};
