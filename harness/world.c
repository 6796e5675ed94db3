/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/world.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* A given container as a record. */
static int set_given(struct world *world, const struct scenario_container *container, const struct fake_process *init)
{
    struct scenario_record given = {.id = container->id,
                                    .state = container->state,
                                    .pid = container->state == SCENARIO_EXITED ? 0 : init->pid,
                                    .code = (int32_t)container->code};
    struct container_record record = world_record(&given, init->exited_at_ns);
    return container->state == SCENARIO_NO_TASK ? 0 : store_set(&world->store, &record);
}

/* The handler's side of what is given: as the fake's, unless the file says otherwise. */
static int fill_store(struct world *world)
{
    const struct scenario_given *given = &world->scenario->given;
    int result = 0;
    for (size_t i = 0; result == 0 && given->records_kind != SCENARIO_RECORDS_NONE && i < given->container_count; i++) {
        const struct scenario_container *container = &given->containers[i];
        struct fake_process init;
        bool has_task;
        /* The fake is asked for the pid, since it may have chosen it. */
        if (fake_task(world->fake, given->name_space, container->id, &init, &has_task) && has_task)
            result = set_given(world, container, &init);
    }
    for (size_t i = 0; result == 0 && i < given->record_count; i++) {
        struct container_record record = world_record(&given->records[i], WORLD_WALL_START_NS - TIME_SECOND);
        result = store_set(&world->store, &record);
    }
    return result;
}

static int begin(struct world *world)
{
    struct fake_event fake_event = {.kind = FAKE_COMMAND};
    struct monitor_event handler_event = {.kind = MONITOR_START};
    int result = 0;

    while (result == 0 && script_given(world->script, &fake_event.command))
        result = world_fake_event(world, &fake_event, 0);
    if (result == 0)
        result = fill_store(world);
    fake_event.kind = FAKE_START;
    if (result == 0)
        result = world_fake_event(world, &fake_event, 0);
    if (result == 0)
        result = world_fake_drain(world);
    if (world->scenario->no_handler)
        return result;
    if (result == 0)
        result = world_handler_event(world, &handler_event);
    return result != 0 ? result : world_handler_drain(world);
}

int world_init(struct world *world, enum world_level level, const struct scenario *scenario, struct text policy_name,
               policy_switches policy)
{
    struct monitor_options monitor_options = {.policy = policy, .name_space = scenario->given.name_space};
    struct fake_options fake_options = {0};
    int result;

    memset(world, 0, sizeof *world);
    world->scenario = scenario;
    net_init(&world->net);
    choice_init(&world->choice);
    world->room = calloc(1, sizeof *world->room);
    result = world->room != NULL ? 0 : ERROR_NO_MEMORY;
    if (result == 0)
        result = watch_init(&world->watch, scenario, policy_name, policy, &world->trace);
    if (result == 0)
        result = store_init(&world->store, scenario);
    if (result == 0)
        result = wires_init(&world->wires, level, scenario, world_transport_of_2017(world));
    if (result == 0)
        result = monitor_new(&world->monitor, &monitor_options);
    if (result == 0)
        result = fake_new(&world->fake, &fake_options);
    if (result == 0)
        result = script_new(&world->script, scenario, 0);
    if (result == 0)
        result = world_client_init(world);
    return result != 0 ? result : begin(world);
}

void world_release(struct world *world)
{
    client_free(world->client);
    script_free(world->script);
    wires_release(&world->wires);
    fake_free(world->fake);
    monitor_free(world->monitor);
    watch_release(&world->watch);
    store_release(&world->store);
    net_release(&world->net);
    choice_release(&world->choice);
    free(world->calls);
    free(world->taken);
    buffer_release(&world->trace.text);
    if (!world->is_copy)
        free(world->room);
}

static int dial_result(struct world *world, struct net_connection *connection)
{
    uint64_t id = connection->id;

    connection->dialing = false;
    if (id >= NET_CLIENT_FIRST)
        return world_client_dialed(world, connection);
    if (world->net.socket == NET_SERVES)
        return wires_connected(&world->wires, id, world->now_ns);
    if (world->net.socket == NET_NEVER_ACCEPTS) {
        connection->waits = true;
        net_stall(connection, NET_FAKE);
        return wires_handler_connected(&world->wires, id, world->now_ns);
    }
    connection->to[NET_HANDLER].told = true;
    connection->to[NET_FAKE].told = true;
    net_settle(connection);
    wires_handler_lost(&world->wires, id,
                       text_of(world->net.socket == NET_MISSING ? "No such file or directory" : "Connection refused"),
                       world->now_ns);
    return 0;
}

/* What comes of the bytes that are under way: all of them, or by chance the first so many eighths. */
static struct buffer piece_of(struct world *world, const struct net_direction *in)
{
    struct buffer piece = in->bytes;
    if (!world->chances.pieces)
        return piece;
    bool by_chance = world->wires.level == WORLD_BYTES && piece.length >= WORLD_PIECES;
    uint32_t eighths = by_chance ? choice_below(&world->choice, WORLD_PIECES, "piece") : 0;
    if (eighths > 0)
        piece.length = piece.length * eighths / WORLD_PIECES;
    return piece;
}

/* A peer's bytes, or their end. An error of a session only means that its connection is to be closed. */
static int deliver_to_handler(struct world *world, struct net_connection *connection)
{
    struct net_direction *in = &connection->to[NET_HANDLER];
    uint64_t id = connection->id;
    int result = 0;

    if (id >= NET_CLIENT_FIRST)
        return world_client_deliver(world, connection);
    if (in->bytes.length > 0) {
        struct buffer piece = piece_of(world, in);
        result = wires_handler_receive(&world->wires, id, &piece, world->now_ns);
        buffer_consume(&in->bytes, piece.length);
        if (result == 0)
            return 0;
    } else {
        wires_handler_lost(&world->wires, id, text_of("transport is closing"), world->now_ns);
    }
    net_close(&world->net, connection, NET_HANDLER, world->now_ns);
    net_settle(connection);
    return result == ERROR_NO_MEMORY ? result : 0;
}

static int deliver_to_fake(struct world *world, struct net_connection *connection)
{
    struct net_direction *in = &connection->to[NET_FAKE];
    uint64_t id = connection->id;
    int result = 0;

    if (in->bytes.length > 0) {
        struct buffer piece = piece_of(world, in);
        result = wires_fake_receive(&world->wires, id, &piece, world->now_ns);
        buffer_consume(&in->bytes, piece.length);
        if (result == 0)
            return 0;
    } else {
        wires_fake_lost(&world->wires, id, world->now_ns);
    }
    net_close(&world->net, connection, NET_FAKE, world->now_ns);
    net_settle(connection);
    return result == ERROR_NO_MEMORY ? result : 0;
}

static int record_step(struct world *world, struct scenario_place place)
{
    void *items = world->taken;
    int result = grow(&items, world->taken_count, &world->taken_capacity, sizeof *world->taken);
    world->taken = items;
    if (result == 0)
        world->taken[world->taken_count++] = (struct world_step){place, world->now_ns};
    return result;
}

static int take_step(struct world *world, const struct pending *pending)
{
    struct fake_event event;
    struct script_step *step = &world->room->step;
    size_t index = pending->index;

    if (pending->token == PENDING_LATER)
        return 0;
    if (script_turns(world->script, world->now_ns, world->room->turns) <= index)
        return ERROR_INVALID;
    script_look(world->script, world->room->turns[index].token, world->now_ns, step);
    if (!step->missed && (step->source->verb == SCENARIO_CALL || step->source->verb == SCENARIO_ANSWERED ||
                          step->source->verb == SCENARIO_HEARD)) {
        if (world->records_steps && record_step(world, step->source->place) != 0)
            return ERROR_NO_MEMORY;
        return world_client_take(world, step);
    }
    script_take(world->script, step->token, world->now_ns);
    if (world->records_steps && record_step(world, step->source->place) != 0)
        return ERROR_NO_MEMORY;
    world->last_step_ns = world->now_ns;
    if (step->source->verb == SCENARIO_RESTART || step->source->verb == SCENARIO_HANDLER)
        world->last_step_ns = time_add(world->now_ns, step->source->down_ns);
    if (step->missed) {
        world_refuse(world, step->line, "the step",
                     text_of("what it waits for has not come within 10 minutes of virtual time"));
        return 0;
    }
    if (!step->has_command)
        return world_other_step(world, step->source, step->line);
    if (step->source->verb == SCENARIO_RELEASE)
        store_let_go(&world->store, step->source->hold, &world->net.sequence, world->now_ns);
    fake_event_clear(&event);
    event.kind = FAKE_COMMAND;
    script_command(world->script, step->token, &event.command);
    return world_fake_event(world, &event, step->line);
}

static int handler_time(struct world *world)
{
    struct monitor_event event;
    clear_bytes(&event, sizeof event);
    event.kind = MONITOR_TIME;
    return world_handler_event(world, &event);
}

static int fake_time(struct world *world)
{
    struct fake_event event;
    fake_event_clear(&event);
    event.kind = FAKE_TIME;
    return world_fake_event(world, &event, 0);
}

static int crash(struct world *world)
{
    const struct scenario_place nowhere = {0, 0};
    world->chances.crashes--;
    if (world->records_steps && record_step(world, nowhere) != 0)
        return ERROR_NO_MEMORY;
    return world_crash_handler(world, WORLD_CRASH_DOWN_NS);
}

static int happen(struct world *world, const struct pending *pending)
{
    switch (pending->kind) {
    case PENDING_DIAL: return dial_result(world, &world->net.connections[pending->index]);
    case PENDING_TO_HANDLER: return deliver_to_handler(world, &world->net.connections[pending->index]);
    case PENDING_TO_FAKE: return deliver_to_fake(world, &world->net.connections[pending->index]);
    case PENDING_STORE: return world_store(world);
    case PENDING_HANDLER_START: return world_start_handler(world);
    case PENDING_HANDLER_TIMER: return handler_time(world);
    case PENDING_HANDLER_WIRE: wires_handler_time(&world->wires, world->now_ns); return 0;
    case PENDING_FAKE_TIMER: return fake_time(world);
    case PENDING_CLIENT: return world_client_time(world);
    case PENDING_FAKE_WIRE: wires_fake_time(&world->wires, world->now_ns); return 0;
    case PENDING_SCRIPT: return take_step(world, pending);
    case PENDING_CRASH: return crash(world);
    }
    return 0;
}

int world_happen(struct world *world, const struct pending *pending)
{
    int result;
    if (++world->happenings > WORLD_HAPPENINGS_MAX)
        return ERROR_LIMIT;
    world->now_ns = pending->time_ns;
    result = happen(world, pending);
    /* Mostly only one side has something to hear. */
    if (result == 0 && !wires_handler_rests(&world->wires))
        result = world_handler_drain(world);
    if (result == 0 && world->client != NULL)
        result = world_client_drain(world);
    if (result == 0 && !wires_fake_rests(&world->wires))
        result = world_fake_drain(world);
    if (result == 0 && world->client != NULL)
        world_client_settle(world);
    return result;
}

bool world_quiet(const struct world *world)
{
    if (!script_done(world->script) || world->handler_down || world->store.request_count > 0)
        return false;
    for (size_t i = 0; i < world->net.slots; i++) {
        const struct net_connection *connection = &world->net.connections[i];
        if (connection->id != 0 &&
            (connection->dialing || net_pending(connection, NET_HANDLER) || net_pending(connection, NET_FAKE)))
            return false;
    }
    return !monitor_busy(world->monitor) && fake_deadline_ns(world->fake) == TIME_NEVER &&
           monitor_unrest_ns(world->monitor) == TIME_NEVER;
}
