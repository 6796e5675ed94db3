/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/fake.h"

#include <stdlib.h>

#include "fakecontainerd/core/commands.h"
#include "fakecontainerd/core/filter_memo.h"
#include "fakecontainerd/core/hold.h"
#include "fakecontainerd/core/late.h"
#include "fakecontainerd/core/output.h"
#include "fakecontainerd/core/overlap.h"
#include "fakecontainerd/core/publish.h"
#include "fakecontainerd/core/request.h"
#include "fakecontainerd/core/rule.h"
#include "fakecontainerd/core/shim.h"
#include "fakecontainerd/core/untold.h"
#include "fakecontainerd/core/wait.h"
#include "fakecontainerd/core/world.h"

enum {
    ARENA_LIMIT = 1 << 30, /* bytes of all state */
    FIRST_PID_DEFAULT = 1000
};

/* Zeroed; NULL where memory lacks. */
static struct fake *fake_alloc(void)
{
    struct fake *fake = calloc(1, sizeof *fake);
    struct filter_memo *memo = calloc(1, sizeof *memo);
    if (fake == NULL || memo == NULL) {
        free(fake);
        free(memo);
        return NULL;
    }
    fake->memo = memo;
    return fake;
}

int fake_new(struct fake **ret_fake, const struct fake_options *options)
{
    struct fake *fake = fake_alloc();
    int result = fake != NULL ? arena_init(&fake->arena, ARENA_LIMIT) : ERROR_NO_MEMORY;
    if (result == 0)
        result = arena_reserve(&fake->arena, arena_cost(sizeof(struct state)));
    if (result != 0) {
        fake_free(fake);
        return result;
    }
    fake->state = arena_alloc(&fake->arena, sizeof(struct state));
    state_of(fake)->next_pid = options != NULL && options->first_pid != 0 ? options->first_pid : FIRST_PID_DEFAULT;
    *ret_fake = fake;
    return 0;
}

void fake_free(struct fake *fake)
{
    if (fake == NULL)
        return;
    arena_release(&fake->arena);
    free(fake->answers);
    free(fake->memo);
    free(fake);
}

int fake_clone(struct fake **ret_clone, const struct fake *fake)
{
    struct fake *clone = fake_alloc();
    int result = clone != NULL ? arena_clone(&clone->arena, &fake->arena) : ERROR_NO_MEMORY;
    if (result != 0) {
        fake_free(clone);
        return result;
    }
    clone->state = fake->state;
    *ret_clone = clone;
    return 0;
}

int fake_copy(struct fake *to, const struct fake *from)
{
    int result = arena_clone(&to->arena, &from->arena);
    if (result == 0)
        to->state = from->state;
    return result;
}

size_t fake_size(const struct fake *fake)
{
    return sizeof *fake + arena_used(&fake->arena);
}

/* ---- stepping ---- */

static uint64_t event_cost(const struct fake *fake, const struct fake_event *event)
{
    switch (event->kind) {
    case FAKE_START: return output_cost();
    case FAKE_CONNECTED: return connection_cost();
    case FAKE_REQUEST: return request_cost(fake, event);
    case FAKE_COMMAND: return command_cost(fake, &event->command);
    case FAKE_DRAINED: return output_cost();
    case FAKE_DISCONNECTED:
    case FAKE_CANCELLED:
    case FAKE_TIME: return 0;
    }
    return 0;
}

/* True where something may come by the time alone: mostly nothing is to, and then no more is asked. */
static bool anything_ripens(const struct state *state)
{
    return (state->delayed.count | state->overlaps.count | state->held.count | state->late.count | state->untold.count |
            state->dead_shims | state->restarting) != 0;
}

static uint64_t ripen_cost(const struct fake *fake, int64_t now_ns)
{
    if (!anything_ripens(state_of(fake)))
        return 0;
    return world_ripen_cost(fake, now_ns) + late_ripen_cost(fake, now_ns) + untold_ripen_cost(fake, now_ns) +
           shims_ripen_cost(fake, now_ns) + hold_cost(fake);
}

/* What was due before this event comes before it. */
static void ripen(struct fake *fake)
{
    if (!anything_ripens(state_of(fake))) {
        subscriptions_ripen(fake);
        return;
    }
    outputs_ripen(fake);
    overlaps_ripen(fake);
    subscriptions_ripen(fake);
    hold_ripen(fake);
    world_ripen(fake);
    late_ripen(fake);
    untold_ripen(fake);
    shims_ripen(fake);
}

/* Room for all that the step may allocate: behind this nothing can fail. */
static int reserve(struct fake *fake, const struct fake_event *event)
{
    uint64_t cost = event_cost(fake, event) + ripen_cost(fake, event->now_ns);
    size_t answers = state_of(fake)->answers_size + waiters_answer_size(fake);

    if (cost > ARENA_LIMIT)
        return ERROR_LIMIT;
    if (event->kind == FAKE_REQUEST)
        answers += request_answer_size(fake, event);
    if (answers > fake->answers_capacity) {
        unsigned char *larger = realloc(fake->answers, answers);
        if (larger == NULL)
            return ERROR_NO_MEMORY;
        fake->answers = larger;
        fake->answers_capacity = answers;
    }
    return arena_reserve(&fake->arena, (uint32_t)cost);
}

static void take(struct fake *fake, const struct fake_event *event)
{
    switch (event->kind) {
    case FAKE_START: world_start(fake); return;
    case FAKE_CONNECTED: connection_add(fake, event->connection_id); return;
    case FAKE_DISCONNECTED: connection_drop(fake, event->connection_id); return;
    case FAKE_REQUEST: request_answer(fake, event); return;
    case FAKE_CANCELLED:
        subscriptions_drop(fake, event->connection_id, event->stream_id);
        waiters_drop(fake, event->connection_id, event->stream_id);
        outputs_drop(fake, event->connection_id, event->stream_id);
        return;
    case FAKE_COMMAND: command_do(fake, &event->command); return;
    case FAKE_DRAINED: connection_hang_up(fake, event->connection_id); return;
    case FAKE_TIME: return;
    }
}

int fake_step(struct fake *fake, const struct fake_event *event, struct fake_actions *actions)
{
    actions->count = 0;
    int result = reserve(fake, event);
    if (result != 0)
        return result;
    state_of(fake)->now_ns = event->now_ns;
    state_of(fake)->wall_ns = time_add(event->wall_ns, state_of(fake)->wall_ahead_ns);
    fake->spare = event->spare;
    outputs_forget(fake);
    ripen(fake);
    take(fake, event);
    outputs_hand_out(fake, actions);
    return 0;
}

/* ---- looking ---- */

static int64_t ripe_ns(const struct fake *fake)
{
    const struct state *state = state_of(fake);
    int64_t deadline = state->restarting ? state->up_at_ns : TIME_NEVER;

    deadline = time_min(deadline, late_deadline_ns(fake));
    deadline = time_min(deadline, hold_deadline_ns(fake));
    deadline = time_min(deadline, untold_deadline_ns(fake));
    deadline = time_min(deadline, shims_deadline_ns(fake));
    if (state->delayed.count > 0)
        deadline = time_min(deadline, ((const struct output *)arena_at(&fake->arena, state->delayed.first))->due_ns);
    return deadline;
}

int64_t fake_deadline_ns(const struct fake *fake)
{
    const struct state *state = state_of(fake);
    int64_t deadline = anything_ripens(state) ? ripe_ns(fake) : TIME_NEVER;

    if (state->outbox.count > 0)
        return state->now_ns;
    for (arena_ref ref = state->subscriptions.first; ref != 0; ref = queue_next(fake, ref)) {
        const struct subscription *subscription = arena_at(&fake->arena, ref);
        if (!subscription->registered)
            deadline = time_min(deadline, subscription->since_ns);
    }
    return deadline;
}

bool fake_can_spare(const struct fake *fake, const struct fake_event *event)
{
    if (event->kind == FAKE_REQUEST)
        return rule_may_spare(fake, &event->request);
    return event->kind == FAKE_COMMAND && rule_may_spare_events(fake);
}

uint32_t fake_subscription_count(const struct fake *fake)
{
    return fake_subscription_count_below(fake, UINT64_MAX);
}

uint32_t fake_subscription_count_below(const struct fake *fake, uint64_t connection_id)
{
    uint32_t count = 0;
    for (arena_ref ref = state_of(fake)->subscriptions.first; ref != 0; ref = queue_next(fake, ref)) {
        const struct subscription *subscription = arena_at(&fake->arena, ref);
        count += subscription->connection_id < connection_id && !subscription->silent;
    }
    return count;
}

bool fake_is_orphan(const struct fake *fake, struct text name_space, struct text id)
{
    arena_ref ref = slot_find(fake, name_space, id);
    const struct slot *slot = ref != 0 ? arena_at(&fake->arena, ref) : NULL;
    return slot != NULL && slot->orphan && slot->has_task;
}

bool fake_task(const struct fake *fake, struct text name_space, struct text id, struct fake_process *ret_process,
               bool *ret_has_task)
{
    arena_ref ref = slot_find(fake, name_space, id);
    if (ref == 0)
        return false;
    const struct slot *slot = arena_at(&fake->arena, ref);
    const struct container *container = container_of(fake, slot);
    *ret_has_task = slot->has_task;
    *ret_process = (struct fake_process){
        .container_id = text_in(fake, container->id),
        .name_space = text_in(fake, container->name_space),
        .status = slot->init.status,
        .pid = slot->init.pid,
        .exit_status = slot->init.exit_status,
        .exited = slot->init.exited,
        .exited_at_ns = slot->init.exited_at_ns,
    };
    return true;
}

const char *fake_event_name(enum fake_event_kind kind)
{
    static const char *const names[] = {
        [FAKE_START] = "start",     [FAKE_CONNECTED] = "connected", [FAKE_DISCONNECTED] = "disconnected",
        [FAKE_REQUEST] = "request", [FAKE_CANCELLED] = "cancelled", [FAKE_COMMAND] = "command",
        [FAKE_DRAINED] = "drained", [FAKE_TIME] = "time",
    };
    return names[kind];
}

const char *fake_action_name(enum fake_action_kind kind)
{
    static const char *const names[] = {
        [FAKE_REPLY] = "reply",           [FAKE_SEND_HEADERS] = "send headers",
        [FAKE_SEND_EVENT] = "send event", [FAKE_END_STREAM] = "end stream",
        [FAKE_GOAWAY] = "goaway",         [FAKE_CLOSE_CONNECTION] = "close connection",
        [FAKE_SILENCE] = "silence",       [FAKE_LISTEN] = "listen",
        [FAKE_UNLISTEN] = "unlisten",     [FAKE_DID] = "did",
    };
    return names[kind];
}
