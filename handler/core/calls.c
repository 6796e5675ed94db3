/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/calls.h"

#include "base/status.h"
#include "handler/core/actions.h"

bool calls_possible(const struct state *state)
{
    return state->connection == CONNECTION_ALIVE;
}

struct monitor_action *calls_begin(struct step *step, enum monitor_call call, enum call_owner owner, arena_ref subject)
{
    struct state *state = step->state;
    arena_ref ref = arena_alloc(step->arena, sizeof(struct call));
    struct call *begun = arena_at(step->arena, ref);
    struct monitor_action *action = action_add(step, MONITOR_CALL);

    begun->id = ++state->call_id;
    begun->connection_id = state->connection_id;
    begun->call = call;
    begun->owner = owner;
    begun->subject = subject;
    numbers_insert(step->arena, &state->calls, begun->id, ref);
    action->connection_id = begun->connection_id;
    action->call_id = begun->id;
    action->call = call;
    return action;
}

bool calls_take(struct step *step, uint64_t call_id, struct call *ret_call)
{
    arena_ref ref = numbers_remove(step->arena, &step->state->calls, call_id);
    if (ref == 0)
        return false;
    *ret_call = *(const struct call *)arena_at(step->arena, ref);
    arena_free(step->arena, ref, sizeof *ret_call);
    return true;
}

bool calls_next(const struct arena *arena, const struct state *state, uint64_t after, struct call *ret_call)
{
    arena_ref ref = numbers_next(arena, &state->calls, after, NULL);
    if (ref == 0)
        return false;
    *ret_call = *(const struct call *)arena_at(arena, ref);
    return true;
}

bool calls_live(const struct state *state, const struct call *call)
{
    return state->connection != CONNECTION_ABSENT && call->connection_id == state->connection_id;
}

/* Calls are numbered in the order of their connections, so one of a lost connection is always the first. */
static const struct call *first_lost(const struct arena *arena, const struct state *state)
{
    arena_ref ref = numbers_first(arena, &state->calls);
    const struct call *first = ref != 0 ? arena_at(arena, ref) : NULL;
    return first != NULL && !calls_live(state, first) ? first : NULL;
}

bool calls_lost_left(const struct arena *arena, const struct state *state)
{
    return state->calls.map.count > 0 && first_lost(arena, state) != NULL;
}

bool calls_take_lost(struct step *step, struct call *ret_call)
{
    const struct call *lost = first_lost(step->arena, step->state);
    return lost != NULL && calls_take(step, lost->id, ret_call);
}

bool calls_is_lost(const struct step *step, uint64_t call_id, struct outcome outcome)
{
    return step->event->kind != MONITOR_REPLY || step->event->call_id != call_id ||
           outcome.status == STATUS_DEADLINE_EXCEEDED;
}

void calls_forget(struct step *step, uint64_t call_id)
{
    struct call forgotten;
    (void)calls_take(step, call_id, &forgotten);
}

void calls_forget_all(struct step *step)
{
    struct call call;
    while (calls_next(step->arena, step->state, 0, &call))
        calls_forget(step, call.id);
}
