/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/world.h"

#include "base/time.h"
#include "fakecontainerd/core/output.h"
#include "fakecontainerd/core/publish.h"
#include "fakecontainerd/core/wait.h"

uint64_t connection_cost(void)
{
    return arena_cost(sizeof(struct connection)) + output_cost();
}

uint64_t close_all_cost(const struct fake *fake)
{
    return state_of(fake)->connections.count * output_cost();
}

static void listen_again(struct fake *fake)
{
    state_of(fake)->serving = true;
    state_of(fake)->restarting = false;
    output_add(fake, FAKE_LISTEN);
}

static void unlisten(struct fake *fake, enum fake_socket socket)
{
    state_of(fake)->serving = false;
    output_add(fake, FAKE_UNLISTEN)->socket = socket;
}

void world_start(struct fake *fake)
{
    enum fake_socket socket = state_of(fake)->socket;
    if (socket == FAKE_SOCKET_SERVES)
        listen_again(fake);
    else
        unlisten(fake, socket);
}

static const struct connection *connection_at(const struct fake *fake, arena_ref ref)
{
    return arena_at(&fake->arena, ref);
}

bool connection_known(const struct fake *fake, uint64_t id)
{
    for (arena_ref ref = state_of(fake)->connections.first; ref != 0; ref = queue_next(fake, ref))
        if (connection_at(fake, ref)->id == id)
            return true;
    return false;
}

void connection_add(struct fake *fake, uint64_t id)
{
    struct state *state = state_of(fake);
    if (!state->serving || state->connections.count == FAKE_CONNECTIONS_MAX) {
        output_add_for(fake, FAKE_CLOSE_CONNECTION, id, 0, 0);
        return;
    }
    arena_ref ref = arena_alloc(&fake->arena, sizeof(struct connection));
    struct connection *connection = arena_at(&fake->arena, ref);
    connection->id = id;
    queue_append(fake, &state->connections, ref);
}

static void forget(struct fake *fake, arena_ref before)
{
    arena_ref ref = queue_take_after(fake, &state_of(fake)->connections, before);
    uint64_t id = connection_at(fake, ref)->id;
    subscriptions_drop(fake, id, 0);
    waiters_drop(fake, id, 0);
    outputs_drop(fake, id, 0);
    arena_free(&fake->arena, ref, sizeof(struct connection));
}

void connection_drop(struct fake *fake, uint64_t id)
{
    arena_ref before = 0;
    for (arena_ref ref = state_of(fake)->connections.first; ref != 0; ref = queue_next(fake, ref)) {
        if (connection_at(fake, ref)->id == id) {
            forget(fake, before);
            return;
        }
        before = ref;
    }
}

void connection_hang_up(struct fake *fake, uint64_t id)
{
    if (!connection_known(fake, id))
        return;
    connection_drop(fake, id);
    output_add_for(fake, FAKE_CLOSE_CONNECTION, id, 0, 0);
}

void connections_goaway(struct fake *fake, const struct fake_goaway *goaway)
{
    for (arena_ref ref = state_of(fake)->connections.first; ref != 0; ref = queue_next(fake, ref))
        output_add_for(fake, FAKE_GOAWAY, connection_at(fake, ref)->id, 0, 0)->goaway = *goaway;
}

void connections_close(struct fake *fake)
{
    struct queue *connections = &state_of(fake)->connections;
    while (connections->count > 0) {
        uint64_t id = connection_at(fake, connections->first)->id;
        forget(fake, 0);
        output_add_for(fake, FAKE_CLOSE_CONNECTION, id, 0, 0);
    }
}

static void lose_everything(struct fake *fake)
{
    struct text key;
    for (arena_ref ref; (ref = slot_next(fake, (struct text){NULL, 0}, &key)) != 0;)
        slot_remove(fake, ref);
    while (map_next(&fake->arena, &state_of(fake)->name_spaces, (struct text){NULL, 0}, &key) != 0)
        (void)map_remove(&fake->arena, &state_of(fake)->name_spaces, key);
}

void world_restart(struct fake *fake, int64_t down_ns, enum fake_socket socket, enum fake_restart_state kept)
{
    struct state *state = state_of(fake);
    connections_close(fake);
    unlisten(fake, socket);
    state->restarting = true;
    state->up_at_ns = time_add(state->now_ns, down_ns);
    switch (kept) {
    case FAKE_STATE_KEPT: return;
    case FAKE_STATE_LOST: lose_everything(fake); return;
    }
}

void world_ripen(struct fake *fake)
{
    const struct state *state = state_of(fake);
    if (state->restarting && state->up_at_ns <= state->now_ns)
        listen_again(fake);
}
