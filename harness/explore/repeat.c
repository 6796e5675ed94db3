/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/repeat.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"
#include "base/time.h"

void fingerprints_release(struct fingerprints *fingerprints)
{
    free(fingerprints->items);
    memset(fingerprints, 0, sizeof *fingerprints);
}

static void take(const struct world *world, struct hash *hash)
{
    if (world->wires.level == WORLD_VALUES) {
        world_hash(world, hash);
        return;
    }
    hash_init(hash);
    monitor_hash(world->monitor, world->now_ns, hash);
    fake_hash(world->fake, world->now_ns, hash);
}

int fingerprints_add(struct fingerprints *fingerprints, const struct world *world)
{
    void *items = fingerprints->items;
    int result = grow(&items, fingerprints->count, &fingerprints->capacity, sizeof *fingerprints->items);
    fingerprints->items = items;
    if (result == 0)
        take(world, &fingerprints->items[fingerprints->count++]);
    return result;
}

static int differ(const struct repeat *repeat, uint64_t step, const struct hash *seen, const struct hash *met,
                  struct error *error)
{
    return error_set(error, ERROR_UNREPEATABLE,
                     "the same draws make two runs of %.*s under %.*s: after happening %" PRIu64
                     " the state is %016" PRIx64 "%016" PRIx64 " in one and %016" PRIx64 "%016" PRIx64
                     " in the other; something that is no part of the state decides",
                     TEXT_ARGUMENTS(repeat->scenario->file), TEXT_ARGUMENTS(repeat->policy), step, seen->a, seen->b,
                     met->a, met->b);
}

/* The state is that of the other run at the same step; none is left where *step has gone through all. */
static int compare(const struct repeat *repeat, const struct world *world, size_t *step, struct error *error)
{
    const struct hash none = {0, 0};
    bool is_behind = *step >= repeat->seen->count;
    const struct hash *seen = is_behind ? &none : &repeat->seen->items[*step];
    struct hash met;
    take(world, &met);
    ++*step;
    return !is_behind && hash_equal(&met, seen) ? 0 : differ(repeat, *step, seen, &met, error);
}

static int play(const struct repeat *repeat, struct world *world, struct timeline *ready, struct error *error)
{
    size_t step = 0;
    int result = 0;
    while (result == 0 && world->refused.text[0] == '\0') {
        if (repeat->tamper != NULL)
            repeat->tamper(repeat->context, world);
        size_t count = world_pending(world, ready);
        if (world_over(world, count > 0 ? ready->items[0].time_ns : TIME_NEVER))
            break;
        result = world_happen(world, &ready->items[choice_below(&world->choice, (uint32_t)count, "next")]);
        if (result == 0)
            result = compare(repeat, world, &step, error);
    }
    if (result == 0)
        result = world_end(world);
    if (result == 0)
        result = compare(repeat, world, &step, error);
    if (result == 0 && step < repeat->seen->count) {
        const struct hash none = {0, 0};
        result = differ(repeat, step + 1, &repeat->seen->items[step], &none, error);
    }
    return result;
}

int repeat_run(const struct repeat *repeat, struct error *error)
{
    struct world *world = calloc(1, sizeof *world);
    struct timeline *ready = calloc(1, sizeof *ready);
    int result = world != NULL && ready != NULL ? 0 : ERROR_NO_MEMORY;
    if (result == 0)
        result = world_init(world, repeat->level, repeat->scenario, repeat->policy, repeat->switches);
    if (result == 0) {
        world->chances = repeat->chances;
        world->watch.choices = true;
        world->trace.silent = true;
        choice_answer_list(&world->choice, repeat->draws, repeat->draw_count, false);
        result = play(repeat, world, ready, error);
    }
    world_free(world);
    free(ready);
    return result;
}
