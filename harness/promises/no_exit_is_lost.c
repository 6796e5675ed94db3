/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

/* A container whose record the handler never had is nobody's loss: its owner did not ask for it. */
static bool lost(const struct subject *subject)
{
    return subject->exited && subject->known &&
           (subject->state != CONTAINER_EXITED ||
            (!subject->finished_before && subject->exit_code != (int32_t)subject->exit_status));
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    (void)memory;
    if (moment->kind != MOMENT_END)
        return false;
    for (size_t i = 0; i < moment->ledger->count; i++) {
        const struct subject *subject = &moment->ledger->subjects[i];
        if (!lost(subject))
            continue;
        (void)error_set(finding, 0, "container %.*s exited with %u; its record says %s, code %d",
                        TEXT_ARGUMENTS(subject->id), subject->exit_status, container_state_name(subject->state),
                        subject->exit_code);
        return true;
    }
    return false;
}

const struct promise promise_no_exit_is_lost = {
    "no-exit-is-lost", "in the end the record of every container whose init process has exited says so, with its code",
    see};
