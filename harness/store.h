/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_STORE_H
#define HARNESS_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/hash.h"
#include "handler/core/values.h"

/*
 * The handler's durable store, played: it keeps records by id and answers each request later, in order, when the world
 * lets it. It outlives the handler.
 */
struct store_request {
    uint64_t write_id; /* 0: a load */
    uint64_t sequence; /* since when it has been pending */
    int64_t time_ns;
    bool forgets;                   /* the record of that id, of which there is no more */
    struct container_record record; /* its texts belong to the request */
};

struct store {
    struct container_record *records; /* their texts belong to the store */
    size_t record_count;
    size_t record_capacity;
    struct store_request *requests;
    size_t request_count;
    size_t request_capacity;
};

void store_init(struct store *store);
void store_release(struct store *store);

/* *to, which was initialized, becomes what *from is. 0 or ERROR_NO_MEMORY (*to is then empty). */
int store_copy(struct store *to, const struct store *from);

/* Adds what is kept and what is asked for; the numbers of writes are left out, their order is enough. */
void store_hash(const struct store *store, struct hash *hash);

/* Puts a record in place, whatever was there. 0 or ERROR_NO_MEMORY. */
int store_set(struct store *store, const struct container_record *record);

/* A request of the handler; record is copied; write_id 0 asks for everything and has no record. 0 or ERROR_NO_MEMORY.
 */
int store_ask(struct store *store, uint64_t write_id, const struct container_record *record, uint64_t sequence,
              int64_t now_ns);

/* Asks for the record of that id, which is copied, to be removed if it is there. 0 or ERROR_NO_MEMORY. */
int store_ask_forget(struct store *store, uint64_t write_id, struct text id, uint64_t sequence, int64_t now_ns);

/* Carries out the oldest request (there must be one) and forgets it. *ret_write_id is 0 for a load. 0 or
 * ERROR_NO_MEMORY. */
int store_answer(struct store *store, uint64_t *ret_write_id);

#endif
