/* SPDX-License-Identifier: Apache-2.0 */
/* What befalls the server and its shims: restarts, dead shims, a wall clock that jumps. */
#include "base/time.h"
#include "fakecontainerd/core/commands_private.h"
#include "fakecontainerd/core/publish.h"
#include "fakecontainerd/core/shim.h"
#include "fakecontainerd/core/world.h"

/* The first of the ids that no container has; an empty one where all are there. */
static struct text first_missing(const struct fake *fake, const struct fake_command *command, const struct text *ids,
                                 size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slot_find(fake, command->name_space, ids[i]) == 0)
            return ids[i];
    return (struct text){NULL, 0};
}

uint64_t command_restart_cost(const struct fake *fake, const struct fake_command *command)
{
    uint64_t lost = command->tasks_lost_count + command->containers_lost_count;
    return close_all_cost(fake) + output_cost() + lost * publish_cost(fake);
}

static void lose_task(struct fake *fake, struct slot *slot)
{
    if (slot->has_task && process_lives(&slot->init))
        publish_nothing(fake, slot);
    task_remove(fake, slot);
}

static void lose(struct fake *fake, const struct fake_command *command)
{
    for (size_t i = 0; i < command->tasks_lost_count; i++)
        lose_task(fake, arena_at(&fake->arena, slot_find(fake, command->name_space, command->tasks_lost[i])));
    for (size_t i = 0; i < command->containers_lost_count; i++) {
        arena_ref ref = slot_find(fake, command->name_space, command->containers_lost[i]);
        if (ref == 0)
            continue;
        lose_task(fake, arena_at(&fake->arena, ref));
        slot_remove(fake, ref);
    }
}

void command_restart(struct fake *fake, const struct fake_command *command)
{
    struct text missing = first_missing(fake, command, command->tasks_lost, command->tasks_lost_count);
    if (missing.length == 0)
        missing = first_missing(fake, command, command->containers_lost, command->containers_lost_count);
    if (missing.length > 0) {
        command_refuse(fake, command, missing, "there is no such container");
    } else if (command->socket == FAKE_SOCKET_SERVES) {
        command_refuse(fake, command, command->container_id, "meanwhile the socket cannot serve");
    } else {
        world_restart(fake, command->down_ns, command->socket, command->state);
        state_of(fake)->exits_late = command->exits_late;
        lose(fake, command);
    }
}

void command_kill_shim(struct fake *fake, const struct fake_command *command)
{
    struct shim_end end = {
        .told = !command->exit_lost,
        .has_pid = command->has_pid,
        .pid = command->pid,
        .exit_status = command->exit_status,
        .clean_after_ns = command->clean_after_ns,
    };
    arena_ref ref;
    const struct slot *slot = command_slot_with_task(fake, command, &ref);
    if (slot == NULL)
        return;
    if (slot->shim.dead)
        command_refuse(fake, command, command->container_id, "its shim is dead already");
    else
        shim_kill(fake, ref, &end);
}

void command_set_clock(struct fake *fake, const struct fake_command *command)
{
    struct state *state = state_of(fake);
    state->wall_ahead_ns = time_add(state->wall_ahead_ns, command->by_ns);
    state->wall_ns = time_add(state->wall_ns, command->by_ns);
}
