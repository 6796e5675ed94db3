/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/forget.h"

#include "handler/core/life.h"
#include "handler/core/writes.h"

bool forget_is_due(const struct state *state)
{
    return store_count(&state->store) >= MONITOR_CONTAINERS_MAX;
}

static bool may_go(const struct step *step, struct text id)
{
    return !store_locked(step->arena, &step->state->store, id) && life_idle(step->arena, step->state, id) &&
           !life_is_claimed(step->arena, step->state, id);
}

bool forget_one(struct step *step)
{
    struct container_record record;
    struct text place = {NULL, 0};

    if (step->state->writes.map.count >= MONITOR_WRITES_MAX)
        return false;
    for (size_t i = 0; i < MONITOR_FORGET_TRIES_MAX; i++) {
        if (!store_next_finished(step->arena, &step->state->store, &place, &record))
            return false;
        if (!may_go(step, record.id))
            continue;
        writes_forget(step, &record);
        store_delete(step->arena, &step->state->store, record.id);
        return true;
    }
    return false;
}
