/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

/* The handler knows the container, its process has ended, and its task is still there. */
static bool is_left(const struct moment *moment, const struct subject *subject)
{
    struct fake_process process;
    bool has_task;
    bool is_taken_for_the_last = subject->indistinct || (subject->same_pid && !subject->aware);
    return subject->exited && subject->known && !subject->disowned && !subject->refused && !subject->orphaned &&
           !is_taken_for_the_last &&
           fake_task(moment->fake, moment->ledger->name_space, subject->id, &process, &has_task) && has_task &&
           process.status == FAKE_STOPPED;
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    (void)memory;
    for (size_t i = 0; i < moment->ledger->count; i++) {
        const struct subject *subject = &moment->ledger->subjects[i];
        if (subject->owed || !ledger_settled(moment->ledger, subject)) {
            (void)error_set(finding, 0, "the exit of container %.*s with %u is not recorded",
                            TEXT_ARGUMENTS(subject->id), subject->owed ? subject->last_status : subject->exit_status);
            return true;
        }
        if (is_left(moment, subject)) {
            (void)error_set(finding, 0, "the task of container %.*s has ended and is not deleted",
                            TEXT_ARGUMENTS(subject->id));
            return true;
        }
    }
    return false;
}

const struct promise promise_everything_settles = {
    "everything-settles",
    "60 s after the last fault every exit is recorded, and the task of every container that the handler knows and that "
    "has ended is deleted",
    see, AT(MOMENT_SETTLED), 0};
