/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/time.h"
#include "handler/core/by_time.h"
#include "handler/core/monitor.h"
#include "handler/core/store.h"

struct fixture {
    struct arena arena;
    struct by_time index;
    struct store store;
};

static int begin(void **context)
{
    struct fixture *f = test_calloc(1, sizeof *f);
    assert_int_equal(arena_init(&f->arena, 1 << 20), 0);
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

static void add(struct fixture *f, int64_t at_ns, const char *id, arena_ref value)
{
    assert_int_equal(arena_reserve(&f->arena, by_time_cost(strlen(id))), 0);
    by_time_add(&f->arena, &f->index, at_ns, text_of(id), value);
}

static void assert_order(const struct fixture *f, const arena_ref *values, size_t count)
{
    struct text place = {NULL, 0};
    for (size_t i = 0; i < count; i++)
        assert_int_equal(by_time_next(&f->arena, &f->index, &place), values[i]);
    assert_int_equal(by_time_next(&f->arena, &f->index, &place), 0);
}

static void the_walk_goes_by_time_then_by_id_whoever_came_first(void **context)
{
    static const struct {
        int64_t at_ns;
        const char *id;
    } in_order[] = {{INT64_MIN, "z"}, {-1, "a"},   {1, "b"},       {1, "ba"},       {1, "c"},
                    {255, "a"},       {256, "aa"}, {1 << 16, "x"}, {INT64_MAX, "a"}};
    enum { COUNT = sizeof in_order / sizeof in_order[0] };
    struct fixture *f = *context;
    arena_ref values[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        size_t at = (i * 4 + 2) % COUNT;
        values[at] = (arena_ref)at + 1;
        add(f, in_order[at].at_ns, in_order[at].id, values[at]);
    }
    assert_order(f, values, COUNT);
}

static void what_is_removed_is_walked_no_more(void **context)
{
    static const arena_ref left[] = {1, 3};
    struct fixture *f = *context;
    add(f, 1, "a", 1);
    add(f, 2, "a", 2);
    add(f, 2, "b", 3);
    by_time_remove(&f->arena, &f->index, 2, text_of("a"));
    assert_order(f, left, 2);
}

static void removing_what_is_absent_changes_nothing(void **context)
{
    static const arena_ref left[] = {1};
    struct fixture *f = *context;
    add(f, 1, "a", 1);
    by_time_remove(&f->arena, &f->index, 2, text_of("a"));
    by_time_remove(&f->arena, &f->index, 1, text_of("b"));
    assert_order(f, left, 1);
}

static void the_longest_id_has_its_place(void **context)
{
    static const arena_ref order[] = {1, 2};
    struct fixture *f = *context;
    char id[MONITOR_ID_MAX + 1];
    memset(id, 'a', MONITOR_ID_MAX);
    id[MONITOR_ID_MAX] = '\0';
    add(f, 1, id, 1);
    id[MONITOR_ID_MAX - 1] = 'b';
    add(f, 1, id, 2);
    assert_order(f, order, 2);
}

static void the_first_time_is_known(void **context)
{
    static const int64_t times_ns[] = {5, -1, INT64_MIN, INT64_MAX - 1};
    struct fixture *f = *context;
    int64_t first_ns = TIME_NEVER;
    assert_int_equal(by_time_first_ns(&f->arena, &f->index), TIME_NEVER);
    for (size_t i = 0; i < sizeof times_ns / sizeof times_ns[0]; i++) {
        add(f, times_ns[i], "a", 1);
        first_ns = time_min(first_ns, times_ns[i]);
        assert_true(by_time_first_ns(&f->arena, &f->index) == first_ns);
    }
    by_time_remove(&f->arena, &f->index, INT64_MIN, text_of("a"));
    assert_true(by_time_first_ns(&f->arena, &f->index) == -1);
}

/* ---- the store's ---- */

static void create(struct fixture *f, const char *id, int64_t at_ns)
{
    struct container_record record = {.id = text_of(id), .finished_at_ns = at_ns};
    assert_int_equal(arena_reserve(&f->arena, store_cost(&record)), 0);
    assert_int_equal(store_create(&f->arena, &f->store, &record), 0);
}

static int finish_at(struct container_record *record, void *context)
{
    record->finished_at_ns = *(const int64_t *)context;
    return 0;
}

static void update(struct fixture *f, const char *id, int64_t at_ns)
{
    assert_int_equal(arena_reserve(&f->arena, store_cost_max()), 0);
    assert_int_equal(store_update(&f->arena, &f->store, text_of(id), finish_at, &at_ns), 0);
}

static void assert_finished(const struct fixture *f, const char *ids)
{
    struct container_record record;
    struct text place = {NULL, 0};
    for (; *ids != '\0'; ids++) {
        assert_true(store_next_finished(&f->arena, &f->store, &place, &record));
        assert_int_equal(record.id.length, 1);
        assert_int_equal(record.id.bytes[0], *ids);
    }
    assert_false(store_next_finished(&f->arena, &f->store, &place, &record));
}

static void a_store_knows_those_that_have_finished_in_that_order(void **context)
{
    struct fixture *f = *context;
    create(f, "a", 3);
    create(f, "b", 0);
    create(f, "c", -5);
    assert_finished(f, "ca");
    update(f, "b", 2);
    assert_finished(f, "cba");
    update(f, "c", 9);
    assert_finished(f, "bac");
    update(f, "a", 0);
    assert_finished(f, "bc");
    store_delete(&f->arena, &f->store, text_of("b"));
    assert_finished(f, "c");
    store_clear(&f->arena, &f->store);
    assert_finished(f, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_walk_goes_by_time_then_by_id_whoever_came_first, begin, end),
        cmocka_unit_test_setup_teardown(what_is_removed_is_walked_no_more, begin, end),
        cmocka_unit_test_setup_teardown(removing_what_is_absent_changes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(the_longest_id_has_its_place, begin, end),
        cmocka_unit_test_setup_teardown(the_first_time_is_known, begin, end),
        cmocka_unit_test_setup_teardown(a_store_knows_those_that_have_finished_in_that_order, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
