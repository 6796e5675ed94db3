/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    (void)memory;
    if (moment->kind != MOMENT_HANDLER_STEPPED)
        return false;
    for (size_t i = 0; i < moment->ledger->count; i++) {
        const struct subject *subject = &moment->ledger->subjects[i];
        if (!subject->became_exited || subject->exited || subject->lives == 0)
            continue;
        (void)error_set(finding, 0, "the record of container %.*s says EXITED, code %d, but its init process lives",
                        TEXT_ARGUMENTS(subject->id), subject->exit_code);
        return true;
    }
    return false;
}

const struct promise promise_non_init_changes_nothing = {
    "non-init-changes-nothing", "a record becomes EXITED only after the container's init process has exited", see};
