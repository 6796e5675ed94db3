/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/independence.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { WORLD_COUNT = 2 };

int independence_init(struct independence *independence, const struct world *root)
{
    memset(independence, 0, sizeof *independence);
    for (size_t i = 0; i < WORLD_COUNT; i++) {
        int result = world_clone_new(&independence->worlds[i], root);
        if (result != 0)
            return result;
    }
    return 0;
}

void independence_release(struct independence *independence)
{
    for (size_t i = 0; i < WORLD_COUNT; i++)
        world_free(independence->worlds[i]);
    states_release(&independence->known);
    states_release(&independence->independent);
    memset(independence, 0, sizeof *independence);
}

static void add_move(struct hash *sum, const struct move *move)
{
    struct hash hash;
    hash_init(&hash);
    hash_u64(&hash, (uint64_t)move->kind << 32 | move->token);
    hash_bytes(&hash, move->outcomes, move->outcome_count);
    hash_add_unordered(sum, &hash);
}

static struct hash pair_of(const struct hash *state, const struct move *a, const struct move *b)
{
    struct hash moves = {0, 0};
    struct hash pair = *state;
    add_move(&moves, a);
    add_move(&moves, b);
    hash_u64(&pair, moves.a);
    hash_u64(&pair, moves.b);
    return pair;
}

static int try_both(struct independence *independence, const struct world *before, const struct world *behind,
                    const struct move *made, const struct move *other, struct timeline *room, bool *ret_independent)
{
    struct world *one = independence->worlds[0];
    struct world *two = independence->worlds[1];
    struct hash hash_one;
    struct hash hash_two;
    int result = world_copy(one, behind);

    *ret_independent = false;
    if (result == 0)
        result = move_make(one, other, room, ret_independent);
    if (result != 0 || !*ret_independent)
        return result;
    result = world_copy(two, before);
    if (result == 0)
        result = move_make(two, other, room, ret_independent);
    if (result == 0 && *ret_independent)
        result = move_make(two, made, room, ret_independent);
    if (result != 0 || !*ret_independent)
        return result;
    world_hash(one, &hash_one);
    world_hash(two, &hash_two);
    *ret_independent = hash_equal(&hash_one, &hash_two);
    return 0;
}

int independence_of(struct independence *independence, const struct world *before, const struct hash *hash,
                    const struct world *behind, const struct move *made, const struct move *other,
                    struct timeline *room, bool *ret_independent)
{
    struct hash pair = pair_of(hash, made, other);
    int result;

    *ret_independent = false;
    if (!made->is_whole || !other->is_whole)
        return 0;
    if (states_find(&independence->known, &pair) != NULL) {
        *ret_independent = states_find(&independence->independent, &pair) != NULL;
        return 0;
    }
    result = try_both(independence, before, behind, made, other, room, ret_independent);
    if (result == 0)
        result = states_add(&independence->known, &pair, NULL, 0);
    if (result == 0 && *ret_independent)
        result = states_add(&independence->independent, &pair, NULL, 0);
    return result;
}
