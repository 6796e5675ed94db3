/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/region.h"

#include <stdint.h>
#include <stdlib.h>

enum { REGION_ALIGNMENT = 16, REGION_BLOCK_SIZE = 16384 };

struct region_block {
    struct region_block *older;
    size_t used;
    size_t size;
    _Alignas(REGION_ALIGNMENT) unsigned char bytes[];
};

void region_init(struct region *region)
{
    region->newest = NULL;
}

void region_release(struct region *region)
{
    while (region->newest != NULL) {
        struct region_block *older = region->newest->older;
        free(region->newest);
        region->newest = older;
    }
}

void *region_alloc(struct region *region, size_t size)
{
    struct region_block *block = region->newest;
    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + (size == 0) + REGION_ALIGNMENT - 1) / REGION_ALIGNMENT * REGION_ALIGNMENT;
    if (block == NULL || block->size - block->used < size) {
        size_t room = size > REGION_BLOCK_SIZE ? size : REGION_BLOCK_SIZE;
        block = calloc(1, sizeof *block + room);
        if (block == NULL)
            return NULL;
        block->older = region->newest;
        block->size = room;
        region->newest = block;
    }
    void *piece = block->bytes + block->used;
    block->used += size;
    return piece;
}

void *region_array(struct region *region, size_t count, size_t size)
{
    if (size > 0 && count > SIZE_MAX / size)
        return NULL;
    return region_alloc(region, count * size);
}
