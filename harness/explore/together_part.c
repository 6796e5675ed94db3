/* SPDX-License-Identifier: Apache-2.0 */
/* Who goes where. */
#include <string.h>

#include "harness/explore/together_private.h"

/* Orders the group by what its runs have drawn, and lists the parts. Within each they keep their order. Returns how
 * many there are. */
static size_t sort(struct together *together, struct group group, size_t count, struct part *parts)
{
    size_t places[PENDING_MAX];
    size_t part_count = 0;
    size_t place = group.begin;
    memset(places, 0, count * sizeof places[0]);
    for (size_t i = group.begin; i < group.end; i++)
        places[together->next[i]]++;
    for (uint32_t next = 0; next < count; next++) {
        size_t size = places[next];
        if (size == 0)
            continue;
        parts[part_count++] = (struct part){{place, place + size}, next, together->ready->items[next]};
        places[next] = place;
        place += size;
    }
    memcpy(&together->parted[group.begin], &together->runs[group.begin], group_size(group) * sizeof *together->runs);
    for (size_t i = group.begin; i < group.end; i++)
        together->runs[places[together->next[i]]++] = together->parted[i];
    return part_count;
}

static void put_largest_last(struct part *parts, size_t count)
{
    size_t largest = count - 1;
    for (size_t i = 0; i < count; i++)
        if (group_size(parts[i].group) > group_size(parts[largest].group))
            largest = i;
    struct part part = parts[largest];
    parts[largest] = parts[count - 1];
    parts[count - 1] = part;
}

size_t together_draw_next(struct together *together, struct group group, size_t count, struct part *parts)
{
    bool is_one = true;
    if (count > 1)
        encounters_meet(&together->met, together->ready->items, count);
    for (size_t i = group.begin; i < group.end; i++) {
        together->next[i] = count > 1 ? (uint32_t)schedule_next(&together->runs[i].schedule, &together->met, count) : 0;
        is_one = is_one && together->next[i] == together->next[group.begin];
    }
    if (!is_one) {
        size_t part_count = sort(together, group, count, parts);
        put_largest_last(parts, part_count);
        return part_count;
    }
    uint32_t next = together->next[group.begin];
    parts[0] = (struct part){group, next, together->ready->items[next]};
    return 1;
}

/* Whether it draws the same; then it has done so. */
static bool draws_alike(struct drawn *run, const struct choice *choice)
{
    struct random within = run->within;
    for (size_t i = 0; i < choice->record_count; i++)
        if (random_below(&within, choice->record[i].bound) != choice->record[i].value)
            return false;
    run->within = within;
    return true;
}

size_t together_part_within(struct together *together, struct group group, const struct choice *choice)
{
    size_t alike = group.begin + 1;
    size_t others = 0;
    for (size_t i = group.begin + 1; i < group.end; i++) {
        if (draws_alike(&together->runs[i], choice))
            together->runs[alike++] = together->runs[i];
        else
            together->parted[others++] = together->runs[i];
    }
    memcpy(&together->runs[alike], together->parted, others * sizeof *together->runs);
    return alike;
}
