/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/clear.h"
#include "base/contract.h"
#include "base/error.h"

enum {
    CLASS_COUNT = 18, /* 8 bytes to 1 MiB, each class twice the one before */
    CAPACITY_MIN = 1024
};

struct arena_header {
    uint32_t used; /* first: arena_used looks for it there */
    uint32_t capacity;
    uint32_t limit;
    arena_ref free_lists[CLASS_COUNT];
};

static struct arena_header *header_of(const struct arena *arena)
{
    return (struct arena_header *)(void *)arena->base;
}

static uint32_t class_of(uint32_t size)
{
    CONTRACT(size >= 1 && size <= ARENA_PIECE_MAX);
    /* How many bits the greatest multiple of the alignment below size has. */
    return size <= ARENA_ALIGNMENT ? 0 : 32 - (uint32_t)__builtin_clz((size - 1) / ARENA_ALIGNMENT);
}

int arena_init(struct arena *arena, uint32_t limit)
{
    uint32_t header_size = (sizeof(struct arena_header) + ARENA_ALIGNMENT - 1) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    CONTRACT(limit >= CAPACITY_MIN && limit <= UINT32_C(1) << 30);
    arena->base = calloc(1, CAPACITY_MIN);
    if (arena->base == NULL)
        return ERROR_NO_MEMORY;
    header_of(arena)->used = header_size;
    header_of(arena)->capacity = CAPACITY_MIN;
    header_of(arena)->limit = limit;
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
    uint32_t used = header_of(from)->used;
    uint32_t capacity = copy->base != NULL ? header_of(copy)->capacity : 0;
    if (capacity < used) {
        unsigned char *base = realloc(copy->base, used);
        if (base == NULL)
            return ERROR_NO_MEMORY;
        copy->base = base;
        capacity = used;
    }
    memcpy(copy->base, from->base, used);
    header_of(copy)->capacity = capacity;
    return 0;
}

int arena_reserve(struct arena *arena, uint32_t more)
{
    struct arena_header *header = header_of(arena);
    uint32_t limit = header->limit;
    uint32_t capacity = header->capacity;

    if (more > limit || header->used > limit - more)
        return ERROR_LIMIT;
    if (header->used + more <= capacity)
        return 0;
    while (capacity < header->used + more)
        capacity = capacity > limit / 2 ? limit : capacity * 2;
    unsigned char *base = realloc(arena->base, capacity);
    if (base == NULL)
        return ERROR_NO_MEMORY;
    arena->base = base;
    header_of(arena)->capacity = capacity;
    return 0;
}

/* A piece with whatever is in it. */
static arena_ref piece_take(struct arena *arena, uint32_t class_index)
{
    struct arena_header *header = header_of(arena);
    uint32_t bytes = (uint32_t)ARENA_ALIGNMENT << class_index;
    arena_ref ref = header->free_lists[class_index];

    if (ref != 0) {
        memcpy(&header->free_lists[class_index], arena->base + ref, sizeof ref);
    } else {
        CONTRACT(bytes <= header->capacity - header->used);
        ref = header->used;
        header->used += bytes;
    }
    return ref;
}

arena_ref arena_alloc(struct arena *arena, uint32_t size)
{
    uint32_t class_index = class_of(size);
    arena_ref ref = piece_take(arena, class_index);
    clear_bytes(arena->base + ref, (size_t)ARENA_ALIGNMENT << class_index);
    return ref;
}

void arena_free(struct arena *arena, arena_ref ref, uint32_t size)
{
    struct arena_header *header = header_of(arena);
    if (ref == 0)
        return;
    uint32_t class_index = class_of(size);
    CONTRACT(ref < header->used);
    memcpy(arena->base + ref, &header->free_lists[class_index], sizeof ref);
    header->free_lists[class_index] = ref;
}

arena_ref arena_text_keep(struct arena *arena, struct text from)
{
    CONTRACT(from.length > 0 && from.length <= ARENA_PIECE_MAX);
    arena_ref ref = piece_take(arena, class_of((uint32_t)from.length));
    memcpy(arena_at(arena, ref), from.bytes, from.length);
    return ref;
}
