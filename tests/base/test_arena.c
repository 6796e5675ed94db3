/* SPDX-License-Identifier: Apache-2.0 */

/* The arena is compiled into this program with an allocator that can be made to fail, in place of the archive's. */
#include <stdbool.h>
#include <stdlib.h>

static bool memory_lacks;

static void *failing_calloc(size_t count, size_t size)
{
    return memory_lacks ? NULL : calloc(count, size);
}

static void *failing_realloc(void *old, size_t size)
{
    return memory_lacks ? NULL : realloc(old, size);
}

#define calloc  failing_calloc
#define realloc failing_realloc
#include "base/arena.c"
#undef calloc
#undef realloc

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int begin(void **context)
{
    struct arena *arena = test_calloc(1, sizeof *arena);
    memory_lacks = false;
    assert_int_equal(arena_init(arena, 1 << 24), 0);
    *context = arena;
    return 0;
}

static int end(void **context)
{
    memory_lacks = false;
    arena_release(*context);
    test_free(*context);
    return 0;
}

static arena_ref make(struct arena *arena, uint32_t size)
{
    assert_int_equal(arena_reserve(arena, arena_cost(size)), 0);
    return arena_alloc(arena, size);
}

static void a_piece_is_zeroed_aligned_and_apart_from_every_other(void **context)
{
    static const uint32_t sizes[] = {1, 7, 8, 9, 16, 17, 100, 1000, 5000, ARENA_PIECE_MAX};
    enum { COUNT = sizeof sizes / sizeof sizes[0] };
    struct arena *arena = *context;
    arena_ref refs[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        unsigned char *piece;
        refs[i] = make(arena, sizes[i]);
        assert_int_equal(refs[i] % ARENA_ALIGNMENT, 0);
        piece = arena_at(arena, refs[i]);
        for (uint32_t j = 0; j < sizes[i]; j++)
            assert_int_equal(piece[j], 0);
        memset(piece, (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < COUNT; i++) {
        const unsigned char *piece = arena_at(arena, refs[i]);
        for (uint32_t j = 0; j < sizes[i]; j++)
            assert_int_equal(piece[j], i + 1);
    }
}

static void a_cost_covers_the_size_and_is_less_than_twice_it(void **context)
{
    (void)context;
    assert_int_equal(arena_cost(1), 8);
    assert_int_equal(arena_cost(8), 8);
    assert_int_equal(arena_cost(9), 16);
    assert_int_equal(arena_cost(ARENA_PIECE_MAX), ARENA_PIECE_MAX);
    for (uint32_t size = 1; size <= ARENA_PIECE_MAX; size = size * 3 / 2 + 1) {
        assert_true(arena_cost(size) >= size);
        assert_true(arena_cost(size) < 2 * size + ARENA_ALIGNMENT);
    }
}

static void a_piece_that_was_given_back_is_used_again_and_is_zeroed(void **context)
{
    struct arena *arena = *context;
    arena_ref first = make(arena, 100);
    arena_ref second = make(arena, 120);
    uint32_t used = arena_used(arena);
    memset(arena_at(arena, first), 0xff, 100);
    arena_free(arena, first, 100);
    arena_free(arena, second, 120);
    arena_free(arena, 0, 100);
    /* Of the same class, last in, first out; another class takes new room. */
    assert_int_equal(arena_alloc(arena, 128), second);
    assert_int_equal(arena_alloc(arena, 65), first);
    assert_int_equal(((unsigned char *)arena_at(arena, first))[99], 0);
    assert_int_equal(arena_used(arena), used);
    arena_free(arena, first, 65);
    (void)make(arena, 64);
    assert_true(arena_used(arena) > used);
}

static void after_a_reserve_nothing_moves(void **context)
{
    struct arena *arena = *context;
    arena_ref first;
    const void *place;
    assert_int_equal(arena_reserve(arena, 100 * arena_cost(1000)), 0);
    first = arena_alloc(arena, 1000);
    place = arena_at(arena, first);
    memory_lacks = true;
    for (int i = 1; i < 100; i++)
        (void)arena_alloc(arena, 1000);
    assert_ptr_equal(arena_at(arena, first), place);
}

static void a_reserve_that_fails_for_memory_changes_nothing(void **context)
{
    struct arena *arena = *context;
    arena_ref ref = make(arena, 10);
    uint32_t used = arena_used(arena);
    memcpy(arena_at(arena, ref), "unchanged", 10);
    memory_lacks = true;
    assert_int_equal(arena_reserve(arena, 100000), ERROR_NO_MEMORY);
    assert_string_equal(arena_at(arena, ref), "unchanged");
    assert_int_equal(arena_used(arena), used);
    memory_lacks = false;
    assert_int_equal(arena_reserve(arena, 100000), 0);
    assert_string_equal(arena_at(arena, ref), "unchanged");
}

static void making_an_arena_may_fail_for_memory(void **context)
{
    struct arena arena = {NULL};
    (void)context;
    memory_lacks = true;
    assert_int_equal(arena_init(&arena, 4096), ERROR_NO_MEMORY);
    arena_release(&arena);
    arena_release(NULL);
    memory_lacks = false;
}

/* The limit can be filled to the last byte, and not beyond. */
static void an_arena_does_not_outgrow_its_limit(void **context)
{
    struct arena arena = {NULL};
    uint32_t left;
    (void)context;
    assert_int_equal(arena_init(&arena, 10000), 0);
    left = 10000 - arena_used(&arena);
    assert_int_equal(arena_reserve(&arena, left + 1), ERROR_LIMIT);
    assert_int_equal(arena_reserve(&arena, UINT32_MAX), ERROR_LIMIT);
    assert_int_equal(arena_reserve(&arena, left), 0);
    assert_int_equal(arena_header_of(&arena)->capacity, 10000);
    for (uint32_t i = 0; i < left / 8; i++)
        (void)arena_alloc(&arena, 8);
    assert_int_equal(arena_used(&arena), 10000);
    assert_int_equal(arena_reserve(&arena, 8), ERROR_LIMIT);
    assert_int_equal(arena_reserve(&arena, 0), 0);
    arena_release(&arena);
}

static void a_clone_has_the_same_pieces_and_a_life_of_its_own(void **context)
{
    struct arena *arena = *context;
    struct arena copy = {NULL};
    arena_ref ref = make(arena, 10);
    arena_ref freed = make(arena, 500);
    memcpy(arena_at(arena, ref), "original!", 10);
    arena_free(arena, freed, 500);
    assert_int_equal(arena_clone(&copy, arena), 0);
    assert_int_equal(arena_used(&copy), arena_used(arena));
    assert_string_equal(arena_at(&copy, ref), "original!");
    memcpy(arena_at(&copy, ref), "the copy!", 10);
    assert_string_equal(arena_at(arena, ref), "original!");
    /* It knows what is free as the original does, and grows on its own. */
    assert_int_equal(make(&copy, 500), freed);
    assert_int_equal(make(arena, 500), freed);
    (void)make(&copy, 100000);
    assert_true(arena_used(&copy) > arena_used(arena));
    assert_string_equal(arena_at(&copy, ref), "the copy!");
    arena_release(&copy);
}

static void cloning_onto_an_arena_uses_its_block_where_it_is_large_enough(void **context)
{
    struct arena *arena = *context;
    struct arena copy = {NULL};
    arena_ref ref = make(arena, 10);
    assert_int_equal(arena_init(&copy, 1 << 20), 0);
    (void)make(&copy, 10000);
    memcpy(arena_at(arena, ref), "original!", 10);
    memory_lacks = true;
    assert_int_equal(arena_clone(&copy, arena), 0);
    assert_string_equal(arena_at(&copy, ref), "original!");
    /* Its room is still known: this fits without growing. */
    assert_int_equal(arena_reserve(&copy, 8000), 0);
    memory_lacks = false;
    /* The limit is the original's now. */
    assert_int_equal(arena_reserve(&copy, 1 << 21), 0);
    arena_release(&copy);
}

static void a_clone_that_lacks_memory_leaves_the_copy_as_it_was(void **context)
{
    struct arena *arena = *context;
    struct arena copy = {NULL};
    arena_ref ref;
    (void)make(arena, 100000);
    memory_lacks = true;
    assert_int_equal(arena_clone(&copy, arena), ERROR_NO_MEMORY);
    assert_null(copy.base);
    memory_lacks = false;
    assert_int_equal(arena_init(&copy, 4096), 0);
    ref = make(&copy, 10);
    memcpy(arena_at(&copy, ref), "the copy!", 10);
    memory_lacks = true;
    assert_int_equal(arena_clone(&copy, arena), ERROR_NO_MEMORY);
    assert_string_equal(arena_at(&copy, ref), "the copy!");
    arena_release(&copy);
}

static void a_text_in_an_arena_is_a_copy_and_the_empty_one_costs_nothing(void **context)
{
    struct arena *arena = *context;
    char bytes[] = "text";
    struct arena_text text, empty;
    uint32_t used;
    assert_int_equal(arena_reserve(arena, arena_cost(4)), 0);
    text = arena_text_new(arena, text_of(bytes));
    bytes[0] = '#';
    assert_true(text_is(arena_text_get(arena, text), "text"));
    used = arena_used(arena);
    empty = arena_text_new(arena, text_of(NULL));
    assert_int_equal(arena_text_get(arena, empty).length, 0);
    arena_text_free(arena, &empty);
    assert_int_equal(arena_used(arena), used);
    arena_text_free(arena, &text);
    assert_int_equal(arena_text_get(arena, text).length, 0);
    arena_text_free(arena, &text);
    text = arena_text_new(arena, text_of("again"));
    assert_int_equal(arena_used(arena), used);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_piece_is_zeroed_aligned_and_apart_from_every_other, begin, end),
        cmocka_unit_test_setup_teardown(a_cost_covers_the_size_and_is_less_than_twice_it, begin, end),
        cmocka_unit_test_setup_teardown(a_piece_that_was_given_back_is_used_again_and_is_zeroed, begin, end),
        cmocka_unit_test_setup_teardown(after_a_reserve_nothing_moves, begin, end),
        cmocka_unit_test_setup_teardown(a_reserve_that_fails_for_memory_changes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(making_an_arena_may_fail_for_memory, begin, end),
        cmocka_unit_test_setup_teardown(an_arena_does_not_outgrow_its_limit, begin, end),
        cmocka_unit_test_setup_teardown(a_clone_has_the_same_pieces_and_a_life_of_its_own, begin, end),
        cmocka_unit_test_setup_teardown(cloning_onto_an_arena_uses_its_block_where_it_is_large_enough, begin, end),
        cmocka_unit_test_setup_teardown(a_clone_that_lacks_memory_leaves_the_copy_as_it_was, begin, end),
        cmocka_unit_test_setup_teardown(a_text_in_an_arena_is_a_copy_and_the_empty_one_costs_nothing, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
