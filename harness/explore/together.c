/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/explore/together_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/grow.h"
#include "base/time.h"
#include "harness/explore/tally.h"

enum { ASK_EVERY = 64 /* happenings between two questions whether to go on */ };

/* How far the way goes; what comes behind it can be forgotten. */
struct way {
    size_t draws;
    size_t channels;
    size_t choices;
};

static struct way way_of(const struct together *together)
{
    return (struct way){together->draw_count, together->met.channel_count, together->met.choices};
}

static void go_back(struct together *together, struct way way)
{
    together->draw_count = way.draws;
    together->met.channel_count = way.channels;
    together->met.choices = way.choices;
}

static int add_draw(struct together *together, struct draw draw)
{
    if (together->draw_count == together->draw_capacity) {
        void *items = together->draws;
        int result = grow(&items, together->draw_count, &together->draw_capacity, sizeof *together->draws);
        together->draws = items;
        if (result != 0)
            return result;
    }
    together->draws[together->draw_count++] = draw;
    return 0;
}

/* What was drawn within the last happening of the world. */
static int add_draws_within(struct together *together, const struct world *world)
{
    int result = world->choice.failed ? ERROR_NO_MEMORY : 0;
    for (size_t i = 0; result == 0 && i < world->choice.record_count; i++)
        result = add_draw(together, world->choice.record[i]);
    return result;
}

/* ---- the end of a group ---- */

static uint64_t count_by_priorities(const struct together *together, struct group group)
{
    uint64_t count = 0;
    for (size_t i = group.begin; i < group.end; i++)
        count += together->runs[i].schedule.method == EXPLORE_PRIORITIES;
    return count;
}

static int end(struct together *together, size_t level, struct group group, bool is_finished)
{
    struct tallied tallied = {.world = together->worlds[level],
                              .draws = together->draws,
                              .draw_count = together->draw_count,
                              .number = together->runs[group.begin].number,
                              .count = group_size(group),
                              .by_priorities = count_by_priorities(together, group),
                              .is_finished = is_finished};
    if (together->met.channel_count > together->channels_most)
        together->channels_most = together->met.channel_count;
    return tally_add(together->result, &tallied);
}

/* ---- what happens ---- */

static int play(struct together *together, size_t level, struct group group);

/* The group goes on behind a happening that ended so. */
static int go_on(struct together *together, size_t level, struct group group, int result)
{
    if (result == ERROR_LIMIT)
        return end(together, level, group, false);
    return result != 0 ? result : play(together, level, group);
}

/* What has been reached on the way, and is looked for no more: what other runs have. */
static int copy_world(const struct together *together, struct world *to, const struct world *from)
{
    const bool *reached = together->result->reached;
    for (size_t i = 0; i < from->scenario->expect.sometimes.count; i++)
        to->watch.expect.reached[i] = reached[i] || from->watch.expect.reached[i];
    return world_copy(to, from);
}

static bool goes_on(struct together *together)
{
    if (together->is_stopped || together->go_on == NULL || together->made < together->ask_at)
        return !together->is_stopped;
    together->ask_at = together->made + ASK_EVERY;
    together->is_stopped = !together->go_on(together->context, &together->result->counts);
    return !together->is_stopped;
}

static int give_world(const struct together *together, struct world **world)
{
    int result = world_clone_new(world, together->start);
    if (*world != NULL)
        choice_answer_random(&(*world)->choice, 0);
    return result;
}

/* The world of the next level becomes what that of this level is. */
static int copy_up(struct together *together, size_t level)
{
    CONTRACT(level + 1 < TOGETHER_WORLDS_MAX);
    struct world **world = &together->worlds[level + 1];
    int result = *world != NULL ? 0 : give_world(together, world);
    return result != 0 ? result : copy_world(together, *world, together->worlds[level]);
}

static void swap_up(struct together *together, size_t level)
{
    struct world *world = together->worlds[level];
    together->worlds[level] = together->worlds[level + 1];
    together->worlds[level + 1] = world;
}

/* Draws within are the first run's. */
static int happen_to_first(struct together *together, size_t level, struct group group, const struct pending *pending)
{
    struct world *world = together->worlds[level];
    struct drawn *first = &together->runs[group.begin];
    world->choice.random = first->within;
    choice_record(&world->choice);
    int result = world_happen(world, pending);
    together->made++;
    first->within = world->choice.random;
    return result;
}

static int happen(struct together *together, size_t level, struct group *group, const struct pending *pending);

/* It happens to the whole group, whose runs may draw differently within it: those that do go on from here, and *group
 * is the rest, behind it, in the world of this level. */
static int happen_within(struct together *together, size_t level, struct group *group, const struct pending *pending)
{
    const struct way before = way_of(together);
    for (;;) {
        int result = copy_up(together, level);
        if (result != 0)
            return result;
        result = happen_to_first(together, level + 1, *group, pending);
        if (result != 0 && result != ERROR_LIMIT)
            return result;
        struct world *behind = together->worlds[level + 1];
        struct group alike = {group->begin, together_part_within(together, *group, &behind->choice)};
        struct group others = {alike.end, group->end};
        if (group_size(others) == 0 || (result == 0 && group_size(alike) >= group_size(others))) {
            swap_up(together, level);
            if (group_size(others) > 0) {
                result = happen(together, level + 1, &others, pending);
                result = go_on(together, level + 1, others, result);
                go_back(together, before);
            }
            *group = alike;
            int added = add_draws_within(together, behind);
            return result != 0 ? result : added;
        }
        int added = add_draws_within(together, behind);
        result = added != 0 ? added : go_on(together, level + 1, alike, result);
        if (result != 0)
            return result;
        go_back(together, before);
        *group = others;
    }
}

static int happen(struct together *together, size_t level, struct group *group, const struct pending *pending)
{
    if (together->draws_within && group_size(*group) > 1)
        return happen_within(together, level, group, pending);
    int result = happen_to_first(together, level, *group, pending);
    int added = add_draws_within(together, together->worlds[level]);
    return result != 0 ? result : added;
}

/* Those to which something else happens than to the most go on from a copy. */
static int branch(struct together *together, size_t level, struct part *part)
{
    int result = copy_up(together, level);
    if (result != 0)
        return result;
    result = happen(together, level + 1, &part->group, &part->pending);
    return go_on(together, level + 1, part->group, result);
}

static int part_ways(struct together *together, size_t level, struct group *group, size_t count)
{
    struct part parts[PENDING_MAX];
    size_t part_count = together_draw_next(together, *group, count, parts);
    const struct way way = way_of(together);
    int result = 0;
    for (size_t i = 0; result == 0 && !together->is_stopped && i < part_count; i++) {
        struct part *part = &parts[i];
        go_back(together, way);
        if (count > 1)
            result = add_draw(together, (struct draw){part->next, (uint32_t)count, "next"});
        *group = part->group;
        if (result == 0)
            result =
                i + 1 < part_count ? branch(together, level, part) : happen(together, level, group, &part->pending);
    }
    return result;
}

static int play(struct together *together, size_t level, struct group group)
{
    struct world *world;
    int result = 0;
    while (result == 0 && goes_on(together)) {
        world = together->worlds[level];
        if (world->refused.text[0] != '\0')
            return end(together, level, group, true);
        size_t count = world_pending(world, together->ready);
        if (world_over(world, count > 0 ? together->ready->items[0].time_ns : TIME_NEVER)) {
            uint64_t before = world->happenings;
            result = world_end(world);
            together->made += world->happenings - before;
            return result != 0 ? go_on(together, level, group, result) : end(together, level, group, true);
        }
        result = part_ways(together, level, &group, count);
    }
    return result == ERROR_LIMIT ? end(together, level, group, false) : result;
}

/* ---- all of them ---- */

int together_init(struct together *together)
{
    together->ready = calloc(1, sizeof *together->ready);
    return together->ready != NULL ? give_world(together, &together->worlds[0]) : ERROR_NO_MEMORY;
}

void together_release(struct together *together)
{
    for (size_t i = 0; i < TOGETHER_WORLDS_MAX && together->worlds[i] != NULL; i++)
        world_free(together->worlds[i]);
    free(together->ready);
    free(together->runs);
    free(together->parted);
    free(together->next);
    free(together->draws);
    memset(together, 0, sizeof *together);
}

static int make_room(struct together *together)
{
    size_t capacity = together->capacity == 0 ? 16 : 2 * together->capacity;
    struct drawn *runs = realloc(together->runs, capacity * sizeof *runs);
    if (runs != NULL)
        together->runs = runs;
    struct drawn *parted = realloc(together->parted, capacity * sizeof *parted);
    if (parted != NULL)
        together->parted = parted;
    uint32_t *next = realloc(together->next, capacity * sizeof *next);
    if (next != NULL)
        together->next = next;
    if (runs == NULL || parted == NULL || next == NULL)
        return ERROR_NO_MEMORY;
    together->capacity = capacity;
    return 0;
}

int together_add(struct together *together, const struct drawn *run)
{
    CONTRACT(together->count < TOGETHER_MAX);
    int result = together->count < together->capacity ? 0 : make_room(together);
    if (result == 0)
        together->runs[together->count++] = *run;
    return result;
}

int together_play(struct together *together)
{
    struct group all = {0, together->count};
    together->count = 0;
    if (group_size(all) == 0)
        return 0;
    go_back(together, (struct way){0, 0, 0});
    int result = copy_world(together, together->worlds[0], together->start);
    return result != 0 ? result : play(together, 0, all);
}
