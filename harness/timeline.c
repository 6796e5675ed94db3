/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/timeline.h"

#include "base/time.h"

void timeline_add(struct timeline *timeline, const struct pending *pending)
{
    if (pending->time_ns == TIME_NEVER || timeline->count == PENDING_MAX)
        return;
    timeline->items[timeline->count++] = *pending;
}

static int compare(const struct pending *a, const struct pending *b)
{
    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns ? -1 : 1;
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
        struct pending item = items[i];
        size_t at = i;
        for (; at > 0 && compare(&items[at - 1], &item) > 0; at--)
            items[at] = items[at - 1];
        items[at] = item;
    }
}

size_t timeline_ready(struct timeline *timeline)
{
    size_t ready = 0;
    sort(timeline->items, timeline->count);
    if (timeline->count > 0 && timeline->items[0].class == PENDING_BURST)
        timeline->count = 1;
    while (ready < timeline->count && timeline->items[ready].time_ns == timeline->items[0].time_ns)
        ready++;
    timeline->count = ready;
    return ready;
}
