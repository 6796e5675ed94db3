/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "handler/core/monitor.h"
#include "handler/core/store.h"

struct fixture {
    struct arena arena;
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

static struct container_record record_of(const char *id, uint32_t pid)
{
    struct container_record record = {.id = text_of(id),
                                      .pid = pid,
                                      .created_at_ns = 1,
                                      .started_at_ns = 2,
                                      .finished_at_ns = 3,
                                      .exit_code = -4,
                                      .reason = text_of("Error"),
                                      .message = text_of("it broke")};
    return record;
}

static int create(struct fixture *f, const struct container_record *record)
{
    if (store_acceptable(record))
        assert_int_equal(arena_reserve(&f->arena, store_cost(record)), 0);
    return store_create(&f->arena, &f->store, record);
}

static int update(struct fixture *f, const char *id, store_change change, void *context)
{
    assert_int_equal(arena_reserve(&f->arena, store_cost_max()), 0);
    return store_update(&f->arena, &f->store, text_of(id), change, context);
}

static void assert_same(const struct container_record *a, const struct container_record *b)
{
    assert_true(text_equal(a->id, b->id));
    assert_int_equal(a->pid, b->pid);
    assert_int_equal(a->created_at_ns, b->created_at_ns);
    assert_int_equal(a->started_at_ns, b->started_at_ns);
    assert_int_equal(a->finished_at_ns, b->finished_at_ns);
    assert_int_equal(a->exit_code, b->exit_code);
    assert_true(text_equal(a->reason, b->reason));
    assert_true(text_equal(a->message, b->message));
}

static void what_is_created_can_be_got_again_whole(void **context)
{
    struct fixture *f = *context;
    struct container_record web = record_of("web", 101);
    struct container_record got;
    assert_int_equal(create(f, &web), 0);
    assert_int_equal(store_get(&f->arena, &f->store, text_of("web"), &got), 0);
    assert_same(&got, &web);
    assert_int_equal(store_count(&f->store), 1);
}

static void the_texts_are_copies(void **context)
{
    struct fixture *f = *context;
    char id[] = "web";
    struct container_record web = record_of(id, 101);
    struct container_record got;
    assert_int_equal(create(f, &web), 0);
    id[0] = 'x';
    assert_int_equal(store_get(&f->arena, &f->store, text_of("web"), &got), 0);
    assert_true(text_is(got.id, "web"));
}

static void creating_what_exists_is_refused_and_changes_nothing(void **context)
{
    struct fixture *f = *context;
    struct container_record first = record_of("web", 101);
    struct container_record second = record_of("web", 102);
    struct container_record got;
    assert_int_equal(create(f, &first), 0);
    assert_int_equal(create(f, &second), ERROR_EXISTS);
    assert_int_equal(store_get(&f->arena, &f->store, text_of("web"), &got), 0);
    assert_int_equal(got.pid, 101);
}

static void what_is_not_there_is_missing(void **context)
{
    struct fixture *f = *context;
    struct container_record got = {.pid = 7};
    struct text none = {NULL, 0};
    assert_int_equal(store_get(&f->arena, &f->store, text_of("web"), &got), ERROR_MISSING);
    assert_int_equal(store_get(&f->arena, &f->store, none, &got), ERROR_MISSING);
    assert_int_equal(got.pid, 7);
}

static void lengths_are_taken_to_the_limit_and_not_beyond(void **context)
{
    static char long_text[MONITOR_TEXT_MAX + 1];
    static const struct {
        size_t id, reason, message;
        int result;
    } rows[] = {
        {0, 0, 0, ERROR_INVALID},
        {1, 0, 0, 0},
        {MONITOR_ID_MAX, MONITOR_TEXT_MAX, MONITOR_TEXT_MAX, 0},
        {MONITOR_ID_MAX + 1, 0, 0, ERROR_LIMIT},
        {2, MONITOR_TEXT_MAX + 1, 0, ERROR_LIMIT},
        {2, 0, MONITOR_TEXT_MAX + 1, ERROR_LIMIT},
    };
    struct fixture *f = *context;
    memset(long_text, 'x', sizeof long_text);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct container_record record = {.id = {long_text, rows[i].id},
                                          .reason = {long_text, rows[i].reason},
                                          .message = {long_text, rows[i].message}};
        assert_int_equal(store_acceptable(&record), rows[i].result == 0);
        assert_int_equal(create(f, &record), rows[i].result);
    }
    assert_int_equal(store_count(&f->store), 2);
}

static int set_pid_and_message(struct container_record *record, void *context)
{
    record->pid = *(const uint32_t *)context;
    record->message = text_of("all is well again, at greater length than before");
    return 0;
}

static void an_update_changes_what_the_function_changed(void **context)
{
    struct fixture *f = *context;
    struct container_record web = record_of("web", 101);
    struct container_record got;
    uint32_t pid = 5;
    assert_int_equal(create(f, &web), 0);
    assert_int_equal(update(f, "web", set_pid_and_message, &pid), 0);
    web.pid = 5;
    web.message = text_of("all is well again, at greater length than before");
    assert_int_equal(store_get(&f->arena, &f->store, text_of("web"), &got), 0);
    assert_same(&got, &web);
}

static int change_and_refuse(struct container_record *record, void *context)
{
    (void)context;
    record->pid = 5;
    record->reason = text_of("other");
    return ERROR_REFUSED;
}

static void an_update_that_refuses_changes_nothing_and_its_error_comes_back(void **context)
{
    struct fixture *f = *context;
    struct container_record web = record_of("web", 101);
    struct container_record got;
    assert_int_equal(create(f, &web), 0);
    assert_int_equal(update(f, "web", change_and_refuse, NULL), ERROR_REFUSED);
    assert_int_equal(store_get(&f->arena, &f->store, text_of("web"), &got), 0);
    assert_same(&got, &web);
}

static int rename_it(struct container_record *record, void *context)
{
    (void)context;
    record->pid = 5;
    record->id = text_of("db");
    return 0;
}

static int talk_too_much(struct container_record *record, void *context)
{
    static char long_text[MONITOR_TEXT_MAX + 1];
    (void)context;
    memset(long_text, 'x', sizeof long_text);
    record->pid = 5;
    record->message.bytes = long_text;
    record->message.length = sizeof long_text;
    return 0;
}

static int never_called(struct container_record *record, void *context)
{
    (void)record;
    (void)context;
    fail_msg("the change was called");
    return 0;
}

static void an_update_to_what_cannot_be_kept_changes_nothing(void **context)
{
    struct fixture *f = *context;
    struct container_record web = record_of("web", 101);
    struct container_record got;
    assert_int_equal(create(f, &web), 0);
    assert_int_equal(update(f, "web", rename_it, NULL), ERROR_INVALID);
    assert_int_equal(update(f, "web", talk_too_much, NULL), ERROR_LIMIT);
    assert_int_equal(store_get(&f->arena, &f->store, text_of("web"), &got), 0);
    assert_same(&got, &web);
    assert_int_equal(update(f, "db", never_called, NULL), ERROR_MISSING);
}

static int swap_texts(struct container_record *record, void *context)
{
    struct text reason = record->reason;
    (void)context;
    record->reason = record->message;
    record->message = reason;
    return 0;
}

static void an_update_may_use_the_old_texts_in_other_places(void **context)
{
    struct fixture *f = *context;
    struct container_record web = record_of("web", 101);
    struct container_record got;
    web.reason = text_of("12345678");
    web.message = text_of("abcdefgh");
    assert_int_equal(create(f, &web), 0);
    assert_int_equal(update(f, "web", swap_texts, NULL), 0);
    assert_int_equal(store_get(&f->arena, &f->store, text_of("web"), &got), 0);
    assert_true(text_is(got.reason, "abcdefgh"));
    assert_true(text_is(got.message, "12345678"));
}

static int read_the_store(struct container_record *record, void *context)
{
    const struct fixture *f = context;
    struct container_record got;
    record->pid = 5;
    assert_int_equal(store_get(&f->arena, &f->store, record->id, &got), 0);
    assert_int_equal(got.pid, 101);
    return 0;
}

/* In 2017 this call waited for itself. */
static void a_change_may_read_the_record_that_it_changes_and_sees_the_old_one(void **context)
{
    struct fixture *f = *context;
    struct container_record web = record_of("web", 101);
    assert_int_equal(create(f, &web), 0);
    assert_int_equal(update(f, "web", read_the_store, f), 0);
}

static void a_list_comes_in_the_order_of_ids(void **context)
{
    static const char *const ids[] = {"web", "a", "db", "web2", "B"};
    static const char *const in_order[] = {"B", "a", "db", "web", "web2"};
    struct fixture *f = *context;
    struct container_record record = {.id = {NULL, 0}};
    for (size_t i = 0; i < 5; i++) {
        struct container_record new_one = record_of(ids[i], 1);
        assert_int_equal(create(f, &new_one), 0);
    }
    for (size_t i = 0; i < 5; i++) {
        assert_true(store_next(&f->arena, &f->store, record.id, &record));
        assert_true(text_is(record.id, in_order[i]));
    }
    assert_false(store_next(&f->arena, &f->store, record.id, &record));
}

static void deleting_is_idempotent_and_leaves_the_others(void **context)
{
    struct fixture *f = *context;
    struct container_record web = record_of("web", 101);
    struct container_record db = record_of("db", 102);
    struct container_record got;
    assert_int_equal(create(f, &web), 0);
    assert_int_equal(create(f, &db), 0);
    store_delete(&f->arena, &f->store, text_of("web"));
    store_delete(&f->arena, &f->store, text_of("web"));
    store_delete(&f->arena, &f->store, text_of("never"));
    assert_int_equal(store_get(&f->arena, &f->store, text_of("web"), &got), ERROR_MISSING);
    assert_int_equal(store_get(&f->arena, &f->store, text_of("db"), &got), 0);
    store_clear(&f->arena, &f->store);
    assert_int_equal(store_count(&f->store), 0);
}

/* The record's own id may be handed in, and freed memory is used again. */
static void creating_and_deleting_for_ever_takes_no_more_room(void **context)
{
    struct fixture *f = *context;
    uint32_t used = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        struct container_record web = record_of("web", i + 1);
        struct container_record got;
        uint32_t pid = i;
        assert_int_equal(create(f, &web), 0);
        assert_int_equal(update(f, "web", set_pid_and_message, &pid), 0);
        assert_int_equal(store_get(&f->arena, &f->store, text_of("web"), &got), 0);
        store_delete(&f->arena, &f->store, got.id);
        if (i == 0)
            used = arena_used(&f->arena);
        assert_int_equal(arena_used(&f->arena), used);
    }
}

static void a_full_store_takes_no_more(void **context)
{
    struct fixture f = {.store = {.records = {0, 0}}};
    (void)context;
    assert_int_equal(arena_init(&f.arena, 1 << 28), 0);
    for (int i = 0; i <= MONITOR_CONTAINERS_MAX; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%d", i);
        struct container_record record = {.id = text_of(id)};
        assert_int_equal(create(&f, &record), i < MONITOR_CONTAINERS_MAX ? 0 : ERROR_LIMIT);
    }
    arena_release(&f.arena);
}

static void a_lock_is_a_mark_that_lasts_as_long_as_its_record(void **context)
{
    struct fixture *f = *context;
    struct container_record web = record_of("web", 7);
    store_lock(&f->arena, &f->store, text_of("web"), true);
    assert_int_equal(create(f, &web), 0);
    assert_false(store_locked(&f->arena, &f->store, web.id));
    store_lock(&f->arena, &f->store, web.id, true);
    assert_true(store_locked(&f->arena, &f->store, web.id));
    assert_false(store_locked(&f->arena, &f->store, text_of("db")));
    store_lock(&f->arena, &f->store, web.id, false);
    assert_false(store_locked(&f->arena, &f->store, web.id));
    store_lock(&f->arena, &f->store, web.id, true);
    store_delete(&f->arena, &f->store, web.id);
    assert_int_equal(create(f, &web), 0);
    assert_false(store_locked(&f->arena, &f->store, web.id));
}

static void what_a_record_costs_is_at_least_what_it_takes(void **context)
{
    static char long_text[MONITOR_TEXT_MAX];
    struct fixture *f = *context;
    memset(long_text, 'x', sizeof long_text);
    for (size_t length = 1; length <= MONITOR_ID_MAX; length++) {
        struct container_record record = {
            .id = {long_text, length}, .reason = {long_text, 4 * length}, .message = {long_text, 4 * length}};
        uint32_t before = arena_used(&f->arena);
        assert_int_equal(create(f, &record), 0);
        assert_true(arena_used(&f->arena) - before <= store_cost(&record));
        assert_true(store_cost(&record) <= store_cost_max());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_lock_is_a_mark_that_lasts_as_long_as_its_record, begin, end),
        cmocka_unit_test_setup_teardown(what_is_created_can_be_got_again_whole, begin, end),
        cmocka_unit_test_setup_teardown(the_texts_are_copies, begin, end),
        cmocka_unit_test_setup_teardown(creating_what_exists_is_refused_and_changes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(what_is_not_there_is_missing, begin, end),
        cmocka_unit_test_setup_teardown(lengths_are_taken_to_the_limit_and_not_beyond, begin, end),
        cmocka_unit_test_setup_teardown(an_update_changes_what_the_function_changed, begin, end),
        cmocka_unit_test_setup_teardown(an_update_that_refuses_changes_nothing_and_its_error_comes_back, begin, end),
        cmocka_unit_test_setup_teardown(an_update_to_what_cannot_be_kept_changes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(an_update_may_use_the_old_texts_in_other_places, begin, end),
        cmocka_unit_test_setup_teardown(a_change_may_read_the_record_that_it_changes_and_sees_the_old_one, begin, end),
        cmocka_unit_test_setup_teardown(a_list_comes_in_the_order_of_ids, begin, end),
        cmocka_unit_test_setup_teardown(deleting_is_idempotent_and_leaves_the_others, begin, end),
        cmocka_unit_test_setup_teardown(creating_and_deleting_for_ever_takes_no_more_room, begin, end),
        cmocka_unit_test(a_full_store_takes_no_more),
        cmocka_unit_test_setup_teardown(what_a_record_costs_is_at_least_what_it_takes, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
