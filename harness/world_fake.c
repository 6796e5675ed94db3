/* SPDX-License-Identifier: Apache-2.0 */
/* The fake's side of the world: what its core is told, and what is done with its actions. */
#include "harness/world.h"

static enum net_socket socket_of(enum fake_socket socket)
{
    switch (socket) {
    case FAKE_SOCKET_SERVES:
    case FAKE_SOCKET_STAYS_SILENT: return NET_SERVES;
    case FAKE_SOCKET_MISSING: return NET_MISSING;
    case FAKE_SOCKET_REFUSES: return NET_REFUSES;
    case FAKE_SOCKET_NEVER_ACCEPTS: return NET_NEVER_ACCEPTS;
    }
    return NET_MISSING;
}

/* What the script forges is heard by the handler and is not true; what was held has happened before. */
static bool is_true(const struct fake_did *did)
{
    bool happens = did->kind == FAKE_DID_HOLD || did->kind == FAKE_DID_PUBLISH || did->kind == FAKE_DID_DIE;
    return happens && !did->no_news;
}

static int perform(struct world *world, const struct fake_action *action, bool subscribed)
{
    struct net_connection *connection;

    switch (action->kind) {
    case FAKE_REPLY:
        script_saw_answer(world->script, action->connection_id, action->stream_id, world->now_ns);
        return wires_fake_perform(&world->wires, action, world->now_ns);
    case FAKE_SEND_HEADERS:
    case FAKE_SEND_EVENT:
    case FAKE_END_STREAM:
    case FAKE_GOAWAY: return wires_fake_perform(&world->wires, action, world->now_ns);
    case FAKE_CLOSE_CONNECTION:
        connection = net_find(&world->net, action->connection_id);
        if (connection != NULL) {
            net_close(&world->net, connection, NET_FAKE, world->now_ns);
            net_settle(connection);
        }
        return wires_fake_perform(&world->wires, action, world->now_ns);
    case FAKE_SILENCE:
        connection = net_find(&world->net, action->connection_id);
        if (connection != NULL && action->silence == FAKE_SILENCE_DOES_NOTHING)
            net_stall(connection, NET_FAKE);
        return wires_fake_perform(&world->wires, action, world->now_ns);
    case FAKE_LISTEN:
    case FAKE_UNLISTEN: net_show(&world->net, socket_of(action->socket), world->now_ns); break;
    case FAKE_DID:
        if (is_true(&action->did))
            watch_published(&world->watch, &action->did.published, subscribed);
        break;
    }
    return 0;
}

/* A story in which a step cannot happen is not the story that was written. */
static void refuse(struct world *world, const struct fake_event *event, size_t line, struct text why)
{
    world_refuse(world, line, fake_command_name(event->command.kind), why);
}

int world_fake_event(struct world *world, struct fake_event *event, size_t line)
{
    struct moment moment = world_moment(world, MOMENT_FAKE_EVENT);
    bool subscribed = fake_subscription_count_below(world->fake, NET_CLIENT_FIRST) > 0;
    int result;

    moment.fake_event = event;
    event->now_ns = world->now_ns;
    event->wall_ns = WORLD_WALL_START_NS + world->now_ns;
    event->spare = fake_can_spare(world->fake, event) && choice_below(&world->choice, 2, "spare") == 1;
    if (line > 0)
        trace_script_step(&world->trace, event, line);
    else
        trace_fake_event(&world->trace, event);
    /* What the scripted client asks for is not the handler's doing. */
    bool of_client = event->connection_id >= NET_CLIENT_FIRST;
    if (of_client && event->kind == FAKE_REQUEST)
        client_note_arrival(world->client, (int32_t)event->stream_id);
    result = of_client ? 0 : watch_see(&world->watch, &moment);
    world->fake_due.is_known = false;
    if (result == 0)
        result = fake_step(world->fake, event, &world->room->fake_actions);
    if (result == 0 && event->kind == FAKE_REQUEST)
        script_saw_request(world->script, event->connection_id, event->stream_id, &event->request, world->now_ns);
    for (size_t i = 0; result == 0 && i < world->room->fake_actions.count; i++) {
        trace_fake_action(&world->trace, &world->room->fake_actions.items[i]);
        if (world->room->fake_actions.items[i].kind == FAKE_DID &&
            world->room->fake_actions.items[i].did.kind == FAKE_DID_REFUSE_COMMAND)
            refuse(world, event, line, world->room->fake_actions.items[i].did.text);
        result = perform(world, &world->room->fake_actions.items[i], subscribed);
    }
    moment.kind = MOMENT_FAKE_STEPPED;
    return result != 0 ? result : watch_see(&world->watch, &moment);
}

static int flush(struct world *world)
{
    for (size_t i = 0; i < world->net.slots; i++) {
        struct net_connection *connection = &world->net.connections[i];
        struct buffer *out = net_outbox(connection, NET_FAKE);
        size_t before = out->length;
        if (connection->id == 0 || connection->dialing || connection->to[NET_FAKE].told)
            continue;
        int result = wires_fake_send(&world->wires, connection->id, out, world->now_ns);
        if (result == ERROR_NO_MEMORY)
            return ERROR_NO_MEMORY;
        if (out->length > before)
            net_written(&world->net, connection, NET_FAKE, world->now_ns);
        /* Its session is over: what it had to say is on its way, and a socket would be closed behind it. */
        if (result != 0) {
            net_close(&world->net, connection, NET_FAKE, world->now_ns);
            net_settle(connection);
        }
    }
    return 0;
}

int world_fake_drain(struct world *world)
{
    struct fake_event event;
    bool is_flushed = false;
    int result = 0;
    while (wires_fake_next(&world->wires, &event)) {
        result = world_fake_event(world, &event, 0);
        /* What one request has brought about goes out before what the next one does, as from a server with threads. */
        if (result == 0)
            result = flush(world);
        if (result != 0)
            return result;
        /* Values come of nothing but what the core does; sessions have words of their own. */
        is_flushed = world->wires.level == WORLD_VALUES;
    }
    if (!is_flushed)
        result = flush(world);
    wires_fake_drained(&world->wires);
    return result;
}
