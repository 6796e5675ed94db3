/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/wire/streams.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/error.h"
#include "base/time.h"

enum { SLOTS_MIN = 8 };

void grpc_streams_init(struct grpc_streams *streams)
{
    memset(streams, 0, sizeof(*streams));
}

void grpc_streams_release(struct grpc_streams *streams)
{
    free(streams->slots);
    grpc_streams_init(streams);
}

/* Ids of one side are all odd or all even and grow by two, so half of the id spreads them without gaps. */
static size_t home_of(const struct grpc_streams *streams, int32_t id)
{
    return ((size_t)id / 2) & (streams->slot_count - 1);
}

static size_t slot_after(const struct grpc_streams *streams, size_t slot)
{
    return (slot + 1) & (streams->slot_count - 1);
}

static void place(struct grpc_streams *streams, struct grpc_stream_node *node)
{
    size_t slot = home_of(streams, node->id);

    while (streams->slots[slot] != NULL)
        slot = slot_after(streams, slot);
    streams->slots[slot] = node;
}

static int grow(struct grpc_streams *streams)
{
    size_t slot_count = streams->slot_count == 0 ? SLOTS_MIN : streams->slot_count * 2;
    struct grpc_stream_node **slots = calloc(slot_count, sizeof(struct grpc_stream_node *));

    if (slots == NULL)
        return ERROR_NO_MEMORY;
    free(streams->slots);
    streams->slots = slots;
    streams->slot_count = slot_count;
    for (struct grpc_stream_node *node = streams->first; node != NULL; node = node->next)
        place(streams, node);
    return 0;
}

int grpc_streams_add(struct grpc_streams *streams, struct grpc_stream_node *node, int32_t id)
{
    CONTRACT(id > 0 && grpc_streams_find(streams, id) == NULL);
    if ((streams->count + 1) * 2 > streams->slot_count && grow(streams) != 0)
        return ERROR_NO_MEMORY;
    node->id = id;
    node->deadline_ns = TIME_NEVER;
    node->deadline_before = node->deadline_after = NULL;
    node->next = NULL;
    node->previous = streams->last;
    if (streams->last != NULL)
        streams->last->next = node;
    else
        streams->first = node;
    streams->last = node;
    streams->count++;
    place(streams, node);
    return 0;
}

/* Empties a slot and moves up what had to be placed behind it, so that no search meets a hole. */
static void empty_slot(struct grpc_streams *streams, size_t hole)
{
    size_t mask = streams->slot_count - 1;

    streams->slots[hole] = NULL;
    for (size_t slot = slot_after(streams, hole); streams->slots[slot] != NULL; slot = slot_after(streams, slot)) {
        size_t home = home_of(streams, streams->slots[slot]->id);

        if (((slot - home) & mask) < ((slot - hole) & mask))
            continue;
        streams->slots[hole] = streams->slots[slot];
        streams->slots[slot] = NULL;
        hole = slot;
    }
}

void grpc_streams_remove(struct grpc_streams *streams, struct grpc_stream_node *node)
{
    size_t slot = home_of(streams, node->id);

    grpc_streams_set_deadline(streams, node, TIME_NEVER);
    while (streams->slots[slot] != node)
        slot = slot_after(streams, slot);
    empty_slot(streams, slot);
    if (node->previous != NULL)
        node->previous->next = node->next;
    else
        streams->first = node->next;
    if (node->next != NULL)
        node->next->previous = node->previous;
    else
        streams->last = node->previous;
    streams->count--;
}

struct grpc_stream_node *grpc_streams_find(const struct grpc_streams *streams, int32_t id)
{
    if (streams->count == 0 || id <= 0)
        return NULL;
    for (size_t slot = home_of(streams, id); streams->slots[slot] != NULL; slot = slot_after(streams, slot)) {
        if (streams->slots[slot]->id == id)
            return streams->slots[slot];
    }
    return NULL;
}

static void leave_deadlines(struct grpc_streams *streams, struct grpc_stream_node *node)
{
    if (node->deadline_before != NULL)
        node->deadline_before->deadline_after = node->deadline_after;
    else
        streams->due_first = node->deadline_after;
    if (node->deadline_after != NULL)
        node->deadline_after->deadline_before = node->deadline_before;
    else
        streams->due_last = node->deadline_before;
    node->deadline_before = node->deadline_after = NULL;
}

static void enter_deadlines(struct grpc_streams *streams, struct grpc_stream_node *node)
{
    struct grpc_stream_node *before = streams->due_last;

    while (before != NULL && before->deadline_ns > node->deadline_ns)
        before = before->deadline_before;
    node->deadline_before = before;
    node->deadline_after = before != NULL ? before->deadline_after : streams->due_first;
    if (before != NULL)
        before->deadline_after = node;
    else
        streams->due_first = node;
    if (node->deadline_after != NULL)
        node->deadline_after->deadline_before = node;
    else
        streams->due_last = node;
}

void grpc_streams_set_deadline(struct grpc_streams *streams, struct grpc_stream_node *node, int64_t deadline_ns)
{
    if (node->deadline_ns != TIME_NEVER)
        leave_deadlines(streams, node);
    node->deadline_ns = deadline_ns;
    if (deadline_ns != TIME_NEVER)
        enter_deadlines(streams, node);
}

struct grpc_stream_node *grpc_streams_due(const struct grpc_streams *streams, int64_t now_ns)
{
    struct grpc_stream_node *node = streams->due_first;

    return node != NULL && node->deadline_ns <= now_ns ? node : NULL;
}

int64_t grpc_streams_deadline_ns(const struct grpc_streams *streams)
{
    return streams->due_first != NULL ? streams->due_first->deadline_ns : TIME_NEVER;
}
