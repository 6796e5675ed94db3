/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/monitor.h"

#include <stdlib.h>

#include "base/contract.h"
#include "base/error.h"
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/calls.h"
#include "handler/core/dispatch.h"
#include "handler/core/ending.h"
#include "handler/core/errand.h"
#include "handler/core/life.h"
#include "handler/core/operations.h"
#include "handler/core/outside.h"
#include "handler/core/overtaken.h"
#include "handler/core/state.h"
#include "handler/core/work.h"
#include "handler/core/writes.h"

#define ARENA_BYTES_MAX (UINT32_C(1) << 30)

static struct backoff_options backoff_options_of(const struct monitor_options *options)
{
    const struct backoff_options *given = &options->backoff;
    if (given->minimum_ns == 0 && given->maximum_ns == 0 && given->factor <= 0 && !given->jitter)
        return backoff_of_the_monitor;
    return *given;
}

static int build(struct monitor *monitor, const struct monitor_options *options)
{
    struct backoff_options backoff = backoff_options_of(options);
    uint32_t name_space = (uint32_t)options->name_space.length;
    struct state *state;
    int result = arena_init(&monitor->arena, ARENA_BYTES_MAX);

    if (result != 0)
        return result;
    result = arena_reserve(&monitor->arena, arena_cost(sizeof *state) + (name_space > 0 ? arena_cost(name_space) : 0));
    if (result != 0)
        return result;
    monitor->state = arena_alloc(&monitor->arena, sizeof *state);
    state = state_of(monitor);
    state->policy = options->policy;
    state->name_space = arena_text_new(&monitor->arena, options->name_space);
    state->now_ns = INT64_MIN;
    backoff_init(&state->backoff, &backoff, options->seed);
    return 0;
}

int monitor_new(struct monitor **ret_monitor, const struct monitor_options *options)
{
    struct monitor *monitor = calloc(1, sizeof *monitor);
    if (monitor == NULL)
        return ERROR_NO_MEMORY;
    if (build(monitor, options) != 0) {
        monitor_free(monitor);
        return ERROR_NO_MEMORY;
    }
    *ret_monitor = monitor;
    return 0;
}

void monitor_free(struct monitor *monitor)
{
    if (monitor == NULL)
        return;
    arena_release(&monitor->arena);
    free(monitor);
}

int monitor_clone(struct monitor **ret_clone, const struct monitor *monitor)
{
    struct monitor *clone = calloc(1, sizeof *clone);
    if (clone == NULL)
        return ERROR_NO_MEMORY;
    clone->state = monitor->state;
    if (arena_clone(&clone->arena, &monitor->arena) != 0) {
        monitor_free(clone);
        return ERROR_NO_MEMORY;
    }
    *ret_clone = clone;
    return 0;
}

int monitor_copy(struct monitor *to, const struct monitor *from)
{
    int result = arena_clone(&to->arena, &from->arena);
    if (result == 0)
        to->state = from->state;
    return result;
}

size_t monitor_size(const struct monitor *monitor)
{
    return sizeof *monitor + arena_used(&monitor->arena);
}

/* What a peer said, cut to what is kept of it, never inside a character. */
static struct text cut_text(struct text text)
{
    if (text.length <= MONITOR_TEXT_MAX)
        return text;
    text.length = MONITOR_TEXT_MAX;
    while (text.length > 0 && ((unsigned char)text.bytes[text.length] & 0xc0) == 0x80)
        text.length--;
    return text;
}

static uint64_t records_cost(const struct monitor_event *event)
{
    uint64_t cost_max = (uint64_t)MONITOR_CONTAINERS_MAX * store_cost_max();
    uint64_t cost = 0;
    if (event->kind != MONITOR_STORE_LOADED && event->kind != MONITOR_RECORD_SET)
        return 0;
    for (size_t i = 0; i < event->record_count; i++)
        if (store_acceptable(&event->records[i]))
            cost += store_cost(&event->records[i]);
    return cost < cost_max ? cost : cost_max;
}

/* True where the event brings more than a few values, or there are operations: most steps are without. */
static bool is_large(const struct state *state, const struct monitor_event *event)
{
    return event->process_count > 0 || event->record_count > 0 || event->kind == MONITOR_OPERATION ||
           state->errands.map.count > 0;
}

/* Room for the most that the step can allocate: nothing in it can fail from here on. */
static int reserve(struct monitor *monitor, const struct monitor_event *event)
{
    /* The outcome's text is kept twice where it tells how the connection was lost. */
    const struct state *state = state_of(monitor);
    bool large = is_large(state, event);
    uint64_t listed = large ? list_cost(event) : 0;
    uint64_t cost =
        2 * arena_cost(MONITOR_TEXT_MAX) + work_cost(state, listed) + dispatch_cost(state, event, listed > 0);
    if (large)
        cost += records_cost(event) + operations_cost(state, event);
    if (cost > ARENA_BYTES_MAX)
        return ERROR_LIMIT;
    return arena_reserve(&monitor->arena, (uint32_t)cost);
}

static bool is_anything_retired(const struct state *state)
{
    return (state->retired_tasks.first | state->retired_writes | state->retired_lives | state->retired_errands |
            state->retired_text.length | state->said.length) != 0;
}

/* No action speaks of it any more. */
static void release_retired(struct arena *arena, struct state *state)
{
    task_queue_clear(arena, &state->retired_tasks);
    writes_release_retired(arena, state);
    life_release_retired(arena, state);
    errand_release_retired(arena, state);
    arena_text_free(arena, &state->retired_text);
    arena_text_free(arena, &state->said);
}

static void begin(struct step *step)
{
    struct state *state = step->state;
    CONTRACT(step->event->now_ns >= state->now_ns);
    if (is_anything_retired(state))
        release_retired(step->arena, state);
    state->now_ns = step->event->now_ns;
    step->outcome.status = step->event->outcome.status;
    if (step->event->outcome.text.length == 0)
        return;
    state->said = arena_text_new(step->arena, cut_text(step->event->outcome.text));
    step->outcome.text = arena_text_get(step->arena, state->said);
}

static void stop(struct step *step)
{
    operations_stop(step);
    subscription_stop(step);
    list_stop(step);
    life_forget_unwritten(step);
    calls_forget_all(step);
    task_queue_clear(step->arena, &step->state->waiting);
}

static void load(struct step *step)
{
    struct outcome left_out = {STATUS_DATA_LOSS, text_of("not every record of the store can be used")};
    bool all = true;

    if (!subscription_awaits_records(step->state))
        return;
    store_clear(step->arena, &step->state->store);
    for (size_t i = 0; i < step->event->record_count; i++)
        if (store_create(step->arena, &step->state->store, &step->event->records[i]) != 0)
            all = false;
    if (!all)
        note_outcome(step, NOTE_LOAD_FAILED, left_out, 0);
    overtaken_mark(step);
    subscription_loaded(step);
}

/* A life that was there only for a write that had failed. */
static void rest_if_idle(struct step *step, struct text id)
{
    arena_ref life = life_find(step->arena, step->state, id);
    if (life == 0)
        return;
    life_at(step->arena, life)->write_attempt = 0;
    if (life_at(step->arena, life)->stage == LIFE_QUIET)
        life_rest(step, life);
}

static void written(struct step *step)
{
    arena_ref ref = writes_take(step);
    if (ref == 0)
        return;
    if (!subscription_stopped(step->state))
        writes_tell(step, writes_at(step->arena, ref));
    if (writes_at(step->arena, ref)->life != 0)
        ending_written(step, writes_at(step->arena, ref));
    else
        rest_if_idle(step, record_id(step->arena, writes_at(step->arena, ref)->record));
    if (!subscription_stopped(step->state))
        overtaken_written(step, writes_at(step->arena, ref));
    ending_go_on(step, record_id(step->arena, writes_at(step->arena, ref)->record));
    writes_retire(step, ref);
}

static void store_failed(struct step *step)
{
    struct text id;
    arena_ref ref;
    if (step->event->write_id == 0) {
        subscription_load_failed(step);
        return;
    }
    ref = writes_take(step);
    if (ref == 0)
        return;
    id = record_id(step->arena, writes_at(step->arena, ref)->record);
    writes_failed(step, ref);
    ending_go_on(step, id);
}

static void lock(struct step *step, bool locked)
{
    struct text id = step->event->task.container_id;
    store_lock(step->arena, &step->state->store, id, locked);
    if (!locked)
        ending_unlocked(step, id);
}

static void tell_time(struct step *step)
{
    if (subscription_stopped(step->state))
        return;
    if (liveness_time(step))
        subscription_dead(step, "the peer has not answered a PING");
    subscription_time(step);
    tally_time(step);
}

static void take(struct step *step)
{
    switch (step->event->kind) {
    case MONITOR_START: subscription_start(step); return;
    case MONITOR_STOP: stop(step); return;
    case MONITOR_CONNECTION_UP: subscription_connection_up(step); return;
    case MONITOR_CONNECTION_DRAINING: subscription_connection_draining(step); return;
    case MONITOR_CONNECTION_LOST: subscription_connection_lost(step); return;
    case MONITOR_STREAM_OPENED: subscription_opened(step); return;
    case MONITOR_STREAM_MESSAGE:
        if (subscription_message(step)) {
            list_heard(step);
            dispatch_message(step);
        }
        return;
    case MONITOR_STREAM_UNREADABLE: subscription_unreadable(step); return;
    case MONITOR_STREAM_ENDED: subscription_ended(step); return;
    case MONITOR_REPLY: work_reply(step); return;
    case MONITOR_STORE_WRITTEN: written(step); return;
    case MONITOR_STORE_FAILED: store_failed(step); return;
    case MONITOR_STORE_LOADED: load(step); return;
    case MONITOR_PONG: return;
    case MONITOR_OPERATION: operations_ask(step); return;
    case MONITOR_ABANDONED: operations_abandon(step); return;
    case MONITOR_LOCKED: lock(step, true); return;
    case MONITOR_UNLOCKED: lock(step, false); return;
    case MONITOR_RECORD_SET: outside_record_set(step); return;
    case MONITOR_RECORD_REMOVED: outside_record_removed(step); return;
    case MONITOR_TIME: tell_time(step); return;
    }
}

int monitor_step(struct monitor *monitor, const struct monitor_event *event, struct monitor_actions *actions)
{
    struct step step = {.arena = &monitor->arena, .event = event, .actions = actions};
    int result = reserve(monitor, event);

    actions->count = 0;
    if (result != 0)
        return result;
    step.state = state_of(monitor);
    begin(&step);
    liveness_see(&step);
    take(&step);
    if (subscription_stopped(step.state))
        return 0;
    work_do(&step);
    dispatch_waiting(&step);
    operations_do(&step);
    if (!dispatch_holds(step.state))
        subscription_handled(&step);
    return 0;
}

/* The least of that of the work, that of what is periodic, and all others. */
static int64_t deadline_ns(const struct monitor *monitor, int64_t work_ns, int64_t periodic_ns)
{
    const struct state *state = state_of(monitor);
    if (dispatch_ready(&monitor->arena, state))
        return state->now_ns;
    if (subscription_stopped(state))
        return work_ns;
    work_ns = time_min(work_ns, subscription_deadline_ns(state));
    return time_min(time_min(work_ns, operations_deadline_ns(&monitor->arena, state)), periodic_ns);
}

int64_t monitor_deadline_ns(const struct monitor *monitor)
{
    const struct state *state = state_of(monitor);
    return deadline_ns(monitor, work_deadline_ns(&monitor->arena, state),
                       time_min(tally_deadline_ns(state), liveness_deadline_ns(state)));
}

int64_t monitor_unrest_ns(const struct monitor *monitor)
{
    const struct state *state = state_of(monitor);
    return deadline_ns(monitor, work_unrest_ns(&monitor->arena, state),
                       state->liveness.asked ? liveness_deadline_ns(state) : TIME_NEVER);
}

bool monitor_busy(const struct monitor *monitor)
{
    const struct state *state = state_of(monitor);
    return state->under_way > 0 || state->due.map.count > 0 || state->writes.map.count > 0 ||
           state->waiting.count > 0 || state->errands.map.count > 0 || state->list.stage != LIST_IDLE;
}

bool monitor_subscribed(const struct monitor *monitor)
{
    return state_of(monitor)->subscription == SUBSCRIPTION_READING;
}

uint64_t monitor_revision(const struct monitor *monitor)
{
    return state_of(monitor)->store.revision;
}

bool monitor_record(const struct monitor *monitor, struct text id, struct container_record *ret_record)
{
    return store_get(&monitor->arena, &state_of(monitor)->store, id, ret_record) == 0;
}

bool monitor_record_next(const struct monitor *monitor, struct text after, struct container_record *ret_record)
{
    return store_next(&monitor->arena, &state_of(monitor)->store, after, ret_record);
}
