/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/net.h"
#include "harness/promises/promise.h"

/* The handler knows the container, its process has ended, and its task is still there. */
static bool is_left(const struct moment *moment, const struct subject *subject)
{
    struct fake_process process;
    bool has_task;
    bool is_taken_for_the_last = subject->indistinct || (subject->same_pid && !subject->aware);
    if (!subject->known || subject->disowned || subject->refused || subject->orphaned ||
        fake_is_orphan(moment->fake, moment->ledger->name_space, subject->id) ||
        !fake_task(moment->fake, moment->ledger->name_space, subject->id, &process, &has_task) || !has_task)
        return false;
    /* A start that failed has ended its record. */
    return process.status == FAKE_STOPPED ? subject->exited && !is_taken_for_the_last
                                          : process.status == FAKE_CREATED && subject->state == CONTAINER_EXITED;
}

/* The mark of a Delete that is to come stays when there is nothing to delete any more. */
static bool is_pending_still(const struct moment *moment, const struct subject *subject)
{
    struct fake_process process;
    struct container_record record;
    bool has_task = false;
    return moment->ledger->runs && monitor_record(moment->monitor, subject->id, &record) && record.delete_pending &&
           !(fake_task(moment->fake, moment->ledger->name_space, subject->id, &process, &has_task) && has_task);
}

/* Nobody has cleaned up behind its shim: what has to wait for that waits. */
static bool is_stuck(const struct moment *moment, struct text id)
{
    const struct subject *subject = ledger_find(moment->ledger, id);
    struct fake_process process;
    bool has_task = false;
    return subject != NULL && subject->shim_is_dead &&
           fake_task(moment->fake, moment->ledger->name_space, id, &process, &has_task) && has_task;
}

/* What its owner has asked for and waits for. */
static const struct owner_request *unanswered(const struct moment *moment)
{
    const struct owner *owner = moment->owner;
    for (size_t i = 0; owner != NULL && i < owner->count; i++) {
        const struct owner_request *one = &owner->requests[i];
        if (!one->answered && !one->abandoned && !one->lost && !is_stuck(moment, one->step->container))
            return one;
    }
    return NULL;
}

/* What the server has of it at last, and what the handler makes of that: a task that is there is known for what it is,
 * and what is not there does not run. */
static bool is_mistaken(const struct moment *moment, const struct subject *subject)
{
    struct fake_process process = {.status = FAKE_STOPPED};
    bool has_task = false;
    bool is_there = fake_task(moment->fake, moment->ledger->name_space, subject->id, &process, &has_task) && has_task;
    if (!moment->ledger->learns || !moment->ledger->runs || subject->disowned || subject->orphaned)
        return false;
    if (!is_there)
        return subject->known && subject->state == CONTAINER_RUNNING;
    switch (process.status) {
    case FAKE_CREATED: return !subject->known || subject->state == CONTAINER_RUNNING;
    case FAKE_RUNNING:
    case FAKE_PAUSED: return !subject->known || subject->state != CONTAINER_RUNNING;
    case FAKE_STOPPED: return !subject->known || subject->state != CONTAINER_EXITED;
    case FAKE_UNKNOWN: break; /* it says nothing itself */
    }
    return false;
}

static bool see(struct promise_memory *memory, const struct moment *moment, struct error *finding)
{
    (void)memory;
    /* A stream that the server has forgotten without a word is missed by nobody before something is. */
    if (moment->ledger->runs && fake_subscription_count_below(moment->fake, NET_CLIENT_FIRST) == 0 &&
        !monitor_subscribed(moment->monitor)) {
        (void)error_set(finding, 0, "nobody follows the events");
        return true;
    }
    const struct owner_request *request = unanswered(moment);
    if (request != NULL && moment->ledger->runs) {
        (void)error_set(finding, 0, "what was asked for container %.*s in line %zu is not answered",
                        TEXT_ARGUMENTS(request->step->container), request->step->place.line);
        return true;
    }
    for (size_t i = 0; i < moment->ledger->count; i++) {
        const struct subject *subject = &moment->ledger->subjects[i];
        if (subject->owed || (!ledger_settled(moment->ledger, subject) && !promise_cannot_reach(moment, subject))) {
            (void)error_set(finding, 0, "the exit of container %.*s with %u is not recorded",
                            TEXT_ARGUMENTS(subject->id), subject->owed ? subject->owed_status : subject->exit_status);
            return true;
        }
        if (is_mistaken(moment, subject)) {
            (void)error_set(finding, 0, "the record of container %.*s says %s, which is not so",
                            TEXT_ARGUMENTS(subject->id),
                            subject->known ? container_state_name(subject->state) : "nothing, for there is none");
            return true;
        }
        if (subject->exited && subject->known && !subject->stored && !subject->disowned) {
            (void)error_set(finding, 0, "the exit of container %.*s is recorded and not in the store",
                            TEXT_ARGUMENTS(subject->id));
            return true;
        }
        if (is_pending_still(moment, subject)) {
            (void)error_set(finding, 0,
                            "the task of container %.*s is gone, and its record says that it is to be deleted",
                            TEXT_ARGUMENTS(subject->id));
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
    "60 s after the last fault somebody follows the events, every exit is recorded and in the store, every task that is there is "
    "known for what it is, and the task of every container that the handler knows and that has ended is deleted",
    see,
    AT(MOMENT_SETTLED),
    0,
    0};
