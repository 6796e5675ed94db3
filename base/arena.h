/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/clear.h"
#include "base/contract.h"
#include "base/text.h"

/*
 * The memory on which a core keeps its whole state: one block, in which everything refers to everything by offset. So a
 * state is cloned by copying bytes, may be moved, and may be thrown away without a walk.
 *
 * The rule that makes it safe to use: at its entry a step reserves the most that it may allocate (arena_reserve, the
 * only call that can fail and the only one that moves the block). From there to the end of the step allocation cannot
 * fail and pointers from arena_at stay valid. So a step that lacks memory has changed nothing.
 *
 * Freed pieces go to free lists by size class inside the block; a core that frees what it drops does not grow.
 *
 * Hashing is not done on the bytes of the block (they hold history: free lists, old pieces): each core walks its own
 * state in a canonical order and gives times relative to now.
 */
typedef uint32_t arena_ref; /* an offset; 0 refers to nothing */

struct arena {
    unsigned char *base;
};

enum {
    ARENA_ALIGNMENT = 8,
    ARENA_CLASSES = 18,       /* 8 bytes to 1 MiB, each class twice the one before */
    ARENA_PIECE_MAX = 1 << 20 /* bytes: the largest single piece */
};

/* An empty arena that may grow to limit bytes (at most 1 GiB). 0 or ERROR_NO_MEMORY. */
int arena_init(struct arena *arena, uint32_t limit);
void arena_release(struct arena *arena);

/* A copy with the same offsets. *copy must be released or zero before; its block is used again where it is large
 * enough. 0 or ERROR_NO_MEMORY (*copy is then as before). */
int arena_clone(struct arena *copy, const struct arena *from);

/* Where there is no room: arena_reserve asks for it. */
int arena_grow(struct arena *arena, uint32_t more);

/* What a piece of size bytes takes at the most: the next power of two. Here because steps ask so often, mostly with
 * sizes that the compiler knows. */
static inline uint32_t arena_cost(uint32_t size)
{
    uint32_t bits = size - 1;
    CONTRACT(size >= 1 && size <= ARENA_PIECE_MAX);
    bits |= bits >> 1;
    bits |= bits >> 2;
    bits |= bits >> 4;
    bits |= bits >> 8;
    bits |= bits >> 16;
    return size <= ARENA_ALIGNMENT ? ARENA_ALIGNMENT : bits + 1;
}

/* How the block begins, for the functions below alone. */
struct arena_header {
    uint32_t used;
    uint32_t capacity;
    uint32_t limit;
    arena_ref free_lists[ARENA_CLASSES];
};

static inline struct arena_header *arena_header_of(const struct arena *arena)
{
    return (struct arena_header *)(void *)arena->base;
}

/* Bytes in use by the block, header included: what a clone copies. */
static inline uint32_t arena_used(const struct arena *arena)
{
    return arena_header_of(arena)->used;
}

/* Makes room so that pieces of together more bytes can be allocated, each counted as arena_cost(its size).
 * 0, ERROR_NO_MEMORY, or ERROR_LIMIT where the arena would outgrow its limit. May move the block. */
static inline int arena_reserve(struct arena *arena, uint32_t more)
{
    const struct arena_header *header = arena_header_of(arena);
    return more <= header->capacity - header->used ? 0 : arena_grow(arena, more);
}

/* The piece's address, valid until the next arena_reserve, clone onto, or release. ref must not be 0. This is asked for
 * a thousand times in one run of a scenario, so the build that explores for long (ARENA_UNCHECKED, see the Makefile)
 * does not look whether the reference lies in the block; every other build does. */
static inline void *arena_at(const struct arena *arena, arena_ref ref)
{
#ifndef ARENA_UNCHECKED
    /* Of 0 less 1 becomes the greatest number: one comparison for both ends. */
    CONTRACT(ref - 1 < arena_used(arena) - 1);
#endif
    return arena->base + ref;
}

static inline uint32_t arena_class_of(uint32_t size)
{
    CONTRACT(size >= 1 && size <= ARENA_PIECE_MAX);
    /* How many bits the greatest multiple of the alignment below size has. */
    return size <= ARENA_ALIGNMENT ? 0 : 32 - (uint32_t)__builtin_clz((size - 1) / ARENA_ALIGNMENT);
}

/* A piece of that class with whatever is in it. */
static inline arena_ref arena_take(struct arena *arena, uint32_t class_index)
{
    struct arena_header *header = arena_header_of(arena);
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

/* A zeroed piece of size bytes (1 to ARENA_PIECE_MAX), within what was reserved: never fails, never moves the block.
 * Always inline, because its callers know the size: what is left of it is a few instructions.
 */
static inline __attribute__((always_inline)) arena_ref arena_alloc(struct arena *arena, uint32_t size)
{
    uint32_t class_index = arena_class_of(size);
    arena_ref ref = arena_take(arena, class_index);
    unsigned char *piece = arena->base + ref;
    switch (class_index) {
    case 0: memset(piece, 0, ARENA_ALIGNMENT); break;
    case 1: memset(piece, 0, ARENA_ALIGNMENT << 1); break;
    case 2: memset(piece, 0, ARENA_ALIGNMENT << 2); break;
    case 3: memset(piece, 0, ARENA_ALIGNMENT << 3); break;
    case 4: clear_128(piece); break;
    case 5:
        clear_128(piece);
        clear_128(piece + 128);
        break;
    default: clear_bytes(piece, (size_t)ARENA_ALIGNMENT << class_index); break;
    }
    return ref;
}

/* Gives back a piece with the size it was allocated with. ref 0 is ignored. */
static inline void arena_free(struct arena *arena, arena_ref ref, uint32_t size)
{
    struct arena_header *header = arena_header_of(arena);
    uint32_t class_index = arena_class_of(size);
    if (ref == 0)
        return;
    memcpy(arena_at(arena, ref), &header->free_lists[class_index], sizeof ref);
    header->free_lists[class_index] = ref;
}

/* A text kept in the arena. The zero value is the empty text. */
struct arena_text {
    arena_ref ref;
    uint32_t length;
};

/* Copies the text in (cost: arena_cost(length) where length > 0). */
arena_ref arena_text_keep(struct arena *arena, struct text from); /* not empty */

static inline struct arena_text arena_text_new(struct arena *arena, struct text from)
{
    struct arena_text text = {from.length > 0 ? arena_text_keep(arena, from) : 0, (uint32_t)from.length};
    return text;
}

static inline void arena_text_free(struct arena *arena, struct arena_text *text)
{
    if (text->length == 0)
        return;
    arena_free(arena, text->ref, text->length);
    text->ref = 0;
    text->length = 0;
}

/* Borrowed as from arena_at. Of an empty text the bytes are none to be read, whatever they point to. */
static inline struct text arena_text_get(const struct arena *arena, struct arena_text text)
{
#ifndef ARENA_UNCHECKED
    CONTRACT(text.length == 0 || text.ref - 1 < arena_used(arena) - 1);
#endif
    return (struct text){(const char *)arena->base + text.ref, text.length};
}

#endif
