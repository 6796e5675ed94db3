/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The map itself is compiled into this program: its shape is part of what it promises. */
#include "base/hash.h"
#include "base/map.c"
#include "base/random.h"

enum { KEYS = 200 };

struct fixture {
    struct arena arena;
    struct map map;
    bool present[KEYS]; /* what the map should hold, each with the value number + 1 */
};

static int begin(void **context)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    assert_int_equal(arena_init(&f->arena, 1 << 24), 0);
    *context = f;
    return 0;
}

static int end(void **context)
{
    struct fixture *f = *context;
    arena_release(&f->arena);
    test_free(f);
    return 0;
}

/* Keys in the order of their numbers, some the beginning of others, and of every second group alike in the bytes that
 * nodes compare as a number. */
static struct text key_of(size_t number, char bytes[32])
{
    struct text key = {bytes, 0};
    (void)snprintf(bytes, 32, "%c%s%03zu%s", (char)('a' + number / 20), number / 20 % 2 == 1 ? "-is-alike-" : "",
                   number / 2, number % 2 == 1 ? "+" : "");
    key.length = strlen(bytes);
    return key;
}

static void put(struct fixture *f, size_t number)
{
    char bytes[32];
    struct text key = key_of(number, bytes);
    assert_int_equal(arena_reserve(&f->arena, map_insert_cost(key.length)), 0);
    map_insert(&f->arena, &f->map, key, (arena_ref)number + 1);
    memset(bytes, '#', sizeof bytes);
    f->present[number] = true;
}

static void take(struct fixture *f, size_t number)
{
    char bytes[32];
    arena_ref removed = map_remove(&f->arena, &f->map, key_of(number, bytes));
    assert_int_equal(removed, f->present[number] ? number + 1 : 0);
    f->present[number] = false;
}

/* Lookups, the count and a whole walk agree with what should be there. */
static void assert_content(const struct fixture *f)
{
    struct text key = {NULL, 0};
    char bytes[32];
    uint32_t count = 0;
    for (size_t i = 0; i < KEYS; i++) {
        arena_ref got = map_get(&f->arena, &f->map, key_of(i, bytes));
        assert_int_equal(got, f->present[i] ? i + 1 : 0);
        if (!f->present[i])
            continue;
        count++;
        assert_int_equal(map_next(&f->arena, &f->map, key, &key), i + 1);
        assert_true(text_equal(key, key_of(i, bytes)));
    }
    assert_int_equal(map_next(&f->arena, &f->map, key, NULL), 0);
    assert_int_equal(f->map.count, count);
}

static void an_empty_map_has_nothing(void **context)
{
    struct fixture *f = *context;
    assert_content(f);
    take(f, 3);
    assert_content(f);
}

static void any_sequence_of_insertions_and_removals_leaves_what_it_should(void **context)
{
    struct fixture *f = *context;
    struct random random;
    random_seed(&random, 1);
    for (int i = 0; i < 3000; i++) {
        size_t number = (size_t)random_below(&random, KEYS);
        if (f->present[number])
            take(f, number);
        else
            put(f, number);
        if (i % 50 == 0)
            assert_content(f);
    }
    assert_content(f);
    for (size_t i = 0; i < KEYS; i++)
        take(f, i);
    assert_content(f);
    assert_int_equal(f->map.root, 0);
}

/* The tree as it stands: each node's value and which sides it has, in prefix order. */
static void hash_shape(const struct arena *arena, arena_ref at, struct hash *hash)
{
    const struct node *node = at != 0 ? arena_at(arena, at) : NULL;
    hash_u64(hash, at != 0);
    if (node == NULL)
        return;
    hash_u64(hash, node->value);
    hash_shape(arena, node->left, hash);
    hash_shape(arena, node->right, hash);
}

static size_t depth_of(const struct arena *arena, arena_ref at)
{
    size_t left, right;
    if (at == 0)
        return 0;
    left = depth_of(arena, ((const struct node *)arena_at(arena, at))->left);
    right = depth_of(arena, ((const struct node *)arena_at(arena, at))->right);
    return 1 + (left > right ? left : right);
}

static void the_shape_depends_on_the_keys_alone(void **context)
{
    struct hash first = {0, 0};
    (void)context;
    for (uint64_t seed = 0; seed < 10; seed++) {
        void *own = NULL;
        struct fixture *f;
        struct hash hash;
        struct random random;
        (void)begin(&own);
        f = own;
        random_seed(&random, seed);
        for (int i = 0; i < 1000; i++) {
            size_t number = (size_t)random_below(&random, KEYS);
            if (f->present[number])
                take(f, number);
            else
                put(f, number);
        }
        for (size_t i = 0; i < KEYS; i++)
            if (f->present[i] != (i % 3 == 0))
                (f->present[i] ? take : put)(f, i);
        hash_init(&hash);
        hash_shape(&f->arena, f->map.root, &hash);
        if (seed == 0)
            first = hash;
        assert_true(hash_equal(&hash, &first));
        (void)end(&own);
    }
}

static struct text counted_key(uint32_t number, char bytes[16])
{
    struct text key = {bytes, 0};
    (void)snprintf(bytes, 16, "%u", (unsigned)number);
    key.length = strlen(bytes);
    return key;
}

static int compare_priorities(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* Among so many keys, some must share a priority: the numbers of two that do. */
static void find_two_of_one_priority(uint32_t two[2])
{
    enum { MANY = 300000 };
    uint64_t *all = test_calloc(MANY, sizeof *all);
    bool found = false;
    char bytes[16];
    for (uint32_t i = 0; i < MANY; i++) {
        struct key key = key_of_text(counted_key(i, bytes));
        all[i] = (uint64_t)priority_of(&key) << 32 | i;
    }
    qsort(all, MANY, sizeof *all, compare_priorities);
    for (size_t i = 1; i < MANY && !found; i++) {
        found = all[i] >> 32 == all[i - 1] >> 32;
        two[0] = (uint32_t)all[i - 1];
        two[1] = (uint32_t)all[i];
    }
    test_free(all);
    assert_true(found);
}

static void of_two_keys_of_one_priority_the_first_in_order_is_above_whichever_came_first(void **context)
{
    uint32_t two[2];
    char bytes[2][16];
    struct text keys[2];
    (void)context;
    find_two_of_one_priority(two);
    for (size_t i = 0; i < 2; i++)
        keys[i] = counted_key(two[i], bytes[i]);
    for (size_t first = 0; first < 2; first++) {
        size_t smaller = text_compare(keys[0], keys[1]) < 0 ? 0 : 1;
        void *own = NULL;
        struct fixture *f;
        const struct node *root;
        (void)begin(&own);
        f = own;
        assert_int_equal(arena_reserve(&f->arena, 1000), 0);
        map_insert(&f->arena, &f->map, keys[first], (arena_ref)first + 1);
        map_insert(&f->arena, &f->map, keys[1 - first], (arena_ref)(1 - first) + 1);
        root = arena_at(&f->arena, f->map.root);
        assert_int_equal(root->value, smaller + 1);
        assert_int_equal(root->left, 0);
        (void)end(&own);
    }
}

/* Twice log2 of the count would do; a list would be 200 deep. */
static void keys_that_come_in_order_make_no_list(void **context)
{
    struct fixture *f = *context;
    for (size_t i = 0; i < KEYS; i++)
        put(f, i);
    assert_in_range(depth_of(&f->arena, f->map.root), 8, 24);
}

static void a_key_may_be_removed_by_the_text_that_the_map_gave(void **context)
{
    struct fixture *f = *context;
    struct text key = {NULL, 0};
    put(f, 5);
    put(f, 6);
    assert_int_equal(map_next(&f->arena, &f->map, key, &key), 6);
    assert_int_equal(map_remove(&f->arena, &f->map, key), 6);
    f->present[5] = false;
    assert_content(f);
}

static void an_empty_key_is_kept_but_no_walk_visits_it(void **context)
{
    struct fixture *f = *context;
    struct text empty = {NULL, 0};
    assert_int_equal(arena_reserve(&f->arena, map_insert_cost(0)), 0);
    map_insert(&f->arena, &f->map, empty, 77);
    put(f, 1);
    assert_int_equal(map_get(&f->arena, &f->map, empty), 77);
    assert_int_equal(map_next(&f->arena, &f->map, empty, NULL), 2);
    assert_int_equal(map_remove(&f->arena, &f->map, empty), 77);
    assert_content(f);
}

static void keys_that_differ_in_zero_bytes_at_their_end_are_different(void **context)
{
    static const char bytes[] = "ab\0\0\0\0\0\0\0";
    struct fixture *f = *context;
    struct text key = {NULL, 0};
    assert_int_equal(arena_reserve(&f->arena, 1000), 0);
    for (size_t length = sizeof bytes - 1; length >= 2; length--)
        map_insert(&f->arena, &f->map, (struct text){bytes, length}, (arena_ref)length);
    for (size_t length = 2; length < sizeof bytes; length++) {
        assert_int_equal(map_get(&f->arena, &f->map, (struct text){bytes, length}), length);
        assert_int_equal(map_next(&f->arena, &f->map, key, &key), length);
    }
    assert_true(map_first_head(&f->arena, &f->map) == UINT64_C(0x6162) << 48);
    assert_int_equal(map_first(&f->arena, &f->map), 2);
}

static void an_insertion_takes_no_more_than_its_cost(void **context)
{
    static char bytes[300];
    struct fixture *f = *context;
    memset(bytes, 'x', sizeof bytes);
    for (size_t length = 0; length < sizeof bytes; length++) {
        struct text key = {bytes, length};
        uint32_t before = arena_used(&f->arena);
        assert_int_equal(arena_reserve(&f->arena, map_insert_cost(length)), 0);
        map_insert(&f->arena, &f->map, key, 1);
        assert_true(arena_used(&f->arena) - before <= map_insert_cost(length));
    }
}

static void a_removed_keys_memory_is_used_again(void **context)
{
    struct fixture *f = *context;
    uint32_t used;
    put(f, 1);
    used = arena_used(&f->arena);
    for (int i = 0; i < 100; i++) {
        take(f, 1);
        put(f, 1);
    }
    assert_int_equal(arena_used(&f->arena), used);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_map_has_nothing, begin, end),
        cmocka_unit_test_setup_teardown(any_sequence_of_insertions_and_removals_leaves_what_it_should, begin, end),
        cmocka_unit_test(the_shape_depends_on_the_keys_alone),
        cmocka_unit_test(of_two_keys_of_one_priority_the_first_in_order_is_above_whichever_came_first),
        cmocka_unit_test_setup_teardown(keys_that_come_in_order_make_no_list, begin, end),
        cmocka_unit_test_setup_teardown(a_key_may_be_removed_by_the_text_that_the_map_gave, begin, end),
        cmocka_unit_test_setup_teardown(an_empty_key_is_kept_but_no_walk_visits_it, begin, end),
        cmocka_unit_test_setup_teardown(keys_that_differ_in_zero_bytes_at_their_end_are_different, begin, end),
        cmocka_unit_test_setup_teardown(an_insertion_takes_no_more_than_its_cost, begin, end),
        cmocka_unit_test_setup_teardown(a_removed_keys_memory_is_used_again, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
