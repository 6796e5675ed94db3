/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_LARGEST_H
#define BENCH_LARGEST_H

#include <stdbool.h>
#include <stdint.h>

/*
 * How large a world may be so that every order of it is seen in a given time.
 */
enum largest_part { LARGEST_CONTAINERS, LARGEST_FAILURES, LARGEST_DISCONNECTS, LARGEST_CRASHES, LARGEST_PARTS };

struct largest {
    uint32_t parts[LARGEST_PARTS];
    uint64_t states;
    uint64_t transitions;
    uint64_t runs;
    double spent; /* seconds of one core */
};

/* "containers" */
const char *largest_part_name(enum largest_part part);

/* Adds one part after another as long as exploring is complete within so many seconds of one core, each kind until it
 * is not. 0, or an error where no world at all could be explored. */
int largest_find(struct largest *largest, double seconds);

#endif
