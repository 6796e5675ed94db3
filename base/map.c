/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include "base/contract.h"
#include "base/hash.h"

struct node {
    arena_ref left;
    arena_ref right;
    arena_ref value;
    uint32_t priority;
    struct arena_text key;
};

_Static_assert(sizeof(struct node) == MAP_NODE_SIZE, "what an insertion costs is told in the header");

static struct node *node_at(const struct arena *arena, arena_ref ref)
{
    return arena_at(arena, ref);
}

static uint32_t priority_of(struct text key)
{
    struct hash hash;
    hash_init(&hash);
    hash_text(&hash, key);
    return (uint32_t)(hash.a >> 32);
}

arena_ref map_get(const struct arena *arena, const struct map *map, struct text key)
{
    arena_ref at = map->root;
    while (at != 0) {
        const struct node *node = node_at(arena, at);
        int order = text_compare(key, arena_text_get(arena, node->key));
        if (order == 0)
            return node->value;
        at = order < 0 ? node->left : node->right;
    }
    return 0;
}

/* Parts the tree at into what lies below the key and what lies above it. */
static void split(const struct arena *arena, arena_ref at, struct text key, arena_ref *below, arena_ref *above)
{
    while (at != 0) {
        struct node *node = node_at(arena, at);
        if (text_compare(arena_text_get(arena, node->key), key) < 0) {
            *below = at;
            below = &node->right;
            at = node->right;
        } else {
            *above = at;
            above = &node->left;
            at = node->left;
        }
    }
    *below = 0;
    *above = 0;
}

/* Joins two trees, every key of below being less than every key of above, into *into. */
static void join(const struct arena *arena, arena_ref below, arena_ref above, arena_ref *into)
{
    while (below != 0 && above != 0) {
        struct node *low = node_at(arena, below);
        struct node *high = node_at(arena, above);
        if (low->priority >= high->priority) {
            *into = below;
            into = &low->right;
            below = low->right;
        } else {
            *into = above;
            into = &high->left;
            above = high->left;
        }
    }
    *into = below != 0 ? below : above;
}

void map_insert(struct arena *arena, struct map *map, struct text key, arena_ref value)
{
    arena_ref ref = arena_alloc(arena, sizeof(struct node));
    struct node *node = node_at(arena, ref);
    arena_ref *link = &map->root;

    CONTRACT(value != 0 && map_get(arena, map, key) == 0);
    node->value = value;
    node->priority = priority_of(key);
    node->key = arena_text_new(arena, key);
    while (*link != 0) {
        struct node *other = node_at(arena, *link);
        /* Equal priorities are decided by the key, else the shape would depend on who came first. */
        struct text other_key = arena_text_get(arena, other->key);
        int order = text_compare(key, other_key);
        if (node->priority > other->priority || (node->priority == other->priority && order < 0))
            break;
        link = order < 0 ? &other->left : &other->right;
    }
    split(arena, *link, key, &node->left, &node->right);
    *link = ref;
    map->count++;
}

arena_ref map_remove(struct arena *arena, struct map *map, struct text key)
{
    arena_ref *link = &map->root;
    while (*link != 0) {
        arena_ref at = *link;
        struct node *node = node_at(arena, at);
        int order = text_compare(key, arena_text_get(arena, node->key));
        if (order == 0) {
            arena_ref value = node->value;
            join(arena, node->left, node->right, link);
            arena_text_free(arena, &node->key);
            arena_free(arena, at, sizeof *node);
            map->count--;
            return value;
        }
        link = order < 0 ? &node->left : &node->right;
    }
    return 0;
}

/* The node that is the furthest to the left; 0 where there is none. */
static arena_ref first(const struct arena *arena, const struct map *map)
{
    arena_ref at = map->root;
    for (arena_ref left = at; left != 0; left = node_at(arena, at)->left)
        at = left;
    return at;
}

arena_ref map_next(const struct arena *arena, const struct map *map, struct text after, struct text *key_found)
{
    arena_ref at = map->root;
    arena_ref best = 0;
    /* Who asks for the first needs no comparisons. */
    if (after.length == 0) {
        best = first(arena, map);
        at = best != 0 && node_at(arena, best)->key.length == 0 ? map->root : 0;
        best = at != 0 ? 0 : best;
    }
    while (at != 0) {
        const struct node *node = node_at(arena, at);
        if (text_compare(arena_text_get(arena, node->key), after) > 0) {
            best = at;
            at = node->left;
        } else {
            at = node->right;
        }
    }
    if (best == 0)
        return 0;
    if (key_found != NULL)
        *key_found = arena_text_get(arena, node_at(arena, best)->key);
    return node_at(arena, best)->value;
}
