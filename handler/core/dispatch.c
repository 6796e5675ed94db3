/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/dispatch.h"

#include "handler/core/actions.h"
#include "handler/core/claim.h"
#include "handler/core/ending.h"
#include "handler/core/exits.h"
#include "handler/core/found.h"
#include "handler/core/learn.h"
#include "handler/core/life.h"
#include "handler/core/oom.h"
#include "handler/core/pidless.h"
#include "handler/core/refine.h"
#include "handler/core/verify.h"
#include "handler/core/words.h"
#include "handler/core/work.h"

/* Events handled in one step, so that its actions fit. */
enum { HANDLED_MAX = 8 };

static bool cut_id(struct text *id)
{
    if (id->length <= MONITOR_ID_MAX)
        return false;
    id->length = MONITOR_ID_MAX;
    return true;
}

/* Cuts what is too long to be kept; true where something was. */
static bool cut_task(struct task_event *task)
{
    bool topic = cut_id(&task->topic);
    bool name_space = cut_id(&task->name_space);
    bool container = cut_id(&task->container_id);
    bool process = cut_id(&task->process_id);
    return topic || name_space || container || process;
}

/* True where the event is nothing without a container. */
static bool needs_id(enum task_event_kind kind)
{
    switch (kind) {
    case TASK_EVENT_OOM:
    case TASK_EVENT_CREATE:
    case TASK_EVENT_START: return true;
    case TASK_EVENT_EXIT: /* of a container of which there is no record, as any other that is not known */
    case TASK_EVENT_EXEC_ADDED:
    case TASK_EVENT_EXEC_STARTED:
    case TASK_EVENT_PAUSED:
    case TASK_EVENT_RESUMED:
    case TASK_EVENT_DELETE:
    case TASK_EVENT_OTHER: return false;
    }
    return false;
}

uint64_t dispatch_cost(const struct state *state, const struct monitor_event *event, bool is_listed)
{
    /* What is found or no longer parked in this step may be handled in it, too. */
    uint64_t handled = state->waiting.count + state->parked_count + FOUND_EVENTS_MAX * (uint64_t)state->lives.count;
    bool is_kept = event->kind == MONITOR_STREAM_MESSAGE;

    handled += is_kept;
    if (state->list.stage == LIST_RECONCILING || is_listed)
        handled = HANDLED_MAX;
    if (handled == 0)
        return 0;
    return (is_kept ? task_cost_max() : 0) +
           (handled < HANDLED_MAX ? handled : HANDLED_MAX) * (exits_cost() + learn_cost() + found_cost() + oom_cost());
}

/* Notes the event and drops it; it stays until the next step for the note's sake. */
static void drop(struct step *step, enum note_kind kind, arena_ref kept)
{
    struct task_event task = task_view(step->arena, kept);
    note_task(step, kind, &task);
    task_queue_append(step->arena, &step->state->retired_tasks, kept);
}

/* The exit of an exec, which waits for nobody. */
static bool changes_nothing(const struct state *state, const struct task_event *task)
{
    return policy_has(state->policy, POLICY_VERIFY) && task->kind == TASK_EVENT_EXIT && words_is_of_exec(task);
}

/* Of one container that is held up only so many events wait, and of all of them, so that there is room for those of
 * others. */
static bool has_room(const struct step *step, const struct task_event *task)
{
    const struct state *state = step->state;
    size_t kept_count = state->waiting.count + state->parked_count;
    size_t count = 0;
    if (kept_count >= MONITOR_WAITING_MAX)
        return false;
    if (!policy_has(state->policy, POLICY_ASYNCHRONOUS) || changes_nothing(state, task) ||
        !life_holds_up(step->arena, state, task->container_id))
        return true;
    if (kept_count >= MONITOR_WAITING_HELD_MAX)
        return false;
    for (arena_ref kept = state->waiting.first; kept != 0; kept = task_queue_after(step->arena, kept))
        count += text_equal(task_view(step->arena, kept).container_id, task->container_id);
    return count < MONITOR_WAITING_OF_ONE_MAX;
}

void dispatch_message(struct step *step)
{
    struct task_event task = step->event->task;
    bool unusable = cut_task(&task) || (task.container_id.length == 0 && needs_id(task.kind));
    arena_ref kept = task_keep(step->arena, &task);

    if (unusable) {
        drop(step, NOTE_EVENT_UNUSABLE, kept);
    } else if (!has_room(step, &task)) {
        drop(step, NOTE_TOO_MANY_EVENTS, kept);
        list_want(step);
    } else {
        task_queue_append(step->arena, &step->state->waiting, kept);
    }
}

bool dispatch_holds(const struct state *state)
{
    if (policy_has(state->policy, POLICY_ASYNCHRONOUS))
        return false;
    return state->under_way > 0 || state->writes.map.count > 0 || state->waiting.count > 0;
}

static bool is_ours(const struct arena *arena, const struct state *state, struct text name_space)
{
    struct text ours = arena_text_get(arena, state->name_space);
    return ours.length == 0 || name_space.length == 0 || text_equal(ours, name_space);
}

bool dispatch_is_ours(const struct step *step, struct text name_space)
{
    return is_ours(step->arena, step->state, name_space);
}

/* True where it is known to begin the life after the record's, or may: of another process, or of any that is created
 * after the end. */
static bool begins_life(const struct task_event *task, const struct container_record *record)
{
    bool is_creation = task->kind == TASK_EVENT_CREATE;
    bool is_over = container_record_state(record) == CONTAINER_EXITED;
    bool is_another = task->pid != container_record_task_pid(record);
    if (!(is_creation || task->kind == TASK_EVENT_START) || !text_equal(task->container_id, record->id))
        return false;
    if (task->incarnation == record->incarnation + 1 || (is_over && (is_creation || task->is_found)))
        return true;
    return is_another && (is_creation || task->pid != 0);
}

bool dispatch_has_next_life(const struct step *step, struct text container_id)
{
    const struct state *state = step->state;
    struct container_record record;
    if (state->waiting.first == 0 || !policy_has(state->policy, POLICY_INCARNATIONS) ||
        !policy_has(state->policy, POLICY_LEARN_FROM_EVENTS) ||
        store_get(step->arena, &state->store, container_id, &record) != 0)
        return false;
    for (arena_ref kept = state->waiting.first; kept != 0; kept = task_queue_after(step->arena, kept)) {
        struct task_event task = task_view(step->arena, kept);
        if (begins_life(&task, &record) && is_ours(step->arena, state, task.name_space))
            return true;
    }
    return false;
}

bool dispatch_confirm(struct step *step, struct text container_id, uint32_t pid, uint64_t incarnation)
{
    struct state *state = step->state;
    for (arena_ref kept = state->waiting.first; kept != 0; kept = task_queue_after(step->arena, kept)) {
        struct task_event task = task_view(step->arena, kept);
        bool begins = task.kind == TASK_EVENT_CREATE || task.kind == TASK_EVENT_START;
        if (!begins || task.pid != pid || !text_equal(task.container_id, container_id) ||
            !is_ours(step->arena, state, task.name_space))
            continue;
        if (task.incarnation == 0)
            task_set_incarnation(step->arena, kept, incarnation);
        return true;
    }
    return false;
}

/* True for an event whose handling looks at the record or makes one. */
static bool concerns_record(const struct arena *arena, const struct state *state, const struct task_event *task)
{
    bool learns = policy_has(state->policy, POLICY_LEARN_FROM_EVENTS);
    bool is_learned = task->kind == TASK_EVENT_CREATE || task->kind == TASK_EVENT_START;
    return is_ours(arena, state, task->name_space) && (task->kind == TASK_EVENT_EXIT || (learns && is_learned));
}

static bool is_told_again(const struct arena *arena, const struct state *state, const struct life *life,
                          const struct task_event *task)
{
    struct task_event told;
    if (life->task == 0)
        return false;
    told = task_view(arena, life->task);
    return task->pid == told.pid &&
           (task->exit_status == told.exit_status || !policy_has(state->policy, POLICY_REFINE_INFERRED));
}

/* While it is in doubt whose life it is, the end of the one that the record is of is none. */
static bool waits_for_claim(const struct arena *arena, const struct state *state, const struct life *life,
                            const struct task_event *task)
{
    struct container_record record;
    bool is_of_lives = task->kind == TASK_EVENT_CREATE || task->kind == TASK_EVENT_START ||
                       task->kind == TASK_EVENT_EXIT || task->kind == TASK_EVENT_DELETE || task->kind == TASK_EVENT_OOM;
    if (!is_of_lives || life->claim.task == 0)
        return false;
    return task->kind != TASK_EVENT_EXIT || task->pid == 0 ||
           store_get(arena, &state->store, task->container_id, &record) != 0 || task->pid != record.pid;
}

static bool is_ready(const struct arena *arena, const struct state *state, const struct task_event *task)
{
    const struct life *life;
    arena_ref ref;

    if (!policy_has(state->policy, POLICY_NO_LOCK) && concerns_record(arena, state, task) &&
        ending_locked_out(arena, state, task->container_id))
        return false;
    if (!policy_has(state->policy, POLICY_ASYNCHRONOUS))
        return state->under_way == 0 && state->writes.map.count == 0;
    if (changes_nothing(state, task))
        return true;
    ref = life_find(arena, state, task->container_id);
    if (ref == 0)
        return true;
    life = life_at(arena, ref);
    if (waits_for_claim(arena, state, life, task))
        return false;
    if (!life_is_blocking(state, life))
        return true;
    /* An exit that is told again is noted at once; whatever else touches the record has to wait for what the exit makes
     * of it. */
    if (task->kind == TASK_EVENT_CREATE && policy_has(state->policy, POLICY_INCARNATIONS) &&
        life->stage == LIFE_DELETING)
        return true;
    if (task->kind == TASK_EVENT_EXIT)
        return is_told_again(arena, state, life, task);
    if (task->kind == TASK_EVENT_OOM)
        return !policy_has(state->policy, POLICY_OOM);
    return task->kind != TASK_EVENT_CREATE && task->kind != TASK_EVENT_START;
}

static arena_ref first_ready(const struct arena *arena, const struct state *state, arena_ref *before,
                             struct task_event *ret_task)
{
    bool any = policy_has(state->policy, POLICY_ASYNCHRONOUS);
    *before = 0;
    for (arena_ref kept = state->waiting.first; kept != 0; kept = any ? task_queue_after(arena, kept) : 0) {
        *ret_task = task_view(arena, kept);
        if (is_ready(arena, state, ret_task))
            return kept;
        *before = kept;
    }
    return 0;
}

bool dispatch_ready(const struct arena *arena, const struct state *state)
{
    struct task_event task;
    arena_ref before;
    return state->waiting.first != 0 && first_ready(arena, state, &before, &task) != 0;
}

/* The start of a life whose creation was missed, which has to wait until the one before has ended. */
static void prepend_creation(struct step *step, const struct task_event *start)
{
    struct task_event create = *start;
    create.kind = TASK_EVENT_CREATE;
    create.topic = (struct text){NULL, 0};
    create.is_found = true;
    task_queue_prepend(step->arena, &step->state->waiting, task_keep(step->arena, &create));
}

/* What a list shows without a pid the server is asked for at once, before the next life can be taken for it. */
static void ask_for_pid(struct step *step, const struct task_event *task)
{
    struct container_record record;
    arena_ref ref;
    if (!task->is_found || !policy_has(step->state->policy, POLICY_VERIFY) ||
        store_get(step->arena, &step->state->store, task->container_id, &record) != 0 || !pidless_is(step, &record))
        return;
    ref = life_get(step, task->container_id);
    if (life_at(step->arena, ref)->stage == LIFE_QUIET)
        verify_absent(step, ref);
}

static void learn(struct step *step, arena_ref kept, const struct task_event *task)
{
    bool is_start = task->kind == TASK_EVENT_START;
    switch (is_start ? learn_start(step, task) : learn_create(step, task)) {
    case LEARN_DONE:
        ask_for_pid(step, task);
        task_queue_append(step->arena, &step->state->retired_tasks, kept);
        return;
    case LEARN_LATER:
        task_queue_prepend(step->arena, &step->state->waiting, kept);
        if (is_start)
            prepend_creation(step, task);
        return;
    case LEARN_IN_DOUBT: claim_begin(step, kept); return;
    }
}

static void handle(struct step *step, arena_ref kept, const struct task_event *task)
{
    bool learns = policy_has(step->state->policy, POLICY_LEARN_FROM_EVENTS);

    note_task(step, task->is_found ? NOTE_EVENT_FOUND : NOTE_EVENT_RECEIVED, task);
    if (!is_ours(step->arena, step->state, task->name_space)) {
        drop(step, NOTE_FOREIGN_NAMESPACE, kept);
        return;
    }
    if (task->kind == TASK_EVENT_EXIT) {
        exits_begin(step, task, kept);
        return;
    }
    if (task->kind == TASK_EVENT_DELETE) {
        exits_deleted(step, task, kept);
        return;
    }
    if (task->kind == TASK_EVENT_OOM)
        oom_told(step, task);
    if (learns && (task->kind == TASK_EVENT_CREATE || task->kind == TASK_EVENT_START)) {
        learn(step, kept, task);
        return;
    }
    task_queue_append(step->arena, &step->state->retired_tasks, kept);
}

void dispatch_refine(struct step *step, struct text container_id)
{
    struct state *state = step->state;
    arena_ref before = 0;
    for (arena_ref kept = state->waiting.first; kept != 0; kept = task_queue_after(step->arena, kept)) {
        struct task_event task = task_view(step->arena, kept);
        struct container_record record;
        if (task.kind == TASK_EVENT_EXIT && !words_is_of_exec(&task) && text_equal(task.container_id, container_id) &&
            is_ours(step->arena, state, task.name_space) &&
            store_get(step->arena, &state->store, container_id, &record) == 0 && refine_can(step, &record, &task)) {
            task_queue_remove(step->arena, &state->waiting, before, kept);
            handle(step, kept, &task);
            return;
        }
        before = kept;
    }
}

void dispatch_waiting(struct step *step)
{
    if (step->state->waiting.first == 0)
        return;
    for (size_t i = 0; i < HANDLED_MAX && actions_room(step) >= WORK_ROOM; i++) {
        struct task_event task;
        arena_ref before;
        arena_ref kept = first_ready(step->arena, step->state, &before, &task);
        if (kept == 0)
            return;
        task_queue_remove(step->arena, &step->state->waiting, before, kept);
        handle(step, kept, &task);
    }
}
