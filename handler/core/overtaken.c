/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/overtaken.h"

#include "base/status.h"
#include "handler/core/actions.h"
#include "handler/core/ending.h"
#include "handler/core/life.h"
#include "handler/core/park.h"

static struct write *write_at(const struct step *step, arena_ref ref)
{
    return arena_at(step->arena, ref);
}

void overtaken_mark(struct step *step)
{
    struct text life = {NULL, 0};
    uint64_t id = 0;
    arena_ref ref;
    step->state->overtaken_last = 0;
    if (!policy_has(step->state->policy, POLICY_RETRY_LOAD))
        return;
    while ((ref = numbers_next(step->arena, &step->state->writes, id, &id)) != 0) {
        write_at(step, ref)->is_overtaken = true;
        step->state->overtaken_last = id;
    }
    /* What has failed is made again. */
    while ((ref = map_next(step->arena, &step->state->lives, life, &life)) != 0)
        if (life_at(step->arena, ref)->failed_write != 0)
            write_at(step, life_at(step->arena, ref)->failed_write)->is_overtaken = true;
}

void overtaken_forget(struct step *step, struct text container_id)
{
    uint64_t id = 0;
    arena_ref ref;
    while (id < step->state->overtaken_last && (ref = numbers_next(step->arena, &step->state->writes, id, &id)) != 0)
        if (text_equal(record_view(step->arena, write_at(step, ref)->record).id, container_id))
            write_at(step, ref)->is_overtaken = false;
}

/* Nothing has been written of the record since it was loaded, and nothing is being found out. */
static bool is_as_loaded(const struct step *step, struct text id, const struct store_marks *marks)
{
    return marks->write_id == 0 && life_idle(step->arena, step->state, id) &&
           !life_is_claimed(step->arena, step->state, id);
}

static int replace(struct container_record *record, void *context)
{
    *record = *(const struct container_record *)context;
    return 0;
}

/* Exits that came meanwhile have waited for the record. */
static void make(struct step *step, const struct container_record *record)
{
    struct outcome full = {STATUS_RESOURCE_EXHAUSTED, text_of("not every record of the store can be used")};
    if (store_create(step->arena, &step->state->store, record) == 0)
        park_release(step, record->id);
    else
        note_outcome(step, NOTE_LOAD_FAILED, full, 0);
}

void overtaken_written(struct step *step, const struct write *write)
{
    struct container_record record = record_view(step->arena, write->record);
    const struct store_marks *marks = store_marks(step->arena, &step->state->store, record.id);

    if (!write->is_overtaken || write->life != 0 || (marks != NULL && !is_as_loaded(step, record.id, marks)))
        return;
    if (write->change != RECORD_REMOVED && marks == NULL) {
        make(step, &record);
    } else if (write->change != RECORD_REMOVED) {
        (void)store_update(step->arena, &step->state->store, record.id, replace, &record);
    } else if (marks != NULL) {
        store_delete(step->arena, &step->state->store, record.id);
        ending_record_removed(step, record.id);
    }
    list_want(step);
}
