/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_FRAME_H
#define HARNESS_EXPLORE_FRAME_H

#include "harness/explore/states.h"

/*
 * The way from the first state to the present one: for each state on it a world, what may happen in it, and which of
 * that is to be tried next.
 */
struct moves {
    struct move *items;
    size_t count;
    size_t capacity;
};

int moves_add(struct moves *moves, const struct move *move);

struct frame {
    struct world *world; /* NULL, or of any state, where a child has taken it over or none was needed yet */
    struct hash hash;
    struct pending *ready; /* what may happen */
    size_t ready_count;
    size_t ready_capacity;
    size_t at;            /* which of it is being tried */
    uint64_t delays_left; /* where runs are bounded: how much further from the ordinary course they may go */
    bool begun;           /* at has been tried: what comes next are its other outcomes */
    /* The draws within the move that is being tried. */
    struct draw *outcomes;
    size_t outcome_count;
    size_t outcome_capacity;
    struct moves sleep; /* not to be tried here: from before, or tried here already */
    bool is_restricted; /* of all moves only these are to be tried: the rest was when the state was seen before */
    struct moves only;
};

struct frames {
    struct world *root; /* at its beginning; all others are its clones */
    bool draws_within;  /* a move may hold draws */
    struct frame **items;
    size_t count;
    size_t made; /* frames behind count keep their memory for the next */
    size_t capacity;
};

/* One frame with the world at its beginning. 0 or an error of world_init; to be released all the same. */
int frames_init(struct frames *frames, const struct scenario *scenario, struct text policy, policy_switches switches,
                const struct world_chances *chances);
void frames_release(struct frames *frames);

/* A frame on top, empty but perhaps for a world of any state. 0 or ERROR_NO_MEMORY. */
int frames_push(struct frames *frames, struct frame **ret_frame);
void frames_pop(struct frames *frames);

/* The draws that led to the top frame, and those of the move from the frame below it that is under way; the caller's to
 * free. 0 or ERROR_NO_MEMORY. */
int frames_path(const struct frames *frames, struct draw **ret_draws, size_t *ret_count);

/* What may happen in the frame's world; nothing has been tried. 0 or ERROR_NO_MEMORY. */
int frame_set_ready(struct frame *frame, const struct timeline *ready);

/* Goes to the next thing, or the next outcome of the same, that is to be tried; false where there is none. */
bool frame_next(struct frame *frame);

/* Makes what frame_next went to in the child's world, which becomes what the frame's would. The frame keeps the draws
 * within, and its world unless there is nothing else to make of it; *ret_move is what it was. 0 or an error of
 * world_happen. */
int frames_make_move(const struct frames *frames, struct frame *frame, struct frame *child, struct move *ret_move);

/* Marks the `sometimes` that the world has reached in any of its states. */
void frame_add_reached(const struct world *world, bool *reached);

#endif
