/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/schedule.h"

void schedule_begin(struct schedule *schedule, enum explore_method method, uint64_t seed, size_t length)
{
    schedule->method = method;
    random_seed(&schedule->random, seed);
    schedule->channel_count = 0;
    schedule->steps = 0;
    schedule->change_count = method == EXPLORE_PRIORITIES ? EXPLORE_BUG_DEPTH - 1 : 0;
    for (size_t i = 0; i < schedule->change_count; i++)
        schedule->changes[i] = (size_t)random_below(&schedule->random, length > 0 ? length : 1);
}

/* What happens in one order whatever is chosen: a direction of a connection, a timer, a step of the script. */
static uint64_t key_of(const struct pending *pending)
{
    return (uint64_t)pending->kind << 32 | (uint32_t)pending->token;
}

static struct channel *channel_of(struct schedule *schedule, const struct pending *pending)
{
    uint64_t key = key_of(pending);
    for (size_t i = 0; i < schedule->channel_count; i++)
        if (schedule->channels[i].key == key)
            return &schedule->channels[i];
    if (schedule->channel_count == EXPLORE_CHANNELS_MAX)
        return &schedule->channels[EXPLORE_CHANNELS_MAX - 1];
    struct channel *channel = &schedule->channels[schedule->channel_count++];
    channel->key = key;
    channel->priority = EXPLORE_BUG_DEPTH + (random_next(&schedule->random) >> 1);
    return channel;
}

static size_t highest(struct schedule *schedule, const struct pending *ready, size_t count)
{
    size_t best = 0;
    uint64_t priority = 0;
    for (size_t i = 0; i < count; i++) {
        const struct channel *channel = channel_of(schedule, &ready[i]);
        if (i > 0 && channel->priority <= priority)
            continue;
        best = i;
        priority = channel->priority;
    }
    return best;
}

size_t schedule_next(struct schedule *schedule, const struct pending *ready, size_t count)
{
    if (schedule->method == EXPLORE_WALK)
        return (size_t)random_below(&schedule->random, count);
    for (size_t i = 0; i < schedule->change_count; i++)
        if (schedule->changes[i] == schedule->steps)
            channel_of(schedule, &ready[highest(schedule, ready, count)])->priority = i;
    schedule->steps++;
    return highest(schedule, ready, count);
}
