/* SPDX-License-Identifier: Apache-2.0 */
/* What a list shows of a container whose end is being handled. */
#include "handler/core/reconcile_private.h"

#include "handler/core/dispatch.h"
#include "handler/core/ending.h"
#include "handler/core/found.h"
#include "handler/core/operation.h"
#include "handler/core/refine.h"
#include "handler/core/whose.h"

/* Of which process the end is under way; 0 where none is, or it is not known. */
static uint32_t pid_under_way(const struct life *life, const struct container_record *record)
{
    bool is_recorded = container_record_state(record) == CONTAINER_EXITED;
    switch (life->stage) {
    case LIFE_DELETING: return is_recorded ? container_record_task_pid(record) : 0;
    case LIFE_COUNTING:
    case LIFE_RECORDING: return is_recorded ? 0 : record->pid;
    case LIFE_QUIET:
    case LIFE_VERIFYING:
    case LIFE_HELD: return 0;
    }
    return 0;
}

/* The entry has the pid of the life that ends, and is the next one's: whose it will be when that end is recorded. */
static bool has_same_pid_again(const struct step *step, const struct pair *pair, const struct life *life)
{
    struct container_record record = pair->record;
    if (container_record_state(&record) != CONTAINER_EXITED) {
        record.last_pid = record.pid;
        record.pid = 0;
        record.finished = true;
        record.finished_at_ns = life->ending.finished_at_ns;
        record.exit_code = life->ending.exit_code;
        record.inferred = life->ending.inferred;
        record.delete_pending = true;
    }
    return whose_task(step->state->policy, &record, &pair->entry, false, step->event->wall_ns) == WHOSE_NEXT;
}

static bool runs_on(struct step *step, const struct pair *pair)
{
    bool has_changed = reconcile_has_changed(step, pair->id);
    if (has_changed && pair->entry.status != PROCESS_CREATED)
        list_want(step);
    return reconcile_runs(step, pair);
}

/* The list was asked for before this life began, and may show an earlier one with its pid. */
static bool is_told_better(const struct step *step, const struct pair *pair)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, pair->id);
    return marks->began > step->state->list.revision && !pair->record.inferred;
}

/* How it ended may have been made up. */
static bool tells_more(struct step *step, const struct pair *pair, struct life *life)
{
    if (pair->entry.status == PROCESS_STOPPED && pair->entry.tells_exit &&
        pair->entry.exit_status == (uint32_t)life->ending.exit_code)
        life->ending.is_shown = true;
    if (life->stage != LIFE_DELETING)
        return false;
    if (pair->entry.status != PROCESS_STOPPED)
        return runs_on(step, pair);
    if (!is_told_better(step, pair))
        refine_by_answer(step, pair->id, &pair->entry);
    return true;
}

/* The task that has the id may be another life's by now, and is not to be deleted for this one. */
static bool is_replaced(struct step *step, const struct pair *pair, arena_ref ref)
{
    /* Its creation has been told, and waits. */
    if (dispatch_has_next_life(step, pair->id)) {
        if (reconcile_no_earlier(step, pair) &&
            !dispatch_confirm(step, pair->id, pair->entry.pid, pair->record.incarnation + 1))
            (void)found_later_life(step, pair->id, &pair->entry, pair->record.incarnation + 2);
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

/* Nobody knows what pid the one had whose task is to be deleted, but it had ended. A start that failed has ended its
 * record alone. */
static bool is_behind_end(const struct step *step, const struct pair *pair, const struct life *life)
{
    return life->stage == LIFE_DELETING && pair->record.pid == 0 &&
           container_record_state(&pair->record) == CONTAINER_EXITED &&
           !text_is(pair->record.reason, OPERATION_START_FAILED_REASON) &&
           whose_task(step->state->policy, &pair->record, &pair->entry, false, step->event->wall_ns) == WHOSE_NEXT;
}

bool reconcile_under_way(struct step *step, const struct pair *pair, arena_ref ref)
{
    bool tells_lives = policy_has(step->state->policy, POLICY_INCARNATIONS);
    struct life *life = life_at(step->arena, ref);
    uint32_t pid;

    if (pair->has_entry && !pair->has_record)
        return is_left_behind(step, pair, ref);
    if (!pair->has_entry)
        reconcile_mark_unlisted(step, pair);
    if (!pair->has_entry || pair->entry.pid == 0)
        return false;
    if (!reconcile_has_changed(step, pair->id) && ending_shown(step, ref, &pair->entry))
        return true;
    pid = pid_under_way(life, &pair->record);
    if (pid == 0)
        return tells_lives && is_behind_end(step, pair, life) && is_replaced(step, pair, ref);
    if (pair->entry.pid == pid && !(tells_lives && has_same_pid_again(step, pair, life)))
        return tells_more(step, pair, life);
    return tells_lives && is_replaced(step, pair, ref);
}
