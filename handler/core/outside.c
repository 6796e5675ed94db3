/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/outside.h"

#include "base/error.h"
#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/ending.h"
#include "handler/core/park.h"
#include "handler/core/writes.h"

static int replace(struct container_record *record, void *context)
{
    *record = *(const struct container_record *)context;
    return 0;
}

/* The end that is known of the life which the record is of. */
static bool has_ended_before(const struct step *step, const struct container_record *set,
                             struct container_record *ended)
{
    return policy_has(step->state->policy, POLICY_PARK_EARLY_EXITS) &&
           container_record_state(set) != CONTAINER_EXITED && set->pid != 0 &&
           store_get(step->arena, &step->state->store, set->id, ended) == 0 &&
           container_record_state(ended) == CONTAINER_EXITED && ended->last_pid == set->pid;
}

/* What the owner knows of the life, with the end that it did not know. The texts are the ended record's own. */
static void keep_end(struct step *step, const struct container_record *set, const struct container_record *ended)
{
    struct container_record both = *ended;
    both.created_at_ns = set->created_at_ns;
    both.started_at_ns = set->started_at_ns;
    both.found_after_ns = set->found_after_ns;
    if (store_update(step->arena, &step->state->store, both.id, replace, &both) == 0)
        writes_put(step, &both, RECORD_EXITED, false);
}

static int set_one(struct step *step, struct container_record *record)
{
    struct store *store = &step->state->store;
    struct container_record ended;
    int result;
    if (!store_acceptable(record))
        return ERROR_INVALID;
    if (has_ended_before(step, record, &ended)) {
        keep_end(step, record, &ended);
        return 0;
    }
    result = store_update(step->arena, store, record->id, replace, record);
    return result == ERROR_MISSING ? store_create(step->arena, store, record) : result;
}

void outside_record_set(struct step *step)
{
    struct outcome left_out = {STATUS_RESOURCE_EXHAUSTED, text_of("a record that was set cannot be kept")};
    for (size_t i = 0; i < step->event->record_count; i++) {
        struct container_record record = step->event->records[i];
        if (set_one(step, &record) != 0)
            note_outcome(step, NOTE_LOAD_FAILED, left_out, 0);
        park_release(step, record.id);
    }
}

void outside_record_removed(struct step *step)
{
    struct text id = step->event->task.container_id;
    store_delete(step->arena, &step->state->store, id);
    ending_record_removed(step, id);
}
