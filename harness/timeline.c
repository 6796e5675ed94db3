/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/timeline.h"

#include "base/time.h"

void timeline_add(struct timeline *timeline, const struct pending *pending)
{
    if (pending->time_ns == TIME_NEVER || timeline->count == PENDING_MAX)
        return;
    timeline->items[timeline->count++] = *pending;
}

/* Of what is due at one time. */
static int compare(const struct pending *a, const struct pending *b)
{
    if (a->class != b->class)
        return a->class < b->class ? -1 : 1;
    if (a->sequence != b->sequence)
        return a->sequence < b->sequence ? -1 : 1;
    /* Timers have no sequence: the handler's come before the fake's, the kinds being in that order. */
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* They are few, and nearly in order. */
static void sort(struct pending *items, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (compare(&items[i - 1], &items[i]) <= 0)
            continue;
        struct pending item = items[i];
        size_t at = i;
        for (; at > 0 && compare(&items[at - 1], &item) > 0; at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

/* Of what lies behind the first `ready`, the earliest timers, where they are early enough. */
static size_t keep_timers(struct timeline *timeline, size_t ready, int64_t late_max_ns)
{
    int64_t until_ns = TIME_NEVER;
    int64_t earliest_ns = TIME_NEVER;
    size_t kept = ready;
    for (size_t i = 0; i < ready; i++) {
        if (timeline->items[i].class != PENDING_DELIVERY)
            return ready;
        until_ns = time_min(until_ns, time_add(timeline->items[i].since_ns, late_max_ns));
    }
    for (size_t i = ready; i < timeline->count; i++) {
        const struct pending *pending = &timeline->items[i];
        if (pending->class != PENDING_TIMER || pending->time_ns > until_ns || pending->time_ns > earliest_ns)
            continue;
        if (pending->time_ns < earliest_ns)
            kept = ready;
        earliest_ns = pending->time_ns;
        timeline->items[kept++] = *pending;
    }
    return kept;
}

size_t timeline_ready_late(struct timeline *timeline, int64_t late_max_ns)
{
    size_t count = timeline->count;
    size_t ready = timeline_ready(timeline);
    if (late_max_ns == 0 || ready == 0 || timeline->items[0].class == PENDING_BURST)
        return ready;
    timeline->count = count;
    timeline->count = keep_timers(timeline, ready, late_max_ns);
    return timeline->count;
}

size_t timeline_ready(struct timeline *timeline)
{
    int64_t first_ns = TIME_NEVER;
    size_t ready = 0;
    if (timeline->count <= 1)
        return timeline->count;
    for (size_t i = 0; i < timeline->count; i++)
        first_ns = time_min(first_ns, timeline->items[i].time_ns);
    for (size_t i = 0; i < timeline->count; i++) {
        if (timeline->items[i].time_ns != first_ns)
            continue;
        if (ready != i)
            timeline->items[ready] = timeline->items[i];
        ready++;
    }
    sort(timeline->items, ready);
    if (ready > 0 && timeline->items[0].class == PENDING_BURST)
        ready = 1;
    timeline->count = ready;
    return ready;
}
