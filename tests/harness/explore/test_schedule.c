/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/explore/schedule.h"

static struct pending pending_of(enum pending_kind kind, size_t token)
{
    return (struct pending){.time_ns = 0, .class = PENDING_DELIVERY, .kind = kind, .index = token, .token = token};
}

static size_t next_of(struct schedule *schedule, struct encounters *met, const struct timeline *ready)
{
    encounters_meet(met, ready->items, ready->count);
    return schedule_next(schedule, met, ready->count);
}

/* Without a change of priorities one channel goes first as long as it has anything. */
static void by_priorities_a_channel_keeps_its_place(void **state)
{
    static struct timeline ready;
    size_t changes = 0;
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct schedule schedule;
        struct encounters met = {.channel_count = 0};
        size_t before;
        ready.count = 3;
        for (size_t i = 0; i < 3; i++)
            ready.items[i] = pending_of(PENDING_TO_HANDLER, i);
        schedule_begin(&schedule, EXPLORE_PRIORITIES, seed, 1000000);
        before = next_of(&schedule, &met, &ready);
        for (size_t i = 0; i < 100; i++) {
            size_t next = next_of(&schedule, &met, &ready);
            changes += next != before;
            before = next;
        }
    }
    assert_true(changes < 5);
}

/* Each change lowers what would be next; with two of them that is all but one. */
static void what_was_lowered_goes_last(void **state)
{
    static struct timeline ready;
    (void)state;
    ready.count = 3;
    for (size_t i = 0; i < 3; i++)
        ready.items[i] = pending_of(PENDING_TO_HANDLER, i);
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct schedule schedule;
        struct encounters met = {.channel_count = 0};
        schedule_begin(&schedule, EXPLORE_PRIORITIES, seed, 5);
        schedule.changes[0] = 2;
        schedule.changes[1] = 4;
        size_t first = next_of(&schedule, &met, &ready);
        size_t second = next_of(&schedule, &met, &ready);
        assert_int_not_equal(second, first);
        assert_int_equal(next_of(&schedule, &met, &ready), second);
        assert_int_equal(next_of(&schedule, &met, &ready), 3 - first - second);
        /* Of the two that were lowered the later one is the higher. */
        ready.items[3 - first - second] = pending_of(PENDING_TO_HANDLER, first);
        assert_int_equal(next_of(&schedule, &met, &ready), second);
        ready.items[3 - first - second] = pending_of(PENDING_TO_HANDLER, 3 - first - second);
    }
}

/* Of so many that happen side by side some share a priority. */
static void more_channels_than_are_told_apart_are_played_all_the_same(void **state)
{
    struct schedule schedule;
    struct encounters met = {.channel_count = 0};
    static struct timeline ready;
    (void)state;
    schedule_begin(&schedule, EXPLORE_PRIORITIES, 1, 10);
    ready.count = 1;
    for (size_t i = 0; i < EXPLORE_CHANNELS_MAX + 10; i++) {
        ready.items[0] = pending_of(PENDING_SCRIPT, i);
        assert_int_equal(next_of(&schedule, &met, &ready), 0);
        assert_int_equal(met.channel_count, i < EXPLORE_CHANNELS_MAX ? i + 1 : EXPLORE_CHANNELS_MAX);
    }
}

static void a_walk_goes_everywhere(void **state)
{
    struct schedule schedule;
    struct encounters met = {.channel_count = 0};
    static struct timeline ready;
    size_t seen[3] = {0};
    (void)state;
    ready.count = 3;
    for (size_t i = 0; i < 3; i++)
        ready.items[i] = pending_of(PENDING_TO_HANDLER, i);
    schedule_begin(&schedule, EXPLORE_WALK, 5, 10);
    for (size_t i = 0; i < 300; i++)
        seen[next_of(&schedule, &met, &ready)]++;
    for (size_t i = 0; i < 3; i++)
        assert_in_range(seen[i], 60, 140);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_priorities_a_channel_keeps_its_place),
        cmocka_unit_test(what_was_lowered_goes_last),
        cmocka_unit_test(more_channels_than_are_told_apart_are_played_all_the_same),
        cmocka_unit_test(a_walk_goes_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
