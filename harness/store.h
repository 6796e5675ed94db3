/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_STORE_H
#define HARNESS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "handler/core/values.h"
#include "scenarios/language/scenario.h"

/*
 * The handler's durable store, played: it keeps records by id, and each request of the handler is first carried out and
 * then answered, when the world lets it. Requests for one record keep their order; others pass by what is delayed or
 * held. It outlives the handler, with all that it has carried out.
 *
 * A request meets the first fault of the scenario that is about it and is not used up.
 */
struct store_request {
    enum scenario_store kind;
    uint64_t write_id; /* 0: a load */
    uint64_t sequence; /* since when it has been pending */
    int64_t time_ns;   /* when it may be carried out */
    size_t fault;      /* what it has met, from 1; 0: nothing */
    bool held;
    bool orphan; /* the record was taken away before this was carried out */
    bool done;
    struct container_record record; /* its texts belong to the request; of a FORGET only the id is there */
};

/* How often a fault has still to strike, by index of the scenario's faults. */
struct store_rule {
    uint32_t left;
    bool released; /* it strikes no more */
};

struct store {
    struct container_record *records; /* their texts belong to the store */
    size_t record_count;
    size_t record_capacity;
    struct store_request *requests; /* in the order in which they were asked */
    size_t request_count;
    size_t request_capacity;
    const struct scenario *scenario;
    struct store_rule *rules;
    size_t odd_count; /* requests that are delayed or held, or have been: while there are any, order is not all */
    bool spare;       /* faults that are `up to` do not strike now */
};

/* An empty store. The scenario is borrowed; NULL: nothing goes wrong. 0 or ERROR_NO_MEMORY. */
int store_init(struct store *store, const struct scenario *scenario);
void store_release(struct store *store);

/* *to, which was initialized, becomes what *from is. 0 or ERROR_NO_MEMORY (*to is then empty). */
int store_copy(struct store *to, const struct store *from);

/* Adds what is kept, what is asked for and what goes wrong, with times relative to now_ns; the numbers of writes are
 * left out, their order is enough. */
void store_hash(const struct store *store, int64_t now_ns, struct hash *hash);

/* Since when each answer is due: for worlds in which one may be late. */
void store_hash_lateness(const struct store *store, int64_t now_ns, struct hash *hash);

/* Puts a record in place, whatever was there. 0 or ERROR_NO_MEMORY. */
int store_set(struct store *store, const struct container_record *record);

/* Takes the record away, as its owner does: what is still to be written to it fails. */
void store_take_away(struct store *store, struct text id);

/* A request of the handler; record is copied, NULL for a load. *ret_fault is the fault that it has met, counted from 1,
 * or 0. 0 or ERROR_NO_MEMORY. */
int store_ask(struct store *store, enum scenario_store kind, uint64_t write_id, const struct container_record *record,
              uint64_t sequence, int64_t now_ns, size_t *ret_fault);

/* True iff it makes a difference whether such a request is spared. */
bool store_can_spare(const struct store *store, enum scenario_store kind, struct text id);

/* What is held under that name goes on, and nothing is held under it any more. */
void store_let_go(struct store *store, struct text hold, uint64_t *sequence, int64_t now_ns);

/* No fault strikes any more, and what is held goes on. */
void store_calm(struct store *store, uint64_t *sequence, int64_t now_ns);

/* For store_coming, where there are requests. */
const struct store_request *store_next_coming(const struct store *store);

/* The request that comes next, NULL where none can. Good until the store changes. */
static inline const struct store_request *store_coming(const struct store *store)
{
    return store->request_count > 0 ? store_next_coming(store) : NULL;
}

/* Carries out the next request, which is not done yet, or fails to, as its fault says. 0 or ERROR_NO_MEMORY. */
int store_do(struct store *store);

struct store_answer {
    uint64_t write_id; /* 0: of a load */
    bool failed;
    struct text text; /* why */
};

/* Takes the answer to the next request, which is done, and forgets the request. */
void store_answer(struct store *store, struct store_answer *ret_answer);

/* The handler is gone: nobody waits for answers any more, and what has not been carried out never is. */
void store_forsake(struct store *store);

#endif
