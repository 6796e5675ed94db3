/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

/* A start was asked for that came to nothing: its process is there and has never run. */
static bool start_failed(const struct moment *moment, const struct subject *subject)
{
    struct fake_process process;
    bool has_task;
    return subject->start_asked &&
           fake_task(moment->fake, moment->ledger->name_space, subject->id, &process, &has_task) && has_task &&
           process.status == FAKE_CREATED;
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    (void)memory;
    for (size_t i = 0; i < moment->ledger->count; i++) {
        const struct subject *subject = &moment->ledger->subjects[i];
        if (!subject->became_exited || ledger_is_echo(subject, subject->exit_code) || subject->exited ||
            subject->lives == 0 || start_failed(moment, subject))
            continue;
        (void)error_set(finding, 0, "the record of container %.*s says EXITED, code %d, but its init process lives",
                        TEXT_ARGUMENTS(subject->id), subject->exit_code);
        return true;
    }
    return false;
}

const struct promise promise_non_init_changes_nothing = {
    "non-init-changes-nothing",
    "a record becomes EXITED only after the container's init process has exited, or where a start has failed",
    see,
    AT(MOMENT_HANDLER_STEPPED),
    0,
    0};
