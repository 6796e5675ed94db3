/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_SHRINK_PRIVATE_H
#define HARNESS_EXPLORE_SHRINK_PRIVATE_H

#include "harness/explore/attempt.h"

/* What the files of shrinking share. */

/* The smallest so far. */
struct best {
    bool *without;
    struct edit_new_times *times; /* one for each of the file's */
    struct edit_step *steps;      /* NULL: as they are nested */
    size_t step_count;
    struct attempt_result result;
};

struct shrinking {
    const struct shrink_asked *asked;
    struct edit *edit;
    size_t span_count;
    size_t times_count;
    struct best best;
    bool *trial; /* what a try leaves out */
    uint64_t tries;
    bool stopped;
    size_t owed;     /* as of recovery_owed, at first */
    bool is_of_file; /* what is broken is something that the file expects, which says nothing of another story */
    bool must_hold;  /* as of struct attempt; else, where it is of the file, the story stays whole */
    bool may_stop;   /* the best so far ends at a step that cannot be done */
};

/* How far a list of draws, the level first, is from the ordinary course: many that are not 0 weigh most. */
size_t shrink_cost(const struct draw *draws, size_t count);

/* The best as an attempt that would be made again. Borrowed from the best. */
struct attempt shrink_best(const struct shrinking *shrinking);

/* Makes the attempt; where it breaks what it has to, its run is the best from now on. Sets *ret_breaks. 0 or
 * ERROR_NO_MEMORY. */
int shrink_try(struct shrinking *shrinking, const struct attempt *attempt, bool *ret_breaks);

/* How many parts of that kind are left. */
size_t shrink_count_left(const struct shrinking *shrinking, const bool *without, enum edit_kind kind);

/* The steps in the order in which they came, and crashes among them, where that is no further from the ordinary course.
 * 0 or ERROR_NO_MEMORY. */
int shrink_order(struct shrinking *shrinking);

/* Fewer draws and lower ones, as long as there is anything to gain. 0 or ERROR_NO_MEMORY. */
int shrink_draws(struct shrinking *shrinking);

#endif
