/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_CHOICE_H
#define HARNESS_CHOICE_H

#include <stdint.h>

/*
 * The one source of nondeterminism. Whoever has to decide something that a real machine would decide by accident draws
 * a number below a bound and says what for. Draw 0 is always the ordinary course: the oldest delivery, the written
 * order.
 */
struct choice {
    uint64_t draws; /* draws made so far whose bound was above 1 */
};

void choice_init(struct choice *choice);

/* A number in [0, bound), bound >= 1. label names the decision, for records of draws. */
uint32_t choice_below(struct choice *choice, uint32_t bound, const char *label);

#endif
