/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/alike.h"

#include <inttypes.h>

int alike_init(struct alike *alike, const struct world *root, struct text policy)
{
    alike->file = root->scenario->file;
    alike->policy = policy;
    return world_clone_new(&alike->world, root);
}

void alike_release(struct alike *alike)
{
    world_free(alike->world);
    states_release(&alike->seen);
}

static const char *name_of(const struct pending *pending)
{
    if (pending == NULL)
        return "the number of things that may happen";
    switch (pending->kind) {
    case PENDING_DIAL: return "the result of a dial";
    case PENDING_TO_HANDLER: return "what arrives at the handler";
    case PENDING_TO_FAKE: return "what arrives at the server";
    case PENDING_STORE: return "the store";
    case PENDING_HANDLER_START: return "a start of the handler";
    case PENDING_HANDLER_TIMER:
    case PENDING_HANDLER_WIRE: return "a timer of the handler";
    case PENDING_FAKE_TIMER:
    case PENDING_FAKE_WIRE: return "a timer of the server";
    case PENDING_CLIENT: return "a timer of a client";
    case PENDING_SCRIPT: return "a step of the script";
    case PENDING_CRASH: return "a crash of the handler";
    }
    return "something";
}

static int differ(const struct alike *alike, const struct world *world, const struct hash *hash,
                  const struct pending *pending, struct error *error)
{
    return error_set(error, ERROR_UNREPEATABLE,
                     "two ways through %.*s under %.*s come to the state %016" PRIx64 "%016" PRIx64
                     ", one of them with happening %" PRIu64
                     ", and go on differently by %s; something that matters is no part of the state",
                     TEXT_ARGUMENTS(alike->file), TEXT_ARGUMENTS(alike->policy), hash->a, hash->b, world->happenings,
                     name_of(pending));
}

/* Adds to the fingerprint what comes of one thing, each draw within it being the lowest. */
static int add_outcome(struct alike *alike, const struct world *from, const struct pending *pending, struct hash *sum)
{
    struct world *world = alike->world;
    struct hash behind;
    int result = world_copy(world, from);
    if (result != 0)
        return result;
    choice_answer_list(&world->choice, NULL, 0, false);
    result = world_happen(world, pending);
    if (result != 0)
        return result;
    hash_u64(sum, world->refused.text[0] != '\0');
    if (world->refused.text[0] != '\0')
        return 0;
    world_hash(world, &behind);
    hash_u64(sum, behind.a);
    hash_u64(sum, behind.b);
    return 0;
}

/* Adds one outcome where the state is new; else whether it is one that it had before. */
static int take(struct alike *alike, const struct hash *outcome, bool again, bool *ret_is_alike)
{
    bool is_known = states_find(&alike->seen, outcome) != NULL;
    *ret_is_alike = !again || is_known;
    return again || is_known ? 0 : states_add(&alike->seen, outcome, NULL, 0);
}

int alike_try(struct alike *alike, const struct world *world, const struct hash *hash, const struct timeline *ready,
              bool *ret_again, struct error *error)
{
    struct hash number = *hash;
    bool is_alike = true;
    int result = 0;

    *ret_again = states_find(&alike->seen, hash) != NULL;
    if (!*ret_again)
        result = states_add(&alike->seen, hash, NULL, 0);
    hash_u64(&number, ready->count);
    if (result == 0)
        result = take(alike, &number, *ret_again, &is_alike);
    if (!is_alike)
        return differ(alike, world, hash, NULL, error);
    for (size_t i = 0; result == 0 && i < ready->count; i++) {
        const struct pending *pending = &ready->items[i];
        struct hash outcome = *hash;
        hash_u64(&outcome, (uint64_t)pending->kind);
        hash_u64(&outcome, pending->token);
        result = add_outcome(alike, world, pending, &outcome);
        if (result == 0)
            result = take(alike, &outcome, *ret_again, &is_alike);
        if (result == 0 && !is_alike)
            return differ(alike, world, hash, pending, error);
    }
    return result;
}
