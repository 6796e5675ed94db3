/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_TOGETHER_H
#define HARNESS_EXPLORE_TOGETHER_H

#include "harness/explore/schedule.h"

/*
 * Sampled runs that are played together. Each draws for itself, from a seed of its own, as if it were alone; but as
 * long as some of them have drawn alike they are in one world, which is stepped once for all of them. Where they draw
 * differently they part: the most go on in the world that they are in, the others from copies of it, so that there are
 * no more copies at a time than a number of runs can be halved.
 */
enum {
    TOGETHER_MAX = 8192,     /* runs */
    TOGETHER_WORLDS_MAX = 14 /* at a time: those that part from the most are at most half */
};

_Static_assert(TOGETHER_MAX <= 1 << (TOGETHER_WORLDS_MAX - 1), "a world for each time that they can be halved");

/* A run that is about to be made. */
struct drawn {
    uint64_t number;
    struct schedule schedule;
    struct random within; /* for what is drawn within a happening */
};

struct together {
    const struct world *start;     /* where all of them begin; borrowed */
    struct explore_result *result; /* to which they are added; borrowed */
    bool draws_within;             /* a happening may hold draws */
    /* Asked every now and then, where it is not NULL: false ends it. */
    bool (*go_on)(void *context, const struct explore_counts *counts);
    void *context;
    bool is_stopped;
    uint64_t made;        /* happenings */
    uint64_t ask_at;      /* so many of them it is asked again */
    size_t channels_most; /* that a run has met */
    struct drawn *runs;
    struct drawn *parted; /* room for as many */
    uint32_t *next;       /* of each run, what it has drawn */
    size_t count;
    size_t capacity;
    struct world *worlds[TOGETHER_WORLDS_MAX];
    struct timeline *ready;
    /* The way to the present world. */
    struct encounters met;
    struct draw *draws;
    size_t draw_count;
    size_t draw_capacity;
};

/* start, result, draws_within, go_on and context are set already. 0 or an error; to be released in any case. */
int together_init(struct together *together);
void together_release(struct together *together);

/* One run more, of a higher number than those before; there is no place for more than TOGETHER_MAX. 0 or
 * ERROR_NO_MEMORY. */
int together_add(struct together *together, const struct drawn *run);

/* Makes all of them, and adds them to the result; then there are none. 0 or an error. */
int together_play(struct together *together);

#endif
