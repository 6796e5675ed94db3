/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_WRITES_H
#define HANDLER_CORE_WRITES_H

#include "handler/core/state.h"

/*
 * Records on their way into the embedder's store or out of it, each kept as it was until the answer comes.
 */
struct write {
    arena_ref next; /* of the retired ones */
    arena_ref record;
    arena_ref exit; /* what awaits the write, 0 where the record was learned from an event or is forgotten */
    enum record_change change;
};

/* What a put costs at the most, for arena_reserve. */
uint32_t writes_put_cost(void);

/* Puts the record; returns the number of the write. */
uint64_t writes_put(struct step *step, const struct container_record *record, enum record_change change,
                    arena_ref exit);

/* Has the record forgotten; costs what a put costs. */
void writes_forget(struct step *step, const struct container_record *record);

/* The write that the event answers, NULL where there is none. It is no longer under way and is released with the next
 * step. */
const struct write *writes_answered(struct step *step);

/* Tells the owner what is in the store now, or is there no more. */
void writes_tell(struct step *step, const struct write *write);

/* Releases what an earlier step retired. */
void writes_release_retired(struct arena *arena, struct state *state);

#endif
