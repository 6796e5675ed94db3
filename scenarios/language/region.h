/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCENARIOS_LANGUAGE_REGION_H
#define SCENARIOS_LANGUAGE_REGION_H

#include <stddef.h>

/*
 * Memory that is taken piece by piece and given back all at once: what one parsed file owns. Pieces never move.
 */
struct region {
    struct region_block *newest;
};

void region_init(struct region *region);
void region_release(struct region *region);

/* A zeroed piece that fits any type, of at least one byte; NULL where memory lacks. */
void *region_alloc(struct region *region, size_t size);

/* A zeroed array; NULL where memory lacks or the product overflows. */
void *region_array(struct region *region, size_t count, size_t size);

#endif
