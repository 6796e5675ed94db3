/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_EXPLORE_ATTEMPT_H
#define HARNESS_EXPLORE_ATTEMPT_H

#include "harness/explore/shrink.h"
#include "harness/run.h"
#include "scenarios/language/edit.h"

/*
 * One try of shrinking: a story and a list of draws, and whether they still break what they have to.
 */
struct attempt {
    const bool *without;
    const struct edit_new_times *times;
    size_t times_count;
    const struct edit_step *steps;
    size_t step_count;
    const struct draw *draws; /* the level first */
    size_t draw_count;
    bool searches;   /* where this run does not break it, others are looked at */
    size_t owed_max; /* as of recovery_owed: a story with more of it is no smaller one */
    bool must_hold;  /* as it is written the story must not break it: else it has lost its sense */
    bool may_stop;   /* a run will do in which a step cannot be done after what is broken */
};

/* What a try that went well leaves. */
struct attempt_result {
    struct draw *draws; /* as they were drawn, without the zeros at the end */
    size_t draw_count;
    struct world_step *steps;
    size_t step_count;
    bool stopped; /* at a step that could not be done */
};

/* Sets *ret_breaks. 0 or ERROR_NO_MEMORY; a story that is none, or cannot be run, breaks nothing. *result is filled in
 * where it breaks, and to be released by then. */
int attempt_make(const struct edit *edit, const struct shrink_asked *asked, const struct attempt *attempt,
                 struct attempt_result *result, bool *ret_breaks);
void attempt_result_release(struct attempt_result *result);

/* Whether the story breaks it, or cannot be run, in the order that it is written in and with nothing left to chance. */
bool attempt_breaks_as_written(const struct scenario *scenario, const struct shrink_asked *asked);

/* The story of an attempt, with the draws as `choices` where it is to be kept. 0 or ERROR_NO_MEMORY. */
int attempt_write(const struct edit *edit, const struct shrink_asked *asked, const struct attempt *attempt,
                  bool with_draws, struct buffer *out);

#endif
