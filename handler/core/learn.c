/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/learn.h"

#include <string.h>

#include "base/contract.h"
#include "base/error.h"
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/ending.h"
#include "handler/core/forget.h"
#include "handler/core/park.h"
#include "handler/core/pidless.h"
#include "handler/core/times.h"
#include "handler/core/verify.h"
#include "handler/core/whose.h"

static int replace(struct container_record *record, void *context)
{
    *record = *(const struct container_record *)context;
    return 0;
}

/* Adds the record, where need be in place of an old one; ERROR_LIMIT where there is none that may go. */
static int add(struct step *step, const struct container_record *record)
{
    if (forget_is_due(step->state) && !forget_one(step))
        return ERROR_LIMIT;
    return store_create(step->arena, &step->state->store, record);
}

/* Makes the record what it should be, and puts it. */
static void learn(struct step *step, const struct task_event *task, const struct container_record *record,
                  enum record_change change)
{
    struct state *state = step->state;
    struct outcome full = {STATUS_RESOURCE_EXHAUSTED, text_of("too many writes are under way")};
    struct container_record copy = *record;
    struct container_record before;
    struct store_marks *marks;
    bool begins =
        store_get(step->arena, &state->store, record->id, &before) != 0 || before.incarnation != record->incarnation;
    int result = store_update(step->arena, &state->store, record->id, replace, &copy);

    if (result == ERROR_MISSING)
        result = add(step, record);
    if (result == ERROR_LIMIT) {
        note_task(step, NOTE_TOO_MANY_CONTAINERS, task);
        return;
    }
    CONTRACT(result == 0);
    marks = store_marks(step->arena, &state->store, record->id);
    if (begins)
        marks->began = marks->revision;
    if (state->writes.map.count >= MONITOR_WRITES_MAX)
        note_task_outcome(step, NOTE_STORE_FAILED, task, full);
    else
        writes_put(step, record, change, true);
    park_release(step, task->container_id);
}

/* ---- lives ---- */

/* What the event says of the life that the record has. */
enum life_case {
    CASE_NEW,   /* there is no such record, or it says that the last life has ended */
    CASE_SAME,  /* it is of this life */
    CASE_OTHER, /* it is of another life, and the end of this one was missed */
};

static enum life_case case_of(const struct step *step, const struct task_event *task, struct container_record *known)
{
    if (store_get(step->arena, &step->state->store, task->container_id, known) != 0) {
        memset(known, 0, sizeof *known);
        return CASE_NEW;
    }
    if (container_record_state(known) == CONTAINER_EXITED)
        return CASE_NEW;
    if (!policy_has(step->state->policy, POLICY_INCARNATIONS))
        return known->pid == task->pid ? CASE_SAME : CASE_OTHER;
    if (task->incarnation != known->incarnation && pidless_is(step, known) && pidless_is_in_doubt(step, known, task))
        return CASE_OTHER;
    return known->pid == 0 || task->pid == 0 || known->pid == task->pid ? CASE_SAME : CASE_OTHER;
}

/* The life that the record has is over, whatever is under way for it: what is known of its end is recorded first, and
 * its task must not be deleted any more, since that would be the next one's. True where the event has to wait for it.
 */
static bool ends_first(struct step *step, const struct task_event *task, enum life_case is)
{
    arena_ref ref = life_find(step->arena, step->state, task->container_id);
    struct store_marks *marks = store_marks(step->arena, &step->state->store, task->container_id);

    if (!policy_has(step->state->policy, POLICY_INCARNATIONS))
        return false;
    /* Also where its record has been removed. */
    if (ref != 0 && life_at(step->arena, ref)->stage == LIFE_DELETING && is != CASE_SAME) {
        ending_moot(step, ref);
        return is == CASE_OTHER;
    }
    if (is != CASE_OTHER || marks == NULL || marks->end_is_dropped)
        return false;
    marks->end_is_dropped = !policy_has(step->state->policy, POLICY_RETRY_WRITES);
    if (ref != 0)
        verify_give_back(step, ref);
    ending_begin(step, life_get(step, task->container_id), true);
    return true;
}

/* What was remembered of the life before. */
static void forget_marks(struct step *step, struct text id, const struct container_record *known, int64_t created_at_ns)
{
    struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    if (marks == NULL)
        return;
    marks->oom = false;
    marks->may_be_oom = false;
    marks->is_counted = false;
    marks->ooms_survived = 0;
    marks->times_mislead = !known->inferred && created_at_ns < known->finished_at_ns;
    marks->end_is_dropped = false;
    marks->is_made_anew = false;
}

bool learn_made_anew(struct step *step, struct text id)
{
    struct store_marks *marks = store_marks(step->arena, &step->state->store, id);
    if (marks == NULL || !policy_has(step->state->policy, POLICY_INCARNATIONS) ||
        !policy_has(step->state->policy, POLICY_RELIST))
        return false;
    marks->is_made_anew = true;
    return true;
}

/* True where the event is of the process that has started, as far as its pid tells. */
static bool mark_made_anew(struct step *step, const struct task_event *task, const struct container_record *known)
{
    return !task->is_found && known->started_at_ns != 0 && task->pid == known->pid &&
           learn_made_anew(step, task->container_id);
}

/* A start that was published after the one that is known. */
static bool is_second_start(const struct task_event *task, const struct container_record *known)
{
    return task->published_at.present && times_published_ns(&task->published_at, 0) > known->started_at_ns;
}

/* No later life has begun before that, as far as the last one's record says. */
static int64_t last_seen_ns(const struct container_record *known)
{
    int64_t at_ns = known->found_after_ns != 0 ? known->found_after_ns : known->created_at_ns;
    if (container_record_state(known) == CONTAINER_EXITED && !known->inferred)
        at_ns = known->finished_at_ns;
    return at_ns > 0 ? at_ns : 1;
}

/* The record of a life that begins. */
static struct container_record new_life(const struct step *step, const struct task_event *task,
                                        const struct container_record *known)
{
    struct container_record record = {.id = task->container_id};
    if (task->is_found)
        record.found_after_ns = last_seen_ns(known);
    if (policy_has(step->state->policy, POLICY_INCARNATIONS)) {
        record.last_pid = known->last_pid;
        record.pid_before = known->pid_before;
        record.ended_before_ns = whose_ended_ns(known);
        record.code_before = known->exit_code;
        record.earlier_pids = known->earlier_pids | container_pid_bit(known->last_pid);
        record.incarnation = known->incarnation + 1;
    }
    return record;
}

/* The event may be of a life after the one that the record is of, or of one before it. */
static bool is_in_doubt(const struct step *step, const struct task_event *task, const struct container_record *known)
{
    return policy_has(step->state->policy, POLICY_INCARNATIONS) && known->id.length > 0 &&
           task->incarnation != known->incarnation + 1;
}

enum learn_result learn_create(struct step *step, const struct task_event *task)
{
    struct container_record known;
    enum life_case is = case_of(step, task, &known);
    struct container_record record = is == CASE_SAME ? known : new_life(step, task, &known);

    if (is != CASE_SAME && is_in_doubt(step, task, &known))
        return LEARN_IN_DOUBT;
    if (ends_first(step, task, is))
        return LEARN_LATER;
    /* The same process: a create that its start has overtaken, or one told again, which says nothing new. */
    if (is == CASE_SAME && known.created_at_ns != 0 && (task->pid == 0 || task->pid == known.pid)) {
        (void)mark_made_anew(step, task, &known);
        return LEARN_DONE;
    }
    if (task->pid != 0 || is != CASE_SAME)
        record.pid = task->pid;
    if (record.created_at_ns == 0)
        record.created_at_ns = times_published_ns(&task->published_at, step->event->wall_ns);
    learn(step, task, &record, RECORD_CREATED);
    if (is != CASE_SAME)
        forget_marks(step, task->container_id, &known, record.created_at_ns);
    return LEARN_DONE;
}

/* A short life's exit may overtake its start, which must not bring it back to life; but where its task is gone, too,
 * the start may be of the next one with its pid. */
static enum learn_result start_of_ended(const struct step *step, const struct task_event *task,
                                        const struct container_record *known)
{
    bool may_be_of_this = known->last_pid == 0 || task->pid == 0 || task->pid == known->last_pid;
    if (!policy_has(step->state->policy, POLICY_INCARNATIONS))
        return LEARN_DONE;
    if (!is_in_doubt(step, task, known))
        return LEARN_LATER;
    if (task->is_found)
        return LEARN_IN_DOUBT;
    return may_be_of_this && (!known->task_gone || task->pid == 0) ? LEARN_DONE : LEARN_IN_DOUBT;
}

enum learn_result learn_start(struct step *step, const struct task_event *task)
{
    struct container_record known;
    enum life_case is = case_of(step, task, &known);
    struct container_record record = known;

    if (is == CASE_NEW && known.id.length > 0)
        return start_of_ended(step, task, &known);
    if (is == CASE_OTHER && is_in_doubt(step, task, &known))
        return LEARN_IN_DOUBT;
    if (ends_first(step, task, is))
        return LEARN_LATER;
    if (is == CASE_SAME && !task->is_found && verify_started(step, task->container_id))
        return LEARN_DONE;
    if (is == CASE_SAME && is_second_start(task, &known) && mark_made_anew(step, task, &known))
        return LEARN_DONE;
    if (is == CASE_NEW || (is == CASE_OTHER && policy_has(step->state->policy, POLICY_INCARNATIONS)))
        record = new_life(step, task, &known);
    if (task->pid != 0)
        record.pid = task->pid;
    if (record.started_at_ns == 0 || !task->is_found)
        record.started_at_ns = times_published_ns(&task->published_at, step->event->wall_ns);
    if (is == CASE_NEW && task->is_found)
        record.created_at_ns = record.started_at_ns;
    learn(step, task, &record, RECORD_STARTED);
    return LEARN_DONE;
}
