/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_WRITES_H
#define HANDLER_CORE_WRITES_H

#include "handler/core/life.h"
#include "handler/core/state.h"

/*
 * Records on their way into the embedder's store or out of it, each kept as it was until the answer comes. One that
 * fails is noted; where the policy retries it is made again, with the delays of the monitor's backoff, until it is made
 * or a later write of the same record takes its place. The store makes writes of one record in the order in which they
 * were asked for.
 */
struct write {
    arena_ref next; /* of the retired ones */
    arena_ref record;
    arena_ref life; /* whose exit it records, 0 where it does not */
    uint64_t id;
    enum record_change change;
    bool is_told;      /* the owner learns of it */
    bool is_overtaken; /* the records have been loaded while it was under way (overtaken.h) */
};

/* What a put costs at the most, for arena_reserve; a failure costs that as well. */
static inline uint32_t writes_put_cost(void)
{
    return arena_cost(sizeof(struct write)) + record_cost_max() + numbers_insert_cost() + life_cost();
}

/* Puts the record, with which the monitor's own agrees already. */
void writes_put(struct step *step, const struct container_record *record, enum record_change change, bool is_told);

/* Puts the record of an exit, which becomes the monitor's own when it is written; returns the number of the write. */
uint64_t writes_put_exit(struct step *step, const struct container_record *record, arena_ref life);

/* Has the record forgotten; costs what a put costs. */
void writes_forget(struct step *step, const struct container_record *record);

/* True while the last write of the record is not made: it is under way, or is to be made again. */
bool writes_left(const struct arena *arena, const struct state *state, struct text id);

/* The same, and it is of an exit that its owner is to be told of. */
bool writes_exit_left(const struct arena *arena, const struct state *state, struct text id);

/* The write that the event answers, 0 where there is none. It is no longer under way, and the caller's. */
arena_ref writes_take(struct step *step);
const struct write *writes_at(const struct arena *arena, arena_ref ref);

/* Releases it with the next step. */
void writes_retire(struct step *step, arena_ref ref);

/* Takes the write over, which failed: notes it and keeps it to be made again, or retires it and drops the exit that it
 * was to record. */
void writes_failed(struct step *step, arena_ref ref);

/* Makes the life's failed write again. */
void writes_again(struct step *step, arena_ref life);

/* Retires it instead. */
void writes_drop_failed(struct step *step, arena_ref life);

/* Tells the owner what is in the store now, or is there no more. */
void writes_tell(struct step *step, const struct write *write);

/* Releases what an earlier step retired. */
void writes_release_retired(struct arena *arena, struct state *state);

void writes_hash(const struct arena *arena, arena_ref ref, struct hash *hash);

#endif
