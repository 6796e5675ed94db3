/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    (void)memory;
    if (moment->kind != MOMENT_END)
        return false;
    for (size_t i = 0; i < moment->ledger->count; i++) {
        const struct subject *subject = &moment->ledger->subjects[i];
        if (subject->owed) {
            (void)error_set(
                finding, 0,
                "an earlier life of container %.*s exited with %u and was followed by another before that was recorded",
                TEXT_ARGUMENTS(subject->id), subject->owed_status);
            return true;
        }
        if (ledger_settled(moment->ledger, subject))
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
