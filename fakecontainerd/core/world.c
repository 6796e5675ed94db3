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

static bool accepts(enum fake_socket socket)
{
    return socket == FAKE_SOCKET_SERVES || socket == FAKE_SOCKET_STAYS_SILENT;
}

static void show(struct fake *fake, enum fake_socket socket)
{
    state_of(fake)->socket = socket;
    state_of(fake)->serving = accepts(socket);
    output_add(fake, accepts(socket) ? FAKE_LISTEN : FAKE_UNLISTEN)->socket = socket;
}

void world_start(struct fake *fake)
{
    state_of(fake)->started = true;
    show(fake, state_of(fake)->socket);
}

void world_socket(struct fake *fake, enum fake_socket socket)
{
    if (state_of(fake)->started)
        show(fake, socket);
    else
        state_of(fake)->socket = socket;
}

static const struct connection *connection_at(const struct fake *fake, arena_ref ref)
{
    return arena_at(&fake->arena, ref);
}

static const struct connection *connection_find(const struct fake *fake, uint64_t id)
{
    for (arena_ref ref = state_of(fake)->connections.first; ref != 0; ref = queue_next(fake, ref))
        if (connection_at(fake, ref)->id == id)
            return connection_at(fake, ref);
    return NULL;
}

static bool connection_known(const struct fake *fake, uint64_t id)
{
    return connection_find(fake, id) != NULL;
}

bool connection_heard(const struct fake *fake, uint64_t id)
{
    const struct connection *connection = connection_find(fake, id);
    return connection != NULL && connection->silence == FAKE_SILENCE_NONE;
}

/* Nothing more comes from it: what waits for it is dropped, and what it asks later has no effect. */
static void silence(struct fake *fake, struct connection *connection, enum fake_silence how)
{
    connection->silence = how;
    subscriptions_silence(fake, connection->id);
    waiters_drop(fake, connection->id, 0);
    outputs_drop(fake, connection->id, 0);
    output_add_for(fake, FAKE_SILENCE, connection->id, 0, 0)->silence = how;
}

void connections_silence(struct fake *fake, enum fake_silence how)
{
    for (arena_ref ref = state_of(fake)->connections.first; ref != 0; ref = queue_next(fake, ref)) {
        struct connection *connection = arena_at(&fake->arena, ref);
        if (connection->silence < how)
            silence(fake, connection, how);
    }
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
    if (state->socket == FAKE_SOCKET_STAYS_SILENT)
        silence(fake, connection, FAKE_SILENCE_ONLY_READS);
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
        if (connection_at(fake, ref)->silence == FAKE_SILENCE_NONE)
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
    for (arena_ref ref; (ref = slot_first(fake)) != 0;)
        slot_remove(fake, ref);
    while (map_next(&fake->arena, &state_of(fake)->name_spaces, (struct text){NULL, 0}, &key) != 0)
        (void)map_remove(&fake->arena, &state_of(fake)->name_spaces, key);
}

void world_restart(struct fake *fake, int64_t down_ns, enum fake_socket socket, enum fake_restart_state kept)
{
    struct state *state = state_of(fake);
    connections_close(fake);
    show(fake, socket);
    state->restarting = true;
    state->up_at_ns = time_add(state->now_ns, down_ns);
    switch (kept) {
    case FAKE_STATE_KEPT: return;
    case FAKE_STATE_LOST: lose_everything(fake); return;
    }
}

uint64_t world_ripen_cost(const struct fake *fake, int64_t now_ns)
{
    const struct state *state = state_of(fake);
    return state->restarting && state->up_at_ns <= now_ns ? close_all_cost(fake) + output_cost() : 0;
}

void world_ripen(struct fake *fake)
{
    struct state *state = state_of(fake);
    if (!state->restarting || state->up_at_ns > state->now_ns)
        return;
    state->restarting = false;
    /* Those that were accepted in silence. */
    connections_close(fake);
    show(fake, FAKE_SOCKET_SERVES);
}
