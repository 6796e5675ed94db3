/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

static void describe(const struct subject *subject, struct error *finding)
{
    if (subject->owed)
        (void)error_set(
            finding, 0,
            "an earlier life of container %.*s exited with %u and was followed by another before that was recorded",
            TEXT_ARGUMENTS(subject->id), subject->owed_status);
    else if (!subject->known && subject->stored)
        (void)error_set(finding, 0, "container %.*s exited with %u; its record in the store says %s, code %d",
                        TEXT_ARGUMENTS(subject->id), subject->exit_status,
                        subject->stored_exited ? "EXITED" : "that it has not", subject->stored_code);
    else
        (void)error_set(
            finding, 0, "container %.*s exited with %u; its record says %s, code %d%s", TEXT_ARGUMENTS(subject->id),
            subject->exit_status, subject->known ? container_state_name(subject->state) : "nothing, for there is none",
            subject->exit_code, subject->inferred ? ", which is inferred though the real one was told" : "");
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    struct error others = {""};
    size_t lost = 0;
    (void)memory;
    for (size_t i = 0; i < moment->ledger->count; i++) {
        const struct subject *subject = &moment->ledger->subjects[i];
        if (!subject->owed && (ledger_settled(moment->ledger, subject) || promise_cannot_reach(moment, subject)))
            continue;
        if (lost++ == 0)
            describe(subject, finding);
        else
            error_prefix(&others, ", %.*s", TEXT_ARGUMENTS(subject->id));
    }
    if (lost > 1) {
        struct error first = *finding;
        (void)error_set(finding, 0, "%.400s; lost as well: %.90s", first.text, others.text + 2);
    }
    return lost > 0;
}

const struct promise promise_no_exit_is_lost = {
    "no-exit-is-lost",
    "in the end the record of every container whose init process has exited says so, with its code; an inferred "
    "one will do where the handler was never told the real one",
    see,
    AT(MOMENT_END),
    0,
    0};
