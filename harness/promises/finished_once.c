/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    (void)memory;
    for (size_t i = 0; i < moment->ledger->count; i++) {
        const struct subject *subject = &moment->ledger->subjects[i];
        /* A new task under the same id begins a new record. */
        bool is_excused = subject->misled || (subject->same_pid && !subject->finished_aware) || subject->twin ||
                          subject->lives != subject->finished_life ||
                          ledger_is_late_life(subject, (int32_t)subject->last_status);
        if (!subject->became_other || (is_excused && !subject->rewritten))
            continue;
        (void)error_set(finding, 0, "the record of container %.*s was finished and has changed to %s, code %d",
                        TEXT_ARGUMENTS(subject->id), container_state_name(subject->state), subject->exit_code);
        return true;
    }
    return false;
}

const struct promise promise_finished_once = {
    "finished-once",
    "a finish is recorded once for each life of a container and then stays as it is, but a real one may replace an inferred one",
    see,
    AT(MOMENT_HANDLER_STEPPED),
    0,
    0};
