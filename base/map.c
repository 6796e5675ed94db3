/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include "base/contract.h"

/* The first bytes of a key stand in its node, as text_head has them: most comparisons end there. */
struct node {
    arena_ref left;
    arena_ref right;
    arena_ref value;
    uint32_t priority;
    uint64_t head;
    struct arena_text key; /* all of it; empty for a number, which its head is */
};

_Static_assert(sizeof(struct node) == MAP_NODE_SIZE, "what an insertion costs is told in the header");

struct key {
    uint64_t head;
    struct text text;
};

static struct node *node_at(const struct arena *arena, arena_ref ref)
{
    return arena_at(arena, ref);
}

static struct key key_of_text(struct text text)
{
    return (struct key){text_head(text), text};
}

static struct key key_of_number(uint64_t number)
{
    return (struct key){number, {NULL, 0}};
}

/* What is behind the head. */
static struct text rest_of(struct text text)
{
    return (struct text){text.bytes + TEXT_HEAD, text.length - TEXT_HEAD};
}

static uint64_t mix(uint64_t state, uint64_t word)
{
    state = (state ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return state ^ state >> 32;
}

static uint32_t priority_of(const struct key *key)
{
    struct text text = key->text;
    uint64_t state = mix(key->head, text.length);
    for (; text.length > TEXT_HEAD; text = rest_of(text))
        state = mix(state, text_head(rest_of(text)));
    return (uint32_t)(mix(state, 0) >> 32);
}

/* Keys that lie in their heads whole, as numbers do, are compared by two numbers. */
static inline int compare_short(const struct key *key, const struct node *node)
{
    if (key->head != node->head)
        return key->head < node->head ? -1 : 1;
    return (key->text.length > node->key.length) - (key->text.length < node->key.length);
}

/* As text_compare of the whole keys. */
static inline int compare(const struct arena *arena, const struct key *key, const struct node *node)
{
    if (key->head != node->head || key->text.length <= TEXT_HEAD || node->key.length <= TEXT_HEAD)
        return compare_short(key, node);
    return text_compare(rest_of(key->text), rest_of(arena_text_get(arena, node->key)));
}

static arena_ref get_short(const struct arena *arena, arena_ref at, const struct key *key)
{
    while (at != 0) {
        const struct node *node = node_at(arena, at);
        int order = compare_short(key, node);
        if (order == 0)
            return node->value;
        at = order < 0 ? node->left : node->right;
    }
    return 0;
}

/* Apart, because what calls a function has registers to save. */
static __attribute__((noinline)) arena_ref get_long(const struct arena *arena, arena_ref at, const struct key *key)
{
    while (at != 0) {
        const struct node *node = node_at(arena, at);
        int order = compare(arena, key, node);
        if (order == 0)
            return node->value;
        at = order < 0 ? node->left : node->right;
    }
    return 0;
}

/* Parts the tree at into what lies below the key and what lies above it. */
static inline void split(const struct arena *arena, arena_ref at, const struct key *key, bool is_number,
                         arena_ref *below, arena_ref *above)
{
    while (at != 0) {
        struct node *node = node_at(arena, at);
        int order = is_number ? compare_short(key, node) : compare(arena, key, node);
        CONTRACT(order != 0);
        if (order > 0) {
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

/* This and what takes out are made twice, for texts and for numbers. */
static inline __attribute__((always_inline)) void insert(struct arena *arena, struct map *map, const struct key *key,
                                                         bool is_number, arena_ref value)
{
    arena_ref ref = arena_alloc(arena, sizeof(struct node));
    struct node *node = node_at(arena, ref);
    arena_ref *link = &map->root;

    CONTRACT(value != 0);
    node->value = value;
    node->priority = priority_of(key);
    node->head = key->head;
    if (!is_number)
        node->key = arena_text_new(arena, key->text);
    while (*link != 0) {
        struct node *other = node_at(arena, *link);
        /* Equal priorities are decided by the key, else the shape would depend on who came first. */
        int order = is_number ? compare_short(key, other) : compare(arena, key, other);
        CONTRACT(order != 0);
        if (node->priority > other->priority || (node->priority == other->priority && order < 0))
            break;
        link = order < 0 ? &other->left : &other->right;
    }
    split(arena, *link, key, is_number, &node->left, &node->right);
    *link = ref;
    map->count++;
}

/* Takes out the node that link leads to. */
static void drop(struct arena *arena, struct map *map, arena_ref *link)
{
    arena_ref at = *link;
    struct node *node = node_at(arena, at);
    join(arena, node->left, node->right, link);
    arena_text_free(arena, &node->key);
    arena_free(arena, at, sizeof *node);
    map->count--;
}

static inline __attribute__((always_inline)) arena_ref take_out(struct arena *arena, struct map *map,
                                                                const struct key *key, bool is_number)
{
    arena_ref *link = &map->root;
    while (*link != 0) {
        struct node *node = node_at(arena, *link);
        int order = is_number ? compare_short(key, node) : compare(arena, key, node);
        if (order == 0) {
            arena_ref value = node->value;
            drop(arena, map, link);
            return value;
        }
        link = order < 0 ? &node->left : &node->right;
    }
    return 0;
}

/* The node of the first key, or of the first that is greater than after; 0 where there is none. */
static arena_ref first(const struct arena *arena, const struct map *map)
{
    arena_ref at = map->root;
    for (arena_ref left = at; left != 0; left = node_at(arena, at)->left)
        at = left;
    return at;
}

static inline arena_ref next_short(const struct arena *arena, const struct map *map, const struct key *after)
{
    arena_ref at = map->root;
    arena_ref best = 0;
    while (at != 0) {
        const struct node *node = node_at(arena, at);
        if (compare_short(after, node) < 0) {
            best = at;
            at = node->left;
        } else {
            at = node->right;
        }
    }
    return best;
}

static arena_ref next(const struct arena *arena, const struct map *map, const struct key *after)
{
    arena_ref at = map->root;
    arena_ref best = 0;
    while (at != 0) {
        const struct node *node = node_at(arena, at);
        if (compare(arena, after, node) < 0) {
            best = at;
            at = node->left;
        } else {
            at = node->right;
        }
    }
    return best;
}

/* ---- by texts ---- */

arena_ref map_find(const struct arena *arena, arena_ref root, struct text key)
{
    struct key whole = key_of_text(key);
    return key.length <= TEXT_HEAD ? get_short(arena, root, &whole) : get_long(arena, root, &whole);
}

void map_insert(struct arena *arena, struct map *map, struct text key, arena_ref value)
{
    struct key whole = key_of_text(key);
    insert(arena, map, &whole, false, value);
}

arena_ref map_remove(struct arena *arena, struct map *map, struct text key)
{
    struct key whole = key_of_text(key);
    return take_out(arena, map, &whole, false);
}

arena_ref map_next(const struct arena *arena, const struct map *map, struct text after, struct text *key_found)
{
    arena_ref best = 0;
    if (map->root == 0)
        return 0;
    /* Who asks for the first needs no comparisons. */
    if (after.length == 0)
        best = first(arena, map);
    if (best == 0 || node_at(arena, best)->key.length == 0) {
        struct key whole = key_of_text(after);
        best = next(arena, map, &whole);
    }
    if (best == 0)
        return 0;
    if (key_found != NULL)
        *key_found = arena_text_get(arena, node_at(arena, best)->key);
    return node_at(arena, best)->value;
}

arena_ref map_first(const struct arena *arena, const struct map *map)
{
    return node_at(arena, first(arena, map))->value;
}

uint64_t map_first_head(const struct arena *arena, const struct map *map)
{
    return node_at(arena, first(arena, map))->head;
}

/* ---- by numbers ---- */

void map_insert_number(struct arena *arena, struct map *map, uint64_t number, arena_ref value)
{
    struct key key = key_of_number(number);
    insert(arena, map, &key, true, value);
}

arena_ref map_remove_number(struct arena *arena, struct map *map, uint64_t number)
{
    struct key key = key_of_number(number);
    return take_out(arena, map, &key, true);
}

arena_ref map_next_number(const struct arena *arena, const struct map *map, uint64_t after, uint64_t *number_found)
{
    struct key key = key_of_number(after);
    arena_ref best = next_short(arena, map, &key);
    if (best == 0)
        return 0;
    if (number_found != NULL)
        *number_found = node_at(arena, best)->head;
    return node_at(arena, best)->value;
}
