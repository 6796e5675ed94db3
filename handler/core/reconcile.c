/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/reconcile_private.h"

#include <string.h>

#include "handler/core/actions.h"
#include "handler/core/claim.h"
#include "handler/core/dispatch.h"
#include "handler/core/ending.h"
#include "handler/core/errand.h"
#include "handler/core/found.h"
#include "handler/core/learn.h"
#include "handler/core/life.h"
#include "handler/core/oom.h"
#include "handler/core/park.h"
#include "handler/core/pidless.h"
#include "handler/core/refine.h"
#include "handler/core/verify.h"
#include "handler/core/whose.h"
#include "handler/core/work.h"

uint64_t reconcile_cost(void)
{
    return RECONCILE_CHANGES_MAX * (uint64_t)(found_cost() + life_cost() + verify_cost() + ending_cost());
}

static struct process_state view_entry(struct text id, const struct list_entry *entry)
{
    struct process_state view = {
        id, entry->status, entry->pid, entry->exit_status, entry->exited_at, entry->tells_exit};
    return view;
}

/* The next id that a record or an entry has. */
static bool next_pair(const struct step *step, struct pair *pair)
{
    const struct list *list = &step->state->list;
    struct text after = {list->cursor, list->cursor_length};
    struct text entry_id = {NULL, 0};
    arena_ref entry = list->entries.count > 0 ? map_next(step->arena, &list->entries, after, &entry_id) : 0;
    bool has_record = store_next(step->arena, &step->state->store, after, &pair->record);
    int order = !has_record ? 1 : entry == 0 ? -1 : text_compare(pair->record.id, entry_id);

    if (!has_record && entry == 0)
        return false;
    pair->has_record = order <= 0;
    pair->has_entry = order >= 0;
    pair->id = pair->has_record ? pair->record.id : entry_id;
    if (!pair->has_record)
        pair->record = (struct container_record){.pid = 0};
    pair->entry =
        pair->has_entry ? view_entry(entry_id, arena_at(step->arena, entry)) : (struct process_state){.pid = 0};
    return true;
}

bool reconcile_has_changed(const struct step *step, struct text id)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    return marks != NULL && marks->revision > step->state->list.revision;
}

bool reconcile_no_earlier(const struct step *step, const struct pair *pair)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, pair->id);
    return !reconcile_has_changed(step, pair->id) ||
           (marks->began <= step->state->list.revision && !container_record_had_pid(&pair->record, pair->entry.pid));
}

/* ---- the cases ---- */

/* An operation that cleans up behind itself has the Delete. */
static bool is_cleaned_up(const struct step *step, struct text id)
{
    arena_ref errand = errand_first(step->arena, step->state, id);
    return errand != 0 && errand_at(step->arena, errand)->stage == ERRAND_CLEANING;
}

static bool resume(struct step *step, struct text id)
{
    if (is_cleaned_up(step, id))
        return false;
    ending_resume(step, life_get(step, id));
    return true;
}

static bool resume_alive(struct step *step, struct text id)
{
    if (is_cleaned_up(step, id))
        return false;
    ending_resume_alive(step, life_get(step, id));
    return true;
}

/* Its owner has made the container, and its Start will make the task: nothing can have vanished. */
static bool has_no_task_yet(const struct container_record *record)
{
    return container_record_state(record) == CONTAINER_CREATED && record->pid == 0;
}

/* Its owner has it removed, and its task was deleted for that. */
static bool is_leaving(const struct step *step, const struct pair *pair)
{
    arena_ref errand = errand_first(step->arena, step->state, pair->id);
    return pair->record.task_gone && errand != 0 && errand_at(step->arena, errand)->kind == OPERATION_REMOVE;
}

void reconcile_mark_unlisted(struct step *step, const struct pair *pair)
{
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, pair->id);
    arena_ref ref = life_find(step->arena, step->state, pair->id);
    if (!step->state->list.is_blind && ref != 0 && marks != NULL && marks->began <= step->state->list.revision)
        life_at(step->arena, ref)->ending.is_unlisted = true;
}

static bool is_absent(struct step *step, const struct pair *pair)
{
    const struct state *state = step->state;

    if (container_record_state(&pair->record) == CONTAINER_EXITED) {
        bool is_resumed = pair->record.delete_pending && resume(step, pair->id);
        if (is_resumed && !pair->has_entry)
            reconcile_mark_unlisted(step, pair);
        return is_resumed;
    }
    if (reconcile_has_changed(step, pair->id) || has_no_task_yet(&pair->record) || is_leaving(step, pair))
        return false;
    if (policy_has(state->policy, POLICY_VERIFY)) {
        verify_absent(step, life_get(step, pair->id));
        return true;
    }
    if (!policy_has(state->policy, POLICY_INFER_VANISHED))
        return false;
    ending_begin(step, life_get(step, pair->id), true);
    return true;
}

/* It was said to be gone, and is there with the end that is recorded, long after whoever deletes it would have: a life
 * that was taken for that end told late, or a server that errs. */
static bool is_there_all_the_same(const struct step *step, const struct pair *pair)
{
    return list_is_sweep(step->state) && pair->record.task_gone && pair->entry.tells_exit &&
           !reconcile_has_changed(step, pair->id);
}

/* What has ended does not run: the server is behind what it has told, or the next life has the pid. */
bool reconcile_runs(struct step *step, const struct pair *pair)
{
    bool runs = pair->entry.status == PROCESS_RUNNING || pair->entry.status == PROCESS_PAUSED;
    return runs && pair->entry.pid != 0 && pair->record.pid == 0 && pair->record.started_at_ns != 0 &&
           !reconcile_has_changed(step, pair->id) && policy_has(step->state->policy, POLICY_INCARNATIONS) &&
           policy_has(step->state->policy, POLICY_VERIFY) && found_doubtful(step, pair->id, &pair->entry);
}

/* By its end it is the task of a record of which nobody knew the pid: the next one will not have that. */
static int set_last_pid(struct container_record *record, void *context)
{
    record->last_pid = *(const uint32_t *)context;
    return 0;
}

static void take_pid(struct step *step, const struct pair *pair)
{
    uint32_t pid = pair->entry.pid;
    (void)store_update(step->arena, &step->state->store, pair->id, set_last_pid, &pid);
}

/* An end is recorded, and a task has the id. */
static bool is_beyond_end(struct step *step, const struct pair *pair)
{
    bool has_task = pair->record.pid != 0;
    uint32_t pid = container_record_task_pid(&pair->record);
    bool has_stopped = pair->entry.status == PROCESS_STOPPED;
    bool is_next =
        whose_task(step->state->policy, &pair->record, &pair->entry, false, step->event->wall_ns) == WHOSE_NEXT;
    bool is_same = !is_next && (pid != 0 ? pair->entry.pid == pid : has_stopped);

    /* Right after a restart the server may not know yet. */
    if (pair->entry.status == PROCESS_UNKNOWN && pair->record.delete_pending) {
        list_want(step);
        return false;
    }
    if (is_same && has_stopped && pair->record.delete_pending) {
        if (pid == 0)
            take_pid(step, pair);
        refine_by_answer(step, pair->id, &pair->entry);
        return resume(step, pair->id);
    }
    if (is_same && has_stopped && !is_next && is_there_all_the_same(step, pair)) {
        ending_mark(step, pair->id, true, false);
        return resume(step, pair->id);
    }
    if (is_same && pair->entry.status == PROCESS_CREATED && pair->record.delete_pending &&
        pair->record.started_at_ns == 0)
        return resume_alive(step, pair->id);
    if (is_same && has_task)
        return has_stopped && found_ended(step, pair->id, &pair->entry);
    if (!is_next)
        return reconcile_runs(step, pair);
    if (!policy_has(step->state->policy, POLICY_INCARNATIONS) || pair->entry.pid == 0)
        return false;
    if (reconcile_no_earlier(step, pair))
        return found_life(step, pair->id, &pair->entry);
    /* What the list shows may have gone since, and nobody else tell its beginning. */
    return !container_record_had_pid(&pair->record, pair->entry.pid) && found_doubtful(step, pair->id, &pair->entry);
}

/* Nobody has told of it. Where its end and its deletion were told since the list was asked for, those end it; and the
 * list after that shows whether another life with its pid has begun. */
static bool is_unknown(struct step *step, const struct pair *pair)
{
    if (!policy_has(step->state->policy, POLICY_LEARN_FROM_EVENTS) || pair->entry.status == PROCESS_UNKNOWN ||
        !found_life(step, pair->id, &pair->entry))
        return false;
    if (park_has_deletion(step, pair->id, pair->entry.pid)) {
        park_release_all(step, pair->id);
        list_want(step);
    }
    return true;
}

bool reconcile_another(struct step *step, const struct pair *pair)
{
    return reconcile_no_earlier(step, pair) && policy_has(step->state->policy, POLICY_INCARNATIONS) &&
           found_life(step, pair->id, &pair->entry);
}

/* What has started is not about to start: the next life has the pid. */
static bool is_made_anew(struct step *step, const struct pair *pair)
{
    if (pair->record.started_at_ns == 0)
        return false;
    if (!reconcile_has_changed(step, pair->id))
        (void)learn_made_anew(step, pair->id);
    return is_absent(step, pair);
}

static bool is_without_pid(const struct step *step, const struct pair *pair)
{
    return pidless_is(step, &pair->record) && pair->entry.pid != 0 && !reconcile_has_changed(step, pair->id);
}

static bool is_the_one(struct step *step, const struct pair *pair)
{
    switch (pair->entry.status) {
    case PROCESS_STOPPED: return found_ended(step, pair->id, &pair->entry);
    case PROCESS_RUNNING:
    case PROCESS_PAUSED:
        if (!reconcile_has_changed(step, pair->id))
            oom_look(step, pair->id);
        if (is_without_pid(step, pair))
            return found_pid(step, pair->id, &pair->entry);
        return container_record_state(&pair->record) != CONTAINER_RUNNING && !reconcile_has_changed(step, pair->id) &&
               found_started(step, pair->id, &pair->entry);
    case PROCESS_CREATED: return policy_has(step->state->policy, POLICY_VERIFY) && is_made_anew(step, pair);
    case PROCESS_UNKNOWN: return is_absent(step, pair);
    }
    return false;
}

/* All that a list says for sure when its stream is over. */
static bool has_ended(struct step *step, const struct pair *pair)
{
    return life_idle(step->arena, step->state, pair->id) && pair->has_record && pair->has_entry &&
           container_record_state(&pair->record) != CONTAINER_EXITED && pair->entry.status == PROCESS_STOPPED &&
           pair->entry.pid != 0 && pair->entry.pid == pair->record.pid && found_ended(step, pair->id, &pair->entry);
}

/* True where something comes of it. */
static bool compare(struct step *step, const struct pair *pair)
{
    const struct state *state = step->state;
    arena_ref life;
    if (list_is_late(state))
        return has_ended(step, pair);
    life = life_find(step->arena, state, pair->id);
    if (life != 0 && life_at(step->arena, life)->claim.task != 0)
        return pair->has_record && pair->has_entry && reconcile_no_earlier(step, pair) &&
               claim_shown(step, life, &pair->entry);
    if (life != 0 && life_at(step->arena, life)->stage != LIFE_QUIET)
        return reconcile_under_way(step, pair, life);
    if (!pair->has_entry)
        return is_absent(step, pair);
    if (!pair->has_record)
        return is_unknown(step, pair);
    if (container_record_state(&pair->record) == CONTAINER_EXITED)
        return is_beyond_end(step, pair);
    if (pair->entry.pid != 0 && pair->record.pid != 0 && pair->entry.pid != pair->record.pid)
        return reconcile_another(step, pair);
    return is_the_one(step, pair);
}

/* What a list that the server has made says of a task in doubt. */
static void tell_doubt(struct step *step, const struct pair *pair)
{
    arena_ref life = life_find(step->arena, step->state, pair->id);
    if (life == 0 || life_at(step->arena, life)->stage != LIFE_VERIFYING || step->state->list.is_blind)
        return;
    if (pair->has_entry)
        verify_shown(step, life, &pair->entry);
    if (!list_is_late(step->state))
        verify_listed(step, life, pair->has_entry ? &pair->entry : NULL);
}

void reconcile_do(struct step *step)
{
    struct list *list = &step->state->list;
    size_t changes = 0;

    if (list->stage != LIST_RECONCILING)
        return;
    /* What was found before has its turn first. */
    if (step->state->waiting.count >= RECONCILE_WAITING_MAX && dispatch_ready(step->arena, step->state))
        return;
    for (size_t i = 0; i < RECONCILE_ITEMS_MAX && changes < RECONCILE_CHANGES_MAX; i++) {
        struct pair pair;
        if (actions_room(step) < WORK_ROOM)
            return;
        if (!next_pair(step, &pair)) {
            list_done(step);
            return;
        }
        memcpy(list->cursor, pair.id.bytes, pair.id.length);
        list->cursor_length = (uint32_t)pair.id.length;
        changes += compare(step, &pair);
        tell_doubt(step, &pair);
    }
}
