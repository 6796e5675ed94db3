/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_EXCHANGES_H
#define HANDLER_WIRE_EXCHANGES_H

#include <stddef.h>
#include <stdint.h>

#include "handler/wire/dialect.h"

/*
 * What is open on one connection: which stream of gRPC serves which stream or call of the monitor. gRPC's stream ids
 * only rise, so the list is sorted by them; whatever ends in the order in which it began costs constant time.
 */
enum exchange_kind {
    EXCHANGE_ENDED, /* a hole in the list */
    EXCHANGE_SUBSCRIPTION,
    EXCHANGE_LOOKUP, /* asks whether the container is ours; a deletion may follow */
    EXCHANGE_CALL
};

struct exchange {
    enum exchange_kind kind;
    int32_t grpc_id;
    uint64_t id;                  /* the monitor's stream_id or call_id */
    int64_t due_ns;               /* LOOKUP: when the whole call must be done, or TIME_NEVER */
    struct buffer container_id;   /* LOOKUP */
    bool owned;                   /* LOOKUP: what the answer says */
    enum monitor_call call;       /* CALL */
    struct decoded_answer answer; /* CALL: what the answer says, once it has come */
};

/* The zero value is an empty list. */
struct exchanges {
    struct exchange *items;
    size_t first; /* below it there are only holes */
    size_t count;
    size_t live;
    size_t capacity;
};

void exchanges_release(struct exchanges *list);

/* Makes room for one more. 0 or ERROR_NO_MEMORY. Moves what is there. */
int exchanges_reserve(struct exchanges *list);

/* Adds one, within what was reserved; its grpc_id must be above all others. The list takes its container_id
 * and answer over. */
void exchanges_add(struct exchanges *list, const struct exchange *exchange);

/* NULL where there is none. Borrowed until the next reserve, add or end. */
struct exchange *exchanges_find(const struct exchanges *list, int32_t grpc_id);
struct exchange *exchanges_find_subscription(const struct exchanges *list, uint64_t stream_id);

void exchanges_end(struct exchanges *list, struct exchange *exchange);

#endif
