/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CHOICE_H
#define HARNESS_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/random.h"

/*
 * The one source of nondeterminism. Whoever has to decide something that a real machine would decide by accident draws
 * a number below a bound and says what for. Draw 0 is always the ordinary course: the oldest delivery, the written
 * order, a fault that strikes.
 *
 * Who answers is set from outside: nobody (all zero), a list of draws, or a seeded generator. Each draw can be recorded
 * with its bound and label, and the record given as a list answers the same: it is the seed, the replay and what
 * shrinking edits.
 */
struct draw {
    uint32_t value;
    uint32_t bound;    /* above 1: where there is no choice nothing is drawn */
    const char *label; /* static, or borrowed from whoever made the list */
};

enum choice_answerer {
    CHOICE_ZERO,
    CHOICE_LIST,  /* behind the end of the list: zero */
    CHOICE_RANDOM /* uniform below the bound */
};

struct choice {
    enum choice_answerer answerer;
    uint64_t draws; /* made so far */
    /* LIST */
    const struct draw *list;
    size_t list_count;
    bool strict;     /* a draw with another bound or label than the list says is a mismatch; else it is cut to fit */
    bool mismatched; /* and mismatch is the place in the list */
    size_t mismatch;
    struct draw met; /* what was to be drawn there */
    /* RANDOM */
    struct random random;
    /* What has been drawn, where it is recorded. */
    bool records;
    bool failed; /* no memory for the record */
    struct draw *record;
    size_t record_count;
    size_t record_capacity;
};

void choice_init(struct choice *choice);
void choice_release(struct choice *choice);

/* From here on the list answers, from its first draw. It is borrowed. */
void choice_answer_list(struct choice *choice, const struct draw *list, size_t count, bool strict);
void choice_answer_random(struct choice *choice, uint64_t seed);

/* Records from here on, from an empty record. */
void choice_record(struct choice *choice);

/* A number in [0, bound), bound >= 1. label names the decision. */
uint32_t choice_below(struct choice *choice, uint32_t bound, const char *label);

/* The same where somebody else has decided already: it is counted and recorded. */
void choice_decided(struct choice *choice, uint32_t value, uint32_t bound, const char *label);

#endif
