/* SPDX-License-Identifier: Apache-2.0 */
/* What the script does to the handler's own side: its process, its store, its owner. */
#include "base/status.h"
#include "harness/world.h"

/* ---- the process ---- */

struct net_connection *world_connection(struct world *world, uint64_t handler_connection_id)
{
    return net_find(&world->net, world->wires.handler_base + handler_connection_id);
}

/* A monitor that has not been started, in place of the one there is. */
static int replace_monitor(struct world *world)
{
    struct monitor_options options = {.policy = world->watch.switches, .name_space = world->scenario->given.name_space};
    monitor_free(world->monitor);
    world->monitor = NULL;
    world->handler_due.is_known = false;
    return monitor_new(&world->monitor, &options);
}

static void close_connections(struct world *world)
{
    for (size_t i = 0; i < world->net.slots; i++) {
        struct net_connection *connection = &world->net.connections[i];
        if (connection->id == 0 || connection->id >= NET_CLIENT_FIRST)
            continue;
        if (connection->dialing) {
            connection->dialing = false;
            connection->to[NET_FAKE].told = true;
        }
        net_close(&world->net, connection, NET_HANDLER, world->now_ns);
        net_settle(connection);
    }
}

int world_crash_handler(struct world *world, int64_t down_ns)
{
    if (world->handler_down)
        return 0;
    trace_remark(&world->trace, world->now_ns, "handler", text_of("crash"));
    close_connections(world);
    store_forsake(&world->store);
    watch_crashed(&world->watch, world->store.records, world->store.record_count);
    world->handler_down = true;
    world->handler_up_ns = time_add(world->now_ns, down_ns);
    int result =
        wires_new_handler(&world->wires, world->scenario, world_transport_of_2017(world), world->newest_connection);
    return result != 0 ? result : replace_monitor(world);
}

int world_start_handler(struct world *world)
{
    struct monitor_event event = {.kind = MONITOR_START};
    world->handler_down = false;
    return world_handler_event(world, &event);
}

static int take_fate(struct world *world, const struct scenario_step *step)
{
    struct monitor_event event = {.kind = MONITOR_START};
    switch (step->fate) {
    case SCENARIO_FATE_CRASH: return world_crash_handler(world, step->down_ns);
    case SCENARIO_FATE_STOP: event.kind = MONITOR_STOP; break;
    case SCENARIO_FATE_START: break;
    }
    return world->handler_down ? 0 : world_handler_event(world, &event);
}

/* ---- the store ---- */

struct container_record world_record(const struct scenario_record *given, int64_t finished_at_ns)
{
    struct container_record record = {
        .id = given->id, .pid = given->pid, .created_at_ns = WORLD_WALL_START_NS - 10 * TIME_SECOND};
    if (given->state != SCENARIO_CREATED)
        record.started_at_ns = WORLD_WALL_START_NS - 9 * TIME_SECOND;
    if (given->state != SCENARIO_EXITED)
        return record;
    record.finished_at_ns = given->has_finished_at ? given->finished_at_ns : finished_at_ns;
    record.exit_code = given->code;
    record.finished = given->inferred || given->delete_pending;
    record.inferred = given->inferred;
    record.delete_pending = given->delete_pending;
    return record;
}

int world_store(struct world *world)
{
    const struct store_request *request = store_coming(&world->store);
    struct store_answer answer;
    struct monitor_event event;

    /* A thing that happens of its own: what is done may be followed by a crash, before anybody hears of it. */
    if (!request->done) {
        script_saw_store(world->script, request->kind, SCENARIO_PASSED_ANSWERED, request->record.id, world->now_ns);
        return store_do(&world->store);
    }
    store_answer(&world->store, &answer);
    clear_bytes(&event, sizeof event);
    event.kind = MONITOR_STORE_WRITTEN;
    event.write_id = answer.write_id;
    if (answer.failed) {
        event.kind = MONITOR_STORE_FAILED;
        event.outcome.status = STATUS_INTERNAL;
        event.outcome.text = answer.text;
    } else if (answer.write_id == 0) {
        event.kind = MONITOR_STORE_LOADED;
        event.records = world->store.records;
        event.record_count = world->store.record_count;
    }
    return world_handler_event(world, &event);
}

static int take_record(struct world *world, const struct scenario_step *step)
{
    int64_t wall_ns = WORLD_WALL_START_NS + world->now_ns;
    struct container_record record = world_record(&step->record, wall_ns);
    struct monitor_event event = {.kind = MONITOR_RECORD_SET, .records = &record, .record_count = 1};
    int result = 0;

    if (step->record.state == SCENARIO_NO_TASK) {
        event.kind = MONITOR_RECORD_REMOVED;
        event.task.container_id = step->container;
        store_take_away(&world->store, step->container);
    } else {
        result = store_set(&world->store, &record);
    }
    if (result != 0 || !world->handler_down)
        return result != 0 ? result : world_handler_event(world, &event);
    /* What is true is so though the handler does not hear it. */
    ledger_heard(&world->watch.ledger, &event);
    return 0;
}

/* ---- the owner ---- */

static int take_lock(struct world *world, const struct scenario_step *step)
{
    struct monitor_event event = {.kind = step->verb == SCENARIO_LOCK ? MONITOR_LOCKED : MONITOR_UNLOCKED,
                                  .task = {.container_id = step->container}};
    return world->handler_down ? 0 : world_handler_event(world, &event);
}

/* What is asked while the handler is down is heard by nobody. */
static int take_ask(struct world *world, const struct scenario_step *step)
{
    struct monitor_event event = {.kind = MONITOR_OPERATION};
    int result = owner_ask(&world->watch.expect.owner, step, world->now_ns, &event.operation);
    if (result != 0 || !world->handler_down)
        return result != 0 ? result : world_handler_event(world, &event);
    owner_unheard(&world->watch.expect.owner);
    return 0;
}

/* What is answered already cannot be abandoned: then it is a step that comes too late, and does nothing. */
static int take_abandon(struct world *world, const struct scenario_step *step)
{
    struct monitor_event event = {.kind = MONITOR_ABANDONED};
    if (owner_find(&world->watch.expect.owner, step->hold) == NULL) {
        world_refuse(world, step->place.line, "abandon", text_of("nothing has been asked under that name yet"));
        return 0;
    }
    if (!owner_abandon(&world->watch.expect.owner, step->hold, &event.operation) || world->handler_down)
        return 0;
    return world_handler_event(world, &event);
}

/* ---- steps ---- */

void world_refuse(struct world *world, size_t line, const char *what, struct text why)
{
    if (world->refused.text[0] != '\0')
        return;
    (void)error_set(&world->refused, 0, "%.*s:%zu: %s cannot be done: %.*s", TEXT_ARGUMENTS(world->scenario->file),
                    line, what, TEXT_ARGUMENTS(why));
}

static const char *actor_of(enum scenario_verb verb)
{
    if (verb == SCENARIO_ADVANCE)
        return "time has passed";
    return verb == SCENARIO_HANDLER ? "the handler's process" : "the owner";
}

int world_other_step(struct world *world, const struct scenario_step *step, size_t line)
{
    static const struct {
        enum scenario_verb verb;
        int (*take)(struct world *world, const struct scenario_step *step);
    } rows[] = {
        {SCENARIO_LOCK, take_lock},    {SCENARIO_UNLOCK, take_lock}, {SCENARIO_RECORD, take_record},
        {SCENARIO_HANDLER, take_fate}, {SCENARIO_ASK, take_ask},     {SCENARIO_ABANDON, take_abandon},
    };
    trace_script_other(&world->trace, world->now_ns, line, actor_of(step->verb));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].verb == step->verb)
            return rows[i].take(world, step);
    return 0;
}
