/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/schedule.h"

enum { CHANGES = EXPLORE_BUG_DEPTH - 1, NO_CHANNEL = EXPLORE_CHANNELS_MAX };

void schedule_begin(struct schedule *schedule, enum explore_method method, uint64_t seed, size_t length)
{
    schedule->method = method;
    random_seed(&schedule->random, seed);
    for (size_t i = 0; method == EXPLORE_PRIORITIES && i < CHANGES; i++) {
        schedule->changes[i] = 1 + (uint32_t)random_below(&schedule->random, length > 0 ? length : 1);
        schedule->lowered[i] = NO_CHANNEL;
    }
}

/* What happens in one order whatever is chosen: a direction of a connection, a timer, a step of the script. */
static uint64_t key_of(const struct pending *pending)
{
    return (uint64_t)pending->kind << 32 | (uint32_t)pending->token;
}

static uint32_t channel_of(struct encounters *met, const struct pending *pending)
{
    uint64_t key = key_of(pending);
    for (size_t i = 0; i < met->channel_count; i++)
        if (met->channels[i] == key)
            return (uint32_t)i;
    if (met->channel_count == EXPLORE_CHANNELS_MAX)
        return EXPLORE_CHANNELS_MAX - 1;
    met->channels[met->channel_count] = key;
    return (uint32_t)met->channel_count++;
}

void encounters_meet(struct encounters *met, const struct pending *ready, size_t count)
{
    met->choices++;
    for (size_t i = 0; i < count; i++)
        met->at[i] = channel_of(met, &ready[i]);
}

/* The highest goes first; those below CHANGES were lowered. */
static uint64_t priority_of(const struct schedule *schedule, uint32_t channel)
{
    for (size_t i = 0; i < CHANGES; i++)
        if (schedule->lowered[i] == channel)
            return i;
    return EXPLORE_BUG_DEPTH + (random_ahead(&schedule->random, channel) >> 1);
}

static size_t highest(const struct schedule *schedule, const struct encounters *met, size_t count)
{
    size_t best = 0;
    uint64_t highest = priority_of(schedule, met->at[0]);
    for (size_t i = 1; i < count; i++) {
        uint64_t priority = priority_of(schedule, met->at[i]);
        if (priority <= highest)
            continue;
        best = i;
        highest = priority;
    }
    return best;
}

static void lower(struct schedule *schedule, size_t change, uint32_t channel)
{
    for (size_t i = 0; i < CHANGES; i++)
        if (schedule->lowered[i] == channel)
            schedule->lowered[i] = NO_CHANNEL;
    schedule->lowered[change] = channel;
}

size_t schedule_next(struct schedule *schedule, const struct encounters *met, size_t count)
{
    if (schedule->method == EXPLORE_WALK)
        return (size_t)random_below(&schedule->random, count);
    for (size_t i = 0; i < CHANGES; i++)
        if (schedule->changes[i] == met->choices)
            lower(schedule, i, met->at[highest(schedule, met, count)]);
    return highest(schedule, met, count);
}
