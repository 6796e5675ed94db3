/* SPDX-License-Identifier: Apache-2.0 */
/* The handler's side of the world: what its core is told, and what is done with its actions. */
#include "harness/world.h"

/* A request to the store, with the fault that it meets. */
static int ask_store(struct world *world, enum scenario_store kind, const struct monitor_action *action)
{
    struct container_record forgotten = {.id = action->container_id};
    const struct container_record *record = kind == SCENARIO_STORE_PUT      ? &action->record
                                            : kind == SCENARIO_STORE_FORGET ? &forgotten
                                                                            : NULL;
    struct text id = record != NULL ? record->id : text_of(NULL);
    size_t fault;
    int result;

    world->store.spare = store_can_spare(&world->store, kind, id) && choice_below(&world->choice, 2, "spare") == 1;
    result = store_ask(&world->store, kind, action->write_id, record, ++world->net.sequence, world->now_ns, &fault);

    if (result != 0)
        return result;
    if (fault > 0)
        trace_store_fault(&world->trace, fault);
    script_saw_store(world->script, kind, SCENARIO_PASSED_ASKED, id, world->now_ns);
    return 0;
}

static int dial(struct world *world, uint64_t handler_connection_id)
{
    uint64_t id = world->wires.handler_base + handler_connection_id;
    world->newest_connection = id;
    return net_dial(&world->net, id, world->now_ns);
}

static int perform(struct world *world, const struct monitor_action *action)
{
    struct net_connection *connection;

    switch (action->kind) {
    case MONITOR_DIAL: return dial(world, action->connection_id);
    case MONITOR_CLOSE:
        connection = world_connection(world, action->connection_id);
        if (connection != NULL) {
            net_close(&world->net, connection, NET_HANDLER, world->now_ns);
            net_settle(connection);
        }
        return wires_handler_perform(&world->wires, action, world->now_ns);
    case MONITOR_OPEN_STREAM:
    case MONITOR_CANCEL_STREAM:
    case MONITOR_ABANDON_STREAM:
    case MONITOR_CALL:
    case MONITOR_PING: return wires_handler_perform(&world->wires, action, world->now_ns);
    case MONITOR_PUT: return ask_store(world, SCENARIO_STORE_PUT, action);
    case MONITOR_FORGET: return ask_store(world, SCENARIO_STORE_FORGET, action);
    case MONITOR_LOAD: return ask_store(world, SCENARIO_STORE_LOAD, action);
    case MONITOR_ANSWER:
    case MONITOR_TELL:
    case MONITOR_NOTE: break;
    }
    return 0;
}

int world_handler_event(struct world *world, struct monitor_event *event)
{
    struct moment moment = world_moment(world, MOMENT_HANDLER_EVENT);
    int result;

    event->now_ns = world->now_ns;
    event->wall_ns = WORLD_WALL_START_NS + world->now_ns;
    /* The clock's knock is worth a line only where something comes of it. */
    if (event->kind != MONITOR_TIME)
        trace_handler_event(&world->trace, event);
    moment.handler_event = event;
    result = watch_see(&world->watch, &moment);
    world->handler_due.is_known = false;
    if (result == 0)
        result = monitor_step(world->monitor, event, &world->room->monitor_actions);
    if (result == 0 && event->kind == MONITOR_TIME && world->room->monitor_actions.count > 0)
        trace_handler_event(&world->trace, event);
    for (size_t i = 0; result == 0 && i < world->room->monitor_actions.count; i++) {
        const struct monitor_action *action = &world->room->monitor_actions.items[i];
        trace_handler_action(&world->trace, action);
        moment.kind = MOMENT_HANDLER_ACTION;
        moment.handler_action = action;
        result = watch_see(&world->watch, &moment);
        if (result == 0)
            result = perform(world, action);
    }
    moment.kind = MOMENT_HANDLER_STEPPED;
    return result != 0 ? result : watch_see(&world->watch, &moment);
}

/* Moves what the sessions have ready into the pipes. */
static int flush(struct world *world)
{
    for (size_t i = 0; i < world->net.slots; i++) {
        struct net_connection *connection = &world->net.connections[i];
        struct buffer *out = net_outbox(connection, NET_HANDLER);
        size_t before = out->length;
        if (connection->id == 0 || connection->id >= NET_CLIENT_FIRST || connection->dialing ||
            connection->to[NET_HANDLER].told)
            continue;
        int result = wires_handler_send(&world->wires, connection->id, out, world->now_ns);
        if (result == ERROR_NO_MEMORY)
            return ERROR_NO_MEMORY;
        if (out->length > before)
            net_written(&world->net, connection, NET_HANDLER, world->now_ns);
        /* Its session is over: what it had to say is on its way, and a socket would be closed behind it. */
        if (result != 0) {
            net_close(&world->net, connection, NET_HANDLER, world->now_ns);
            net_settle(connection);
        }
    }
    return 0;
}

int world_handler_drain(struct world *world)
{
    struct monitor_event event;
    int result;
    while (wires_handler_next(&world->wires, &event)) {
        result = world_handler_event(world, &event);
        if (result != 0)
            return result;
    }
    result = flush(world);
    wires_handler_drained(&world->wires);
    return result;
}
