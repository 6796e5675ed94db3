/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/beginnings.h"

#include <stdlib.h>
#include <string.h>

static void look(struct beginning *beginning, struct timeline *room)
{
    size_t count = world_pending(beginning->world, room);
    if (count == 0 || count > BEGINNING_READY_MAX || world_over(beginning->world, room->items[0].time_ns))
        return;
    memcpy(beginning->ready, room->items, count * sizeof room->items[0]);
    beginning->ready_count = count;
}

void beginnings_init(struct beginnings *all, struct world *start, struct timeline *room)
{
    all->items[0] = (struct beginning){.world = start};
    all->count = 1;
    look(&all->items[0], room);
}

void beginnings_release(struct beginnings *all)
{
    for (size_t i = 1; i < all->count; i++) {
        world_release(all->items[i].world);
        free(all->items[i].world);
    }
    all->count = 0;
}

int beginnings_add(struct beginnings *all, size_t at, size_t next, const struct world *world, struct timeline *room)
{
    struct beginning *beginning;
    if (all->count == BEGINNINGS_MAX)
        return 0;
    beginning = &all->items[all->count];
    *beginning = (struct beginning){.world = calloc(1, sizeof *beginning->world)};
    if (beginning->world == NULL)
        return ERROR_NO_MEMORY;
    all->items[at].behind[next] = all->count++;
    int result = world_clone(beginning->world, world);
    if (result == 0)
        look(beginning, room);
    return result;
}

void beginning_ready(const struct beginning *beginning, struct timeline *timeline)
{
    memcpy(timeline->items, beginning->ready, beginning->ready_count * sizeof beginning->ready[0]);
    timeline->count = beginning->ready_count;
}
