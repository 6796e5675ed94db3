/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/io/asks.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"

enum { ASKS_MAX = 2 * MONITOR_OPERATIONS_MAX };

void asks_release(struct asks *asks)
{
    for (size_t i = asks->first; i < asks->count; i++)
        buffer_release(&asks->items[i].container_id);
    buffer_release(&asks->told.container_id);
    free(asks->items);
    *asks = (struct asks){0};
}

static int make_room(struct asks *asks)
{
    if (asks->count - asks->first >= ASKS_MAX)
        return ERROR_LIMIT;
    if (asks->first > 0) {
        memmove(asks->items, asks->items + asks->first, (asks->count - asks->first) * sizeof *asks->items);
        asks->count -= asks->first;
        asks->first = 0;
    }
    void *items = asks->items;
    int result = grow(&items, asks->count, &asks->capacity, sizeof *asks->items);
    asks->items = items;
    return result;
}

int asks_add(struct asks *asks, enum monitor_event_kind kind, const struct operation *operation)
{
    struct ask ask = {.kind = kind, .operation = *operation};
    int code = make_room(asks);
    if (code != 0)
        return code;
    code = buffer_append_text(&ask.container_id, operation->container_id);
    if (code != 0) {
        buffer_release(&ask.container_id);
        return code;
    }
    asks->items[asks->count++] = ask;
    return 0;
}

bool asks_next(struct asks *asks, struct monitor_event *event)
{
    if (asks->first == asks->count)
        return false;
    buffer_release(&asks->told.container_id);
    asks->told = asks->items[asks->first++];
    *event = (struct monitor_event){.kind = asks->told.kind, .operation = asks->told.operation};
    event->operation.container_id = buffer_text(&asks->told.container_id);
    return true;
}
