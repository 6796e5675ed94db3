/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/promises/promise.h"

static bool says_oom(const struct container_record *record)
{
    return text_is(record->reason, "OOMKilled");
}

/* The record of an earlier life is written again, with what that life's end was when it was recorded. */
static bool is_said_already(const struct subject *subject, const struct container_record *record)
{
    return subject->known && subject->says_oom && subject->state == CONTAINER_EXITED &&
           record->incarnation == subject->incarnation;
}

/* A made-up reason. */
static bool see_put(const struct moment *moment, struct error *finding)
{
    const struct container_record *record = &moment->handler_action->record;
    const struct subject *subject = ledger_find(moment->ledger, record->id);
    bool is_of_this = subject != NULL && !subject->same_pid && record->last_pid == subject->pid;
    if (subject == NULL || !says_oom(record) || subject->oom_told || (subject->last_oom_told && !is_of_this) ||
        is_said_already(subject, record))
        return false;
    (void)error_set(finding, 0, "the record of container %.*s says OOMKilled, of which nobody has told",
                    TEXT_ARGUMENTS(record->id));
    return true;
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    (void)memory;
    if (!policy_has(moment->switches, POLICY_OOM))
        return false;
    if (moment->kind == MOMENT_HANDLER_ACTION)
        return see_put(moment, finding);
    for (size_t i = 0; i < moment->ledger->count; i++) {
        const struct subject *subject = &moment->ledger->subjects[i];
        struct container_record record;
        if (!subject->oom_due || !subject->known || subject->finished_life != subject->lives || subject->inferred ||
            subject->exit_code != (int32_t)TASK_STATUS_KILLED ||
            !monitor_record(moment->monitor, subject->id, &record) || says_oom(&record))
            continue;
        (void)error_set(finding, 0, "container %.*s was killed for want of memory, and its record says \"%.*s\"",
                        TEXT_ARGUMENTS(subject->id), TEXT_ARGUMENTS(record.reason));
        return true;
    }
    return false;
}

const struct promise promise_oom_is_told = {
    "oom-is-told",
    "who tells reasons says OOMKilled of a container that was killed where that was told of this life or counted, and nowhere else",
    see,
    AT(MOMENT_HANDLER_ACTION) | AT(MOMENT_END),
    AT(MONITOR_PUT),
    0};
