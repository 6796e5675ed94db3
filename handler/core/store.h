/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_STORE_H
#define HANDLER_CORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/map.h"
#include "handler/core/by_time.h"
#include "handler/core/monitor.h"
#include "handler/core/values.h"

/*
 * The records of all containers, by id, kept in an arena. A change is a transaction: it is made whole or not at all.
 * What went wrong is told by a code, never by a text. A store has one owner, and nothing in it waits: the lock of a
 * record is a mark, and whoever minds it waits by itself.
 *
 * These are the records as the monitor sees them; what makes them durable is the embedder's store, to which the monitor
 * puts them. A record learned from an event changes here at once and is put afterwards, because its exit may follow in
 * the same breath. A record's exit changes here only when the embedder has written it, so that nobody sees an exit that
 * a crash would take back.
 *
 * Calls that add or change need room in the arena: store_cost of the record that will be there.
 */
struct store {
    struct map records;
    struct by_time finished; /* those of them that are EXITED */
    uint64_t revision;       /* counts the changes of all records, and the events that are in doubt */
};

/* True where a record's id, reason and message have lengths that a store takes. */
bool store_acceptable(const struct container_record *record);

enum { RECORD_KEPT_SIZE = 256 /* bytes, at the most, of a kept record without its texts */ };

/* What record_keep costs at the most for any record that a store holds. This and what is made of it stands in headers,
 * so that what a step reserves is mostly counted by the compiler. */
static inline uint32_t record_cost_max(void)
{
    return arena_cost(RECORD_KEPT_SIZE + MONITOR_ID_MAX) + 2 * arena_cost(MONITOR_TEXT_MAX);
}

/* What an acceptable record costs at the most, and the most that any record costs. */
uint32_t store_cost(const struct container_record *record);

static inline uint32_t store_cost_max(void)
{
    return record_cost_max() + map_insert_cost(MONITOR_ID_MAX) + by_time_cost(MONITOR_ID_MAX);
}

/* 0; ERROR_EXISTS; ERROR_INVALID for an empty id; ERROR_LIMIT for an id, a reason or a message that is too long
 * (MONITOR_ID_MAX, MONITOR_TEXT_MAX) or where there are MONITOR_CONTAINERS_MAX records. Copies the texts. */
int store_create(struct arena *arena, struct store *store, const struct container_record *record);

/* 0 or ERROR_MISSING. The texts are borrowed until the record changes or the arena moves. */
int store_get(const struct arena *arena, const struct store *store, struct text id,
              struct container_record *ret_record);

/* Changes its copy of a record and returns 0, or refuses with an error. The texts it sets are borrowed until
 * store_update returns. It may read the store. */
typedef int (*store_change)(struct container_record *record, void *context);

/* 0; ERROR_MISSING; ERROR_INVALID where the change gave the record another id, ERROR_LIMIT where it gave it too long a
 * text; or the error of the change. Where it is not 0 nothing has changed. */
int store_update(struct arena *arena, struct store *store, struct text id, store_change change, void *context);

/* What the monitor remembers with a record though it is no part of it. A record that is created has none of it. */
struct store_marks {
    bool locked;
    bool is_starting;    /* a Start is under way: an exit of this life has to wait for its answer */
    bool oom;            /* an OOM event was told of this life */
    bool may_be_oom;     /* or perhaps of this life */
    bool is_counted;     /* the counters were read when it ended: they knew better than an event that may be of it */
    int64_t oom_told_ns; /* when the latest was heard */
    uint32_t ooms_survived;
    bool times_mislead;  /* this life began, as it is told, before the last one had ended: the clock was put back */
    bool end_is_dropped; /* the end of this life could not be recorded */
    bool is_made_anew;   /* a creation or a second start was told of it behind its start: told again, or of the next
                            life with its pid */
    uint64_t write_id;   /* of the latest write of the record */
    uint64_t revision;   /* greater than the store's was before the record changed last */
    uint64_t began;      /* the same when its life began; 0: that was not learned from an event */
    uint32_t signalled_pid;
    uint64_t signalled_life; /* the incarnation of which the process with signalled_pid */
    bool was_terminated;     /* has been asked to end */
};

/* The record's marks, to be read and set until the arena moves; NULL where there is no such record. */
struct store_marks *store_marks(const struct arena *arena, const struct store *store, struct text id);

/* Marks a record as locked or not; nothing happens where there is none. A record that is created is not locked. */
void store_lock(struct arena *arena, struct store *store, struct text id, bool locked);

/* False also where there is no such record. */
bool store_locked(const struct arena *arena, const struct store *store, struct text id);

/* Removes the record; nothing happens where there is none. The id may be the record's own. */
void store_delete(struct arena *arena, struct store *store, struct text id);

/* The record with the smallest id greater than after; false at the end. A list starts with the empty text. */
bool store_next(const struct arena *arena, const struct store *store, struct text after,
                struct container_record *ret_record);

/* The record that is EXITED and finished next after *place, of equal ones the one with the smaller id; false at the
 * end. A walk starts with the empty text and stays good until the record found last changes or the arena moves. */
bool store_next_finished(const struct arena *arena, const struct store *store, struct text *place,
                         struct container_record *ret_record);

size_t store_count(const struct store *store);

/* Removes every record. */
void store_clear(struct arena *arena, struct store *store);

/* A copy of one record outside any store. */
arena_ref record_keep(struct arena *arena, const struct container_record *record);
void record_release(struct arena *arena, arena_ref kept);
struct container_record record_view(const struct arena *arena, arena_ref kept);
struct text record_id(const struct arena *arena, arena_ref kept); /* of that */

#endif
