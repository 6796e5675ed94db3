/* SPDX-License-Identifier: Apache-2.0 */
/* What a list shows of a container whose end is being handled. */
#include "handler/core/reconcile_private.h"

#include "handler/core/dispatch.h"
#include "handler/core/ending.h"
#include "handler/core/found.h"
#include "handler/core/look.h"
#include "handler/core/operation.h"
#include "handler/core/refine.h"
#include "handler/core/verify.h"
#include "handler/core/whose.h"

/* The end of the record's life is on its way into the store, or its task on its way out. A start that failed has ended
 * its record alone. */
static bool is_ending(const struct life *life, const struct container_record *record)
{
    bool is_recorded = container_record_state(record) == CONTAINER_EXITED;
    switch (life->stage) {
    case LIFE_DELETING:
        return is_recorded &&
               (container_record_task_pid(record) != 0 || !text_is(record->reason, OPERATION_START_FAILED_REASON));
    case LIFE_COUNTING:
    case LIFE_RECORDING: return !is_recorded;
    case LIFE_QUIET:
    case LIFE_VERIFYING:
    case LIFE_HELD: return false;
    }
    return false;
}

/* The record as it will be when that end is recorded. */
static struct container_record ended_record(const struct life *life, struct container_record record)
{
    if (container_record_state(&record) != CONTAINER_EXITED) {
        record.last_pid = life->ending.pid;
        record.pid = 0;
        record.finished = true;
        record.finished_at_ns = life->ending.finished_at_ns;
        record.exit_code = life->ending.exit_code;
        record.inferred = life->ending.inferred;
        record.delete_pending = true;
    }
    return record;
}

/* What has ended runs: the list is older than that, the server is behind what it has told, or the next life has the
 * pid.
 */
static bool runs_on(struct step *step, const struct pair *pair, arena_ref ref)
{
    bool runs = pair->entry.status == PROCESS_RUNNING || pair->entry.status == PROCESS_PAUSED;
    bool is_deleting = life_at(step->arena, ref)->stage == LIFE_DELETING;
    if (is_deleting && !reconcile_has_changed(step, pair->id))
        return reconcile_runs(step, pair);
    if (runs)
        look_mark(step, ref);
    else if (is_deleting && pair->entry.status == PROCESS_UNKNOWN)
        list_want(step);
    return false;
}

/* The list was asked for before this life began, and may show an earlier one with its pid. */
static bool is_told_better(const struct step *step, const struct pair *pair)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, pair->id);
    return marks->began > step->state->list.revision && !pair->record.inferred;
}

/* How it ended may have been made up. */
static bool tells_more(struct step *step, const struct pair *pair, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    if (pair->entry.status == PROCESS_STOPPED && pair->entry.tells_exit &&
        pair->entry.exit_status == (uint32_t)life->ending.exit_code)
        life->ending.is_shown = true;
    if (pair->entry.status != PROCESS_STOPPED)
        return runs_on(step, pair, ref);
    if (life->stage != LIFE_DELETING)
        return false;
    if (!is_told_better(step, pair))
        refine_by_answer(step, pair->id, &pair->entry);
    return true;
}

/* The task is of the life whose creation waits, or of one behind it. */
static void is_third(struct step *step, const struct pair *pair)
{
    uint64_t next = pair->record.incarnation + 1;
    if (!dispatch_confirm(step, pair->id, pair->entry.pid, next))
        (void)found_later_life(step, pair->id, &pair->entry, next + 1);
    else if (pair->entry.status == PROCESS_STOPPED && pair->entry.tells_exit)
        (void)found_later_end(step, pair->id, &pair->entry, next);
}

/* The task that has the id may be another life's by now, and is not to be deleted for this one. */
static bool is_replaced(struct step *step, const struct pair *pair, arena_ref ref)
{
    /* Its creation has been told, and waits. */
    if (dispatch_has_next_life(step, pair->id)) {
        if (reconcile_no_earlier(step, pair))
            is_third(step, pair);
        return false;
    }
    /* Which of them is the later one the next list shows, where the record has changed since this one was asked for. */
    if (!reconcile_no_earlier(step, pair))
        list_want(step);
    else if (!reconcile_another(step, pair))
        return false;
    if (life_at(step->arena, ref)->stage == LIFE_DELETING)
        ending_moot(step, ref);
    else
        life_at(step->arena, ref)->ending.moot = true;
    return true;
}

/* The record was taken away while its task was still to be deleted: what is there is found as if for the first time. */
static bool is_left_behind(struct step *step, const struct pair *pair, arena_ref ref)
{
    struct life *life = life_at(step->arena, ref);
    /* The end that is being written makes the record anew; whose task this is the next list tells. */
    if (life->stage == LIFE_RECORDING && pair->entry.pid != 0 && pair->entry.pid != life->ending.pid)
        life->ending.moot = true;
    if (life->stage != LIFE_DELETING || pair->entry.status == PROCESS_UNKNOWN ||
        !policy_has(step->state->policy, POLICY_LEARN_FROM_EVENTS) || !found_life(step, pair->id, &pair->entry))
        return false;
    ending_moot(step, ref);
    return true;
}

/* The list shows another task than the one that is asked for, which has ended. */
static bool answers(struct step *step, const struct pair *pair, arena_ref ref)
{
    if (pair->record.pid == 0 || pair->entry.pid == pair->record.pid || !reconcile_no_earlier(step, pair))
        return false;
    verify_replaced(step, ref, &pair->entry);
    return true;
}

bool reconcile_under_way(struct step *step, const struct pair *pair, arena_ref ref)
{
    bool tells_lives = policy_has(step->state->policy, POLICY_INCARNATIONS);
    struct life *life = life_at(step->arena, ref);
    struct container_record record;

    if (pair->has_entry && !pair->has_record)
        return is_left_behind(step, pair, ref);
    if (!pair->has_entry)
        reconcile_mark_unlisted(step, pair);
    if (!pair->has_entry || pair->entry.pid == 0)
        return false;
    if (!reconcile_has_changed(step, pair->id) && ending_shown(step, ref, &pair->entry))
        return true;
    if (life->stage == LIFE_VERIFYING)
        return tells_lives && answers(step, pair, ref);
    if (!is_ending(life, &pair->record))
        return false;
    record = ended_record(life, pair->record);
    if (tells_lives &&
        whose_task(step->state->policy, &record, &pair->entry, false, step->event->wall_ns) == WHOSE_NEXT)
        return is_replaced(step, pair, ref);
    return pair->entry.pid == container_record_task_pid(&record) && tells_more(step, pair, ref);
}
