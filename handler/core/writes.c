/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/writes.h"

#include "handler/core/actions.h"

uint32_t writes_put_cost(void)
{
    return arena_cost(sizeof(struct write)) + record_cost_max() + numbers_insert_cost();
}

/* A write under way that begins with the action. */
static struct write *begin(struct step *step, struct monitor_action *action, const struct container_record *record,
                           enum record_change change)
{
    struct arena *arena = step->arena;
    arena_ref ref = arena_alloc(arena, sizeof(struct write));
    struct write *write = arena_at(arena, ref);

    write->record = record_keep(arena, record);
    write->change = change;
    action->write_id = ++step->state->write_id;
    numbers_insert(arena, &step->state->writes, action->write_id, ref);
    return write;
}

uint64_t writes_put(struct step *step, const struct container_record *record, enum record_change change, arena_ref exit)
{
    struct monitor_action *action = action_add(step, MONITOR_PUT);
    struct write *write = begin(step, action, record, change);
    write->exit = exit;
    action->record = record_view(step->arena, write->record);
    return action->write_id;
}

void writes_forget(struct step *step, const struct container_record *record)
{
    struct monitor_action *action = action_add(step, MONITOR_FORGET);
    const struct write *write = begin(step, action, record, RECORD_REMOVED);
    action->container_id = record_view(step->arena, write->record).id;
}

const struct write *writes_answered(struct step *step)
{
    struct state *state = step->state;
    arena_ref ref = numbers_remove(step->arena, &state->writes, step->event->write_id);
    struct write *write;
    if (ref == 0)
        return NULL;
    write = arena_at(step->arena, ref);
    write->next = state->retired_writes;
    state->retired_writes = ref;
    return write;
}

void writes_tell(struct step *step, const struct write *write)
{
    struct monitor_action *action = action_add(step, MONITOR_TELL);
    action->change = write->change;
    action->record = record_view(step->arena, write->record);
}

void writes_release_retired(struct arena *arena, struct state *state)
{
    while (state->retired_writes != 0) {
        arena_ref ref = state->retired_writes;
        const struct write *write = arena_at(arena, ref);
        state->retired_writes = write->next;
        record_release(arena, write->record);
        arena_free(arena, ref, sizeof *write);
    }
}
