/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_REGEX_PROGRAM_H
#define FAKECONTAINERD_CORE_REGEX_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "fakecontainerd/core/regex.h"

/*
 * A compiled pattern, between regex_compile.c and regex.c: the states of an automaton, of which a search follows at
 * once all that can be active.
 */

/* Only a split may lead nowhere else: its other is then UINT32_MAX. */
enum regex_state_kind { REGEX_CLASS, REGEX_SPLIT, REGEX_BEGIN, REGEX_END, REGEX_MATCH };

struct regex_state {
    enum regex_state_kind kind;
    bool negated; /* CLASS */
    uint32_t first_range;
    uint32_t range_count;
    uint32_t next;
    uint32_t other; /* SPLIT */
};

struct regex_range {
    uint32_t low;
    uint32_t high;
};

struct regex_program {
    struct text pattern;
    size_t at;
    unsigned depth;
    enum regex_kind kind;
    uint32_t state_count;
    uint32_t range_count;
    uint32_t start;
    struct regex_state states[REGEX_STATES_MAX];
    struct regex_range ranges[REGEX_RANGES_MAX];
};

/* Compiles into *program, whose kind tells how that went; only with REGEX_GOOD is the rest to be used. */
void regex_compile(struct regex_program *program, struct text pattern);

/* The character at *at of valid UTF-8, and *at behind it. */
uint32_t regex_decode(struct text text, size_t *at);

#endif
