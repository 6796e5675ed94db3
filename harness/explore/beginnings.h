/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_BEGINNINGS_H
#define HARNESS_EXPLORE_BEGINNINGS_H

#include "harness/world.h"

/*
 * How sampled runs begin. What has happened in one of them up to a point is the same in all that were drawn alike up to
 * there, so the world at that point is made once and kept, and they go on from a copy: a tree of worlds, which grows
 * by one with each run until there are BEGINNINGS_MAX of them, or they are too large. Each has gone on as far as there
 * is no choice.
 */
enum {
    BEGINNINGS_MAX = 1024,   /* a small world is some 15 KB */
    BEGINNING_READY_MAX = 16 /* where more may happen no beginning is kept behind it */
};

#define BEGINNINGS_BYTES_MAX (UINT64_C(64) << 20) /* of them all, but for the last */

/* What most runs that pass look at comes first, and lies together. */
struct beginning {
    uint32_t ready_count;                      /* 0: it is not gone on from here */
    uint32_t behind[BEGINNING_READY_MAX];      /* which beginning is behind what may happen; 0: none so far */
    struct pending ready[BEGINNING_READY_MAX]; /* what may happen in it next, as world_pending has it */
    struct world *world;
};

struct beginnings {
    struct beginning *items;
    size_t count;
    size_t capacity;
    uint64_t bytes;
    struct world *next; /* room for one step */
};

/* The first of them, at that world, which goes on as well as the others do. It is borrowed and must be released after
 * all of them. room is overwritten. 0 or an error; to be released in any case. */
int beginnings_init(struct beginnings *all, struct world *start, struct timeline *room);
void beginnings_release(struct beginnings *all);

/* One more, behind what may happen there with that index, at the world as it is; nothing where there is no room. room
 * is overwritten. 0 or an error. */
int beginnings_add(struct beginnings *all, size_t at, size_t next, const struct world *world, struct timeline *room);

#endif
