/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/beginnings.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* Where only one thing may happen and nothing is drawn in it, every run does the same. */
static int go_on(struct beginnings *all, struct world *world, struct timeline *room, bool *ret_is_over)
{
    struct world *next = all->next;
    for (;;) {
        size_t count = world_pending(world, room);
        *ret_is_over = count == 0 || world_over(world, room->items[0].time_ns);
        if (*ret_is_over || count != 1)
            return 0;
        int result = world_copy(next, world);
        uint64_t draws = next->choice.draws;
        if (result == 0)
            result = world_happen(next, &room->items[0]);
        if (result != 0 || next->choice.draws != draws || next->refused.text[0] != '\0')
            return result == ERROR_LIMIT ? 0 : result;
        result = world_copy(world, next);
        if (result != 0)
            return result;
    }
}

static int add(struct beginnings *all, struct world *world, struct timeline *room)
{
    void *items = all->items;
    bool is_over = false;
    int result = grow(&items, all->count, &all->capacity, sizeof *all->items);
    all->items = items;
    if (result != 0)
        return result;
    struct beginning *beginning = &all->items[all->count++];
    memset(beginning, 0, sizeof *beginning);
    beginning->world = world;
    all->bytes += sizeof *beginning + sizeof *world + monitor_size(world->monitor) + fake_size(world->fake);
    result = go_on(all, world, room, &is_over);
    if (result != 0 || is_over || room->count > BEGINNING_READY_MAX)
        return result;
    memcpy(beginning->ready, room->items, room->count * sizeof room->items[0]);
    beginning->ready_count = (uint32_t)room->count;
    return 0;
}

/* *ret_clone is to be released by whoever asked, in any case. */
static int clone(struct world **ret_clone, const struct world *world)
{
    *ret_clone = calloc(1, sizeof **ret_clone);
    return *ret_clone != NULL ? world_clone(*ret_clone, world) : ERROR_NO_MEMORY;
}

static void drop(struct world *world)
{
    if (world != NULL)
        world_release(world);
    free(world);
}

int beginnings_init(struct beginnings *all, struct world *start, struct timeline *room)
{
    memset(all, 0, sizeof *all);
    int result = clone(&all->next, start);
    return result != 0 ? result : add(all, start, room);
}

void beginnings_release(struct beginnings *all)
{
    for (size_t i = 1; i < all->count; i++)
        drop(all->items[i].world);
    drop(all->next);
    free(all->items);
    memset(all, 0, sizeof *all);
}

int beginnings_add(struct beginnings *all, size_t at, size_t next, const struct world *world, struct timeline *room)
{
    struct world *copy;
    if (all->count == BEGINNINGS_MAX || all->bytes >= BEGINNINGS_BYTES_MAX)
        return 0;
    int result = clone(&copy, world);
    if (result != 0) {
        drop(copy);
        return result;
    }
    size_t place = all->count;
    result = add(all, copy, room);
    if (all->count == place)
        drop(copy);
    else
        all->items[at].behind[next] = (uint32_t)place;
    return result;
}
