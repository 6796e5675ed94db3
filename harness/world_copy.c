/* SPDX-License-Identifier: Apache-2.0 */
/* A world of values as a value. */
#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/error.h"
#include "harness/world.h"

static int make_parts(struct world *clone, const struct world *world)
{
    const struct watch *watch = &world->watch;
    int result = watch_init(&clone->watch, world->scenario, watch->policy, watch->switches, &clone->trace);
    if (result == 0)
        result = monitor_clone(&clone->monitor, world->monitor);
    if (result == 0)
        result = wires_clone(&clone->wires, &world->wires, world->scenario, world_transport_of_2017(world));
    if (result == 0)
        result = fake_clone(&clone->fake, world->fake);
    return result != 0 ? result : script_clone(&clone->script, world->script);
}

int world_clone(struct world *clone, const struct world *world)
{
    CONTRACT(world->wires.level == WORLD_VALUES);
    clone->scenario = world->scenario;
    clone->is_copy = true;
    clone->room = world->room;
    clone->trace.silent = true;
    net_init(&clone->net);
    choice_init(&clone->choice);
    int result = store_init(&clone->store, world->scenario);
    if (result == 0)
        result = make_parts(clone, world);
    clone->watch.choices = world->watch.choices;
    return result != 0 ? result : world_copy(clone, world);
}

int world_clone_new(struct world **ret_clone, const struct world *world)
{
    *ret_clone = calloc(1, sizeof **ret_clone);
    return *ret_clone != NULL ? world_clone(*ret_clone, world) : ERROR_NO_MEMORY;
}

void world_free(struct world *world)
{
    if (world != NULL)
        world_release(world);
    free(world);
}

int world_copy(struct world *to, const struct world *from)
{
    to->now_ns = from->now_ns;
    to->last_step_ns = from->last_step_ns;
    to->happenings = from->happenings;
    to->chances = from->chances;
    to->handler_down = from->handler_down;
    to->handler_up_ns = from->handler_up_ns;
    to->handler_due = from->handler_due;
    to->fake_due = from->fake_due;
    to->newest_connection = from->newest_connection;
    if (to->refused.text[0] != '\0' || from->refused.text[0] != '\0')
        to->refused = from->refused;
    script_copy(to->script, from->script);
    int result = monitor_copy(to->monitor, from->monitor);
    if (result == 0)
        result = fake_copy(to->fake, from->fake);
    if (result == 0)
        result = wires_copy(&to->wires, &from->wires);
    if (result == 0)
        result = net_copy(&to->net, &from->net);
    if (result == 0)
        result = store_copy(&to->store, &from->store);
    return result != 0 ? result : watch_copy(&to->watch, &from->watch);
}

void world_hash(const struct world *world, struct hash *hash)
{
    hash_init(hash);
    script_hash(world->script, world->now_ns, hash);
    /* Until the script is done another step will set it. */
    if (script_done(world->script))
        hash_i64(hash, world->now_ns - world->last_step_ns);
    hash_i64(hash, world->handler_down ? world->handler_up_ns - world->now_ns : -1);
    monitor_hash(world->monitor, world->now_ns, hash);
    fake_hash(world->fake, world->now_ns, hash);
    wires_hash(&world->wires, world->now_ns, world->net.newest, hash);
    hash_u64(hash, world->chances.crashes);
    net_hash(&world->net, hash);
    if (world->chances.late_max_ns > 0) {
        net_hash_lateness(&world->net, world->now_ns, hash);
        store_hash_lateness(&world->store, world->now_ns, hash);
    }
    store_hash(&world->store, world->now_ns, hash);
    watch_hash(&world->watch, world->now_ns, hash);
}
