/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_CAST_H
#define SCENARIOS_LANGUAGE_CAST_H

#include "scenarios/language/node.h"

/*
 * Who appears in a scenario: every container and exec that is given or made by a step, and the steps that end them.
 * It answers by name, in O(log count).
 */
struct cast_member {
    struct text container;
    struct text exec; /* empty: the container with its init */
    uint32_t pid;     /* 0: not chosen by the file, or given as ended */
    bool given;
    struct scenario_place place;
    size_t order; /* in the file */
};

struct cast_ending {
    struct text container;
    struct text exec; /* empty: the init, or the container as a whole */
    bool removed;     /* the container as a whole */
};

struct cast_asked {
    struct text container;
    struct text exec; /* empty: the container */
};

struct cast {
    struct cast_member *members; /* by name, then order */
    size_t member_count;
    struct cast_ending *endings; /* by name */
    size_t ending_count;
    struct text *published; /* containers of forged events and records, which need not be there */
    size_t published_count;
    struct cast_asked *asked; /* what a scripted client makes, or tries to */
    size_t asked_count;
    bool all_lost; /* a restart forgets everything */
};

/* Collects the cast of a scenario into the reading's region. 0 or ERROR_NO_MEMORY. */
int cast_collect(struct cast *cast, const struct reading *reading, const struct scenario *scenario);

/* True iff the container (exec empty), or that exec of it, appears. */
bool cast_has(const struct cast *cast, struct text container, struct text exec);

/* True iff a forged event, or a record that a step puts, names that container. */
bool cast_publishes(const struct cast *cast, struct text container);

/* The id nearest to what was written: a container's (container empty), or an exec's of that container; empty where none
 * is near. */
struct text cast_nearest(const struct cast *cast, struct text container, struct text written);

/* Refuses what comes to be twice, and a pid of two processes that live at one time. */
int cast_check(const struct cast *cast, const struct reading *reading);

#endif
