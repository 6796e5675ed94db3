/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/error.h"
#include "base/grow.h"

void queue_release(struct queue *queue)
{
    free(queue->items);
    *queue = (struct queue){0};
}

int queue_reserve(struct queue *queue)
{
    if (queue->count - queue->first >= QUEUE_EVENTS_MAX)
        return ERROR_LIMIT;
    if (queue->count < queue->capacity)
        return 0;
    if (queue->first > queue->capacity / 2) {
        memmove(queue->items, queue->items + queue->first, (queue->count - queue->first) * sizeof *queue->items);
        queue->count -= queue->first;
        queue->first = 0;
        return 0;
    }
    void *items = queue->items;
    int result = grow(&items, queue->count, &queue->capacity, sizeof *queue->items);
    queue->items = items;
    return result;
}

void queue_add(struct queue *queue, const struct queued_event *event)
{
    CONTRACT(queue->count < queue->capacity);
    queue->items[queue->count++] = *event;
}

bool queue_take(struct queue *queue, struct queued_event *ret_event)
{
    if (queue->first == queue->count)
        return false;
    *ret_event = queue->items[queue->first++];
    if (queue->first == queue->count)
        queue->first = queue->count = 0;
    return true;
}

static bool is_of_stream(const struct queued_event *event, uint64_t stream_id)
{
    return (event->kind == MONITOR_STREAM_OPENED || event->kind == MONITOR_STREAM_ENDED) &&
           event->stream_id == stream_id;
}

void queue_drop_connection(struct queue *queue, uint64_t connection_id)
{
    size_t kept = queue->first;
    for (size_t i = queue->first; i < queue->count; i++)
        if (queue->items[i].connection_id != connection_id)
            queue->items[kept++] = queue->items[i];
    queue->count = kept;
}

void queue_drop_stream(struct queue *queue, uint64_t stream_id)
{
    size_t kept = queue->first;
    for (size_t i = queue->first; i < queue->count; i++)
        if (!is_of_stream(&queue->items[i], stream_id))
            queue->items[kept++] = queue->items[i];
    queue->count = kept;
}
