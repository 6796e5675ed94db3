/* SPDX-License-Identifier: Apache-2.0 */
/* What can happen next in a world. */
#include "harness/world.h"

/* What has been found so far. */
struct found {
    struct timeline *timeline;
    int64_t now_ns;
    int64_t until_ns; /* what is later than that is not next */
    bool late;        /* but may happen first all the same */
};

static void add_due(struct found *found, int64_t time_ns, enum pending_class class, uint64_t sequence,
                    enum pending_kind kind, size_t index)
{
    /* What was due earlier and could not happen is due now: time does not go back. */
    int64_t at_ns = time_ns < found->now_ns ? found->now_ns : time_ns;
    struct pending *pending = timeline_place(found->timeline);
    if (!found->late)
        found->until_ns = time_min(found->until_ns, at_ns);
    if (pending != NULL)
        *pending = (struct pending){at_ns, time_ns, class, sequence, kind, index, index};
}

static inline void add(struct found *found, int64_t time_ns, enum pending_class class, uint64_t sequence,
                       enum pending_kind kind, size_t index)
{
    if (time_ns <= found->until_ns)
        add_due(found, time_ns, class, sequence, kind, index);
}

static void add_deliveries(const struct world *world, struct found *found)
{
    for (size_t i = 0; i < world->net.slots; i++) {
        const struct net_connection *connection = &world->net.connections[i];
        const struct net_direction *handler = &connection->to[NET_HANDLER];
        const struct net_direction *fake = &connection->to[NET_FAKE];
        if (connection->id == 0)
            continue;
        if (connection->dialing)
            add(found, connection->dial_time_ns, PENDING_DELIVERY, connection->dial_sequence, PENDING_DIAL, i);
        if (net_pending(connection, NET_HANDLER))
            add(found, handler->time_ns, PENDING_DELIVERY, handler->sequence, PENDING_TO_HANDLER, i);
        if (net_pending(connection, NET_FAKE))
            add(found, fake->time_ns, PENDING_DELIVERY, fake->sequence, PENDING_TO_FAKE, i);
    }
    const struct store_request *request = store_coming(&world->store);
    if (request != NULL)
        add(found, request->time_ns, PENDING_DELIVERY, request->sequence, PENDING_STORE, 0);
}

/* Behind all else, so that it is never the ordinary course; a burst is not broken into. */
static void add_crash(struct world *world, struct timeline *timeline)
{
    bool may = world->chances.crashes > 0 && !world->handler_down && timeline->count > 0 &&
               timeline->items[0].class != PENDING_BURST;
    struct pending pending = {world->now_ns, world->now_ns, PENDING_STEP, 0, PENDING_CRASH, 0, 0};
    if (may)
        timeline_add(timeline, &pending);
}

static int64_t handler_deadline_ns(struct world *world)
{
    if (!world->handler_due.is_known)
        world->handler_due = (struct world_due){true, monitor_deadline_ns(world->monitor)};
    return world->handler_due.at_ns;
}

static int64_t faked_deadline_ns(struct world *world)
{
    if (!world->fake_due.is_known)
        world->fake_due = (struct world_due){true, fake_deadline_ns(world->fake)};
    return world->fake_due.at_ns;
}

static void add_steps(struct world *world, const struct found *found)
{
    struct timeline *timeline = found->timeline;
    size_t steps = script_turns(world->script, world->now_ns, world->room->turns);
    for (size_t i = 0; i < steps; i++) {
        const struct script_turn *turn = &world->room->turns[i];
        struct pending *pending = timeline_place(timeline);
        if (pending != NULL)
            *pending = (struct pending){
                world->now_ns, world->now_ns, turn->at_once ? PENDING_BURST : PENDING_STEP, i, PENDING_SCRIPT, i,
                turn->token};
    }
    /* No step may be taken yet, but time will bring one. */
    if (steps == 0 && found->until_ns > world->now_ns) {
        int64_t due_ns = script_deadline_ns(world->script);
        struct pending pending = {due_ns, due_ns, PENDING_STEP, 0, PENDING_SCRIPT, 0, PENDING_LATER};
        timeline_add(timeline, &pending);
    }
}

size_t world_pending(struct world *world, struct timeline *timeline)
{
    struct found here = {timeline, world->now_ns, TIME_NEVER - 1, world->chances.late_max_ns > 0};
    struct found *found = &here;
    timeline->count = 0;
    add_deliveries(world, found);
    add(found, handler_deadline_ns(world), PENDING_TIMER, 0, PENDING_HANDLER_TIMER, 0);
    add(found, wires_handler_deadline_ns(&world->wires), PENDING_TIMER, 0, PENDING_HANDLER_WIRE, 0);
    if (world->handler_down)
        add(found, world->handler_up_ns, PENDING_TIMER, 0, PENDING_HANDLER_START, 0);
    add(found, faked_deadline_ns(world), PENDING_TIMER, 0, PENDING_FAKE_TIMER, 0);
    add(found, wires_fake_deadline_ns(&world->wires), PENDING_TIMER, 0, PENDING_FAKE_WIRE, 0);
    add(found, world_client_deadline_ns(world), PENDING_TIMER, 0, PENDING_CLIENT, 0);
    add_steps(world, found);
    (void)timeline_ready_late(timeline, found->late ? world_late_max_ns(world) : 0);
    add_crash(world, timeline);
    return timeline->count;
}
