/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    (void)memory;
    for (size_t i = 0; i < moment->ledger->count; i++) {
        const struct subject *subject = &moment->ledger->subjects[i];
        if (!subject->became_gone)
            continue;
        (void)error_set(finding, 0, "the record of container %.*s is gone, and its owner has not had it removed",
                        TEXT_ARGUMENTS(subject->id));
        return true;
    }
    return false;
}

const struct promise promise_records_stay = {
    "records-stay",
    "a record stays until its owner takes it away or has the container removed",
    see,
    AT(MOMENT_HANDLER_STEPPED),
    0,
    0};
