/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_LIST_H
#define HANDLER_CORE_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"
#include "base/map.h"
#include "handler/core/values.h"

/*
 * When the server is asked for all its tasks. Once a stream is open, because what happened before is told to nobody; a
 * second time MONITOR_SETTLE_NS later, because a subscription may be registered only after it was asked for, and once
 * more after its first message where that comes later still, which proves that it is; then every MONITOR_SWEEP_NS,
 * because events get lost in a server too. A list that fails is asked for again with the delays of the backoff, and
 * ends no subscription. One list is under way at a time.
 *
 * Lists that hang, as they do where a few tasks of it cannot be looked up for long, hold nobody up who can be asked for
 * alone: then each record is, and after a reconnect at once, while the list may take twice its time and four times.
 * Where nothing else is answered either, the connection is left.
 *
 * A list whose stream is over by the time it comes says nothing of what it lacks, since nobody tells what has happened
 * meanwhile; but what it says of tasks that have ended is true. So a server that refuses subscriptions loses no exit.
 *
 *     IDLE --asked--> ASKED --its answer--> RECONCILING --every record and entry compared--> IDLE
 */
enum list_stage { LIST_IDLE, LIST_ASKED, LIST_RECONCILING };

enum { LIST_CURSOR_MAX = 256 }; /* MONITOR_ID_MAX */

struct list {
    enum list_stage stage;
    uint64_t stream_id; /* for which it is asked, 0 where that is over */
    uint64_t call_id;
    int64_t next_ns;              /* when the next one is to be asked for, TIME_NEVER where none is */
    bool next_is_sweep;           /* and nobody waits for it; of one under way: it is one */
    bool is_wanted;               /* one more is wanted after the one under way */
    bool is_heard;                /* the stream had a message */
    bool is_closed;               /* a list was asked for after that: nothing fell before the subscription */
    bool is_settled;              /* the second list was asked for */
    bool is_recovered;            /* a list was reconciled since the stream was opened */
    bool is_blind;                /* RECONCILING without a list, because the server makes none */
    uint32_t attempt;             /* failures in a row */
    bool is_served;               /* something but a list or a PONG came since the last one failed */
    uint32_t hung;                /* lists in a row that were not answered in time, whatever the stream */
    uint32_t slow;                /* doublings of that time, until one comes without them */
    int64_t asked_at_ns;          /* the latest */
    uint64_t revision;            /* of the store when it was asked for */
    struct map entries;           /* RECONCILING: id -> struct list_entry */
    char cursor[LIST_CURSOR_MAX]; /* the id that was compared last */
    uint32_t cursor_length;
};

/* One task of the answer, its id in the map. */
struct list_entry {
    enum process_status status;
    uint32_t pid;
    uint32_t exit_status;
    struct timestamp exited_at;
    bool tells_exit;
};

struct step;
struct state;
struct monitor_event;
struct arena;

/* What the answer costs at the most, for arena_reserve; 0 for any other event. */
uint64_t list_cost(const struct monitor_event *event);

/* Begins and ends with the stream, and asks when it is time to. */
void list_do(struct step *step);

/* A message of the present stream came. */
void list_heard(struct step *step);

/* The server has answered a call that is no list. */
void list_served(struct step *step);

/* Something is known to be missing: a list soon. Nothing where the policy does not list. */
void list_want(struct step *step);

/* The call was answered, or lost. */
void list_answered(struct step *step, struct outcome outcome);

/* True where the stream of the list that is reconciled is over. */
bool list_is_late(const struct state *state);

/* The list under way is one that comes of itself, MONITOR_SWEEP_NS after the last. */
bool list_is_sweep(const struct state *state);

/* Every record and entry was compared. */
void list_done(struct step *step);

/* True where the monitor has caught up with the server since the stream was opened. */
bool list_recovered(const struct state *state);

/* The same for one container. */
bool list_has_told(const struct state *state, struct text id);

/* When list_do is wanted; the other leaves out what only comes round. */
int64_t list_deadline_ns(const struct state *state);
int64_t list_unrest_ns(const struct state *state);

/* Forgets what is under way; for a stop. */
void list_stop(struct step *step);

void list_hash(const struct arena *arena, const struct state *state, int64_t now_ns, struct hash *hash);

#endif
