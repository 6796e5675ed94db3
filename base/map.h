/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * An ordered map from a text to a reference, kept in an arena. It is a treap whose priorities are hashes of the keys,
 * so its shape depends on the keys alone and never on the order in which they came: two states with the same content
 * walk alike. Lookup, insertion and removal take O(log count) for keys that nobody chose to defeat the hash.
 */
struct map {
    arena_ref root;
    uint32_t count;
};

enum { MAP_NODE_SIZE = 32 /* bytes of what holds a key and its value */ };

/* What an insertion of a key of that length costs at the most, for arena_reserve. */
static inline uint32_t map_insert_cost(size_t key_length)
{
    return arena_cost(MAP_NODE_SIZE) + (key_length > 0 ? arena_cost((uint32_t)key_length) : 0);
}

/* The same for a key that is a number. */
static inline uint32_t map_insert_number_cost(void)
{
    return arena_cost(MAP_NODE_SIZE);
}

/* For map_get alone. */
arena_ref map_find(const struct arena *arena, arena_ref root, struct text key);

/* The value, or 0 where the key is absent. Many maps are empty most of the time, which is seen in line. */
static inline arena_ref map_get(const struct arena *arena, const struct map *map, struct text key)
{
    return map->root != 0 ? map_find(arena, map->root, key) : 0;
}

/* Adds a key that must be absent, with a value other than 0. Room must have been reserved. */
void map_insert(struct arena *arena, struct map *map, struct text key, arena_ref value);

/* Removes the key and returns its value, or 0 where it was absent. The key's text may be the map's own. */
arena_ref map_remove(struct arena *arena, struct map *map, struct text key);

/* The value of the first key that is greater than after, in byte order; 0 where there is none. With key_found, the key.
 * A walk: start with the empty text and go on with each key found. An empty key is not visited. */
arena_ref map_next(const struct arena *arena, const struct map *map, struct text after, struct text *key_found);

/* The value of the first key, whether a text or a number. The map must not be empty. */
arena_ref map_first(const struct arena *arena, const struct map *map);

/* The first eight bytes of the first key, as a number whose order is theirs. The map must not be empty. */
uint64_t map_first_head(const struct arena *arena, const struct map *map);

/* A map may have numbers as keys instead, all of them, in their order. */
void map_insert_number(struct arena *arena, struct map *map, uint64_t number, arena_ref value);
arena_ref map_remove_number(struct arena *arena, struct map *map, uint64_t number);

/* The value of the smallest number greater than after, 0 where there is none; with number_found, the number. */
arena_ref map_next_number(const struct arena *arena, const struct map *map, uint64_t after, uint64_t *number_found);

#endif
