/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/error.h"

enum { CAPACITY_MIN = 1024 };

int arena_init(struct arena *arena, uint32_t limit)
{
    uint32_t header_size = (sizeof(struct arena_header) + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    CONTRACT(limit >= CAPACITY_MIN && limit <= UINT32_C(1) << 30);
    arena->base = calloc(1, CAPACITY_MIN);
    if (arena->base == NULL)
        return ERROR_NO_MEMORY;
    arena_header_of(arena)->used = header_size;
    arena_header_of(arena)->capacity = CAPACITY_MIN;
    arena_header_of(arena)->limit = limit;
    return 0;
}

void arena_release(struct arena *arena)
{
    if (arena == NULL)
        return;
    free(arena->base);
    arena->base = NULL;
}

int arena_clone(struct arena *copy, const struct arena *from)
{
    uint32_t used = arena_header_of(from)->used;
    uint32_t capacity = copy->base != NULL ? arena_header_of(copy)->capacity : 0;
    if (capacity < used) {
        unsigned char *base = realloc(copy->base, used);
        if (base == NULL)
            return ERROR_NO_MEMORY;
        copy->base = base;
        capacity = used;
    }
    memcpy(copy->base, from->base, used);
    arena_header_of(copy)->capacity = capacity;
    return 0;
}

int arena_grow(struct arena *arena, uint32_t more)
{
    struct arena_header *header = arena_header_of(arena);
    uint32_t limit = header->limit;
    uint32_t capacity = header->capacity;

    if (more > limit || header->used > limit - more)
        return ERROR_LIMIT;
    while (capacity < header->used + more)
        capacity = capacity > limit / 2 ? limit : capacity * 2;
    unsigned char *base = realloc(arena->base, capacity);
    if (base == NULL)
        return ERROR_NO_MEMORY;
    arena->base = base;
    arena_header_of(arena)->capacity = capacity;
    return 0;
}

arena_ref arena_text_keep(struct arena *arena, struct text from)
{
    CONTRACT(from.length > 0 && from.length <= ARENA_PIECE_MAX);
    arena_ref ref = arena_take(arena, arena_class_of((uint32_t)from.length));
    text_put(arena_at(arena, ref), from);
    return ref;
}
