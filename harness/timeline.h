/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_TIMELINE_H
#define HARNESS_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

/*
 * The order in which things happen where nobody chooses otherwise. What is pending is compared by (time, class,
 * sequence):
 *
 *   time      when it may happen at the earliest, in virtual nanoseconds
 *   class     at the same time, first the rest of a burst (`at once`), then what is under way between the two sides
 *             arrives, then timers fire, then the script takes its next step: so a step finds the world at rest
 *   sequence  within a class, the one that has been pending longest
 *
 * All expectations of `always` and all promises are checked after each thing that happens.
 */
enum pending_class { PENDING_BURST, PENDING_DELIVERY, PENDING_TIMER, PENDING_STEP };

enum pending_kind {
    PENDING_DIAL,          /* the result of a dial; index: the connection */
    PENDING_TO_HANDLER,    /* bytes, or the end of them, for the handler; index: the connection */
    PENDING_TO_FAKE,       /* the same for the fake */
    PENDING_STORE,         /* the store carries out its next request, then answers it */
    PENDING_HANDLER_START, /* the handler's process starts again */
    PENDING_HANDLER_TIMER, /* the monitor's deadline */
    PENDING_HANDLER_WIRE,  /* a deadline of the handler's sessions */
    PENDING_FAKE_TIMER,
    PENDING_FAKE_WIRE,
    PENDING_CLIENT, /* a call has waited for its answer as long as it may */
    PENDING_SCRIPT, /* index: which of the enabled steps */
    PENDING_CRASH   /* the handler's process dies by chance */
};

struct pending {
    int64_t time_ns;
    int64_t since_ns; /* since when it could have happened; a time to come is that time */
    enum pending_class class;
    uint64_t sequence;
    enum pending_kind kind;
    size_t index;
    size_t token; /* SCRIPT: the step's own, PENDING_LATER where none may be taken yet; else the index */
};

/* Of SCRIPT: time passes until a step may be taken, and that is all. */
#define PENDING_LATER SIZE_MAX

enum { PENDING_MAX = 256 };

struct timeline {
    struct pending items[PENDING_MAX];
    size_t count;
};

/* The place of one thing more, to be filled; NULL where there are PENDING_MAX already. */
static inline struct pending *timeline_place(struct timeline *timeline)
{
    return timeline->count < PENDING_MAX ? &timeline->items[timeline->count++] : NULL;
}

/* Adds one thing; where there are PENDING_MAX already it is left out until others have happened. Things that never come
 * (TIME_NEVER) are not added. */
void timeline_add(struct timeline *timeline, const struct pending *pending);

/* Sorts by (time, class, sequence) and drops all that cannot happen yet: what is later than the first and, where a
 * burst goes on, all but its next step. Returns how many are left. */
size_t timeline_ready(struct timeline *timeline);

/* The same, but behind what can happen now stand the next timers, where what is pending is under way between the two
 * sides and none of it would be later than late_max_ns if they fired first. */
size_t timeline_ready_late(struct timeline *timeline, int64_t late_max_ns);

#endif
