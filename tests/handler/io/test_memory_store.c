/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "handler/io/memory_store.h"

static struct container_record record_of(const char *id, uint32_t pid, const char *message)
{
    struct container_record record = {.id = text_of(id),
                                      .pid = pid,
                                      .created_at_ns = 1,
                                      .started_at_ns = 2,
                                      .finished_at_ns = 3,
                                      .exit_code = -4,
                                      .reason = text_of("Error"),
                                      .message = text_of(message)};
    return record;
}

static struct memory_store *new_store(void)
{
    struct memory_store *store = NULL;
    assert_int_equal(memory_store_new(&store), 0);
    return store;
}

static void put(struct memory_store *store, uint64_t write_id, const char *id, uint32_t pid, const char *message)
{
    char *words = strdup(message);
    struct container_record record = record_of(id, pid, words);
    assert_int_equal(memory_store_put(store, write_id, &record), 0);
    memset(words, '!', strlen(words));
    free(words);
}

static void check_answer(struct memory_store *store, enum monitor_event_kind kind, uint64_t write_id)
{
    struct monitor_event event;
    assert_true(memory_store_next(store, &event));
    assert_int_equal(event.kind, kind);
    assert_true(event.write_id == write_id);
}

static void check_loaded(const struct container_record *record, const char *id, uint32_t pid, const char *message)
{
    assert_true(text_is(record->id, id));
    assert_int_equal(record->pid, pid);
    assert_int_equal(record->created_at_ns, 1);
    assert_int_equal(record->started_at_ns, 2);
    assert_int_equal(record->finished_at_ns, 3);
    assert_int_equal(record->exit_code, -4);
    assert_true(text_is(record->reason, "Error"));
    assert_true(text_is(record->message, message));
}

static void an_empty_store_loads_nothing(void **state)
{
    struct memory_store *store = new_store();
    struct monitor_event event;
    (void)state;
    assert_false(memory_store_next(store, &event));
    assert_int_equal(memory_store_load(store), 0);
    assert_true(memory_store_next(store, &event));
    assert_int_equal(event.kind, MONITOR_STORE_LOADED);
    assert_int_equal(event.record_count, 0);
    assert_false(memory_store_next(store, &event));
    memory_store_free(store);
}

static void what_was_put_is_loaded_in_order_of_ids_with_the_latest_values(void **state)
{
    struct memory_store *store = new_store();
    struct monitor_event event;
    (void)state;
    put(store, 1, "web", 7, "first");
    put(store, 2, "db", 8, "");
    put(store, 3, "web", 9, "a longer second message");
    assert_int_equal(memory_store_load(store), 0);
    check_answer(store, MONITOR_STORE_WRITTEN, 1);
    check_answer(store, MONITOR_STORE_WRITTEN, 2);
    check_answer(store, MONITOR_STORE_WRITTEN, 3);
    assert_true(memory_store_next(store, &event));
    assert_int_equal(event.kind, MONITOR_STORE_LOADED);
    assert_int_equal(event.record_count, 2);
    check_loaded(&event.records[0], "db", 8, "");
    check_loaded(&event.records[1], "web", 9, "a longer second message");
    assert_false(memory_store_next(store, &event));
    memory_store_free(store);
}

static void a_record_that_is_written_over_and_over_takes_no_more_room(void **state)
{
    enum { LENGTH = ARENA_PIECE_MAX, ROUNDS = MEMORY_STORE_BYTES_MAX / LENGTH + 16 };
    struct memory_store *store = new_store();
    char *message = calloc(1, LENGTH + 1);
    (void)state;
    assert_non_null(message);
    memset(message, 'x', LENGTH);
    for (uint64_t i = 1; i <= ROUNDS; i++) {
        put(store, i, "web", 7, message);
        check_answer(store, MONITOR_STORE_WRITTEN, i);
    }
    free(message);
    memory_store_free(store);
}

static void a_record_that_is_too_large_is_not_kept_and_that_is_said(void **state)
{
    static char large[ARENA_PIECE_MAX + 2];
    struct memory_store *store = new_store();
    struct monitor_event event;
    (void)state;
    for (size_t i = 0; i < sizeof large - 1; i++)
        large[i] = 'x';
    put(store, 1, "web", 7, "small");
    put(store, 2, "web", 8, large);
    check_answer(store, MONITOR_STORE_WRITTEN, 1);
    assert_true(memory_store_next(store, &event));
    assert_int_equal(event.kind, MONITOR_STORE_FAILED);
    assert_true(event.write_id == 2);
    assert_true(text_is(event.outcome.text, "a limit is reached"));
    assert_int_equal(memory_store_load(store), 0);
    assert_true(memory_store_next(store, &event));
    assert_int_equal(event.record_count, 1);
    check_loaded(&event.records[0], "web", 7, "small");
    memory_store_free(store);
}

static void what_is_forgotten_is_loaded_no_more(void **state)
{
    static const char *const ids[] = {"web", "nobody"};
    struct memory_store *store = new_store();
    struct monitor_event event;
    (void)state;
    put(store, 1, "web", 7, "first");
    put(store, 2, "db", 8, "second");
    for (uint64_t i = 0; i < 2; i++)
        assert_int_equal(memory_store_forget(store, 3 + i, text_of(ids[i])), 0);
    assert_int_equal(memory_store_load(store), 0);
    for (uint64_t i = 1; i <= 4; i++)
        check_answer(store, MONITOR_STORE_WRITTEN, i);
    assert_true(memory_store_next(store, &event));
    assert_int_equal(event.record_count, 1);
    check_loaded(&event.records[0], "db", 8, "second");
    memory_store_free(store);
}

static void putting_and_forgetting_for_ever_takes_no_more_room(void **state)
{
    enum { LENGTH = ARENA_PIECE_MAX, ROUNDS = MEMORY_STORE_BYTES_MAX / LENGTH + 16 };
    struct memory_store *store = new_store();
    char *message = calloc(1, LENGTH + 1);
    char id[16];
    (void)state;
    assert_non_null(message);
    memset(message, 'x', LENGTH);
    for (uint64_t i = 1; i <= ROUNDS; i++) {
        (void)snprintf(id, sizeof id, "c%u", (unsigned)i);
        put(store, i, id, 7, message);
        check_answer(store, MONITOR_STORE_WRITTEN, i);
        assert_int_equal(memory_store_forget(store, i, text_of(id)), 0);
        check_answer(store, MONITOR_STORE_WRITTEN, i);
    }
    free(message);
    memory_store_free(store);
}

static void records_have_a_limit_that_spares_the_known_ones(void **state)
{
    struct memory_store *store = new_store();
    char id[16];
    (void)state;
    for (uint64_t i = 1; i <= MEMORY_STORE_RECORDS_MAX; i++) {
        (void)snprintf(id, sizeof id, "c%u", (unsigned)i);
        put(store, i, id, 1, "");
        check_answer(store, MONITOR_STORE_WRITTEN, i);
    }
    put(store, 1, "one-too-many", 1, "");
    check_answer(store, MONITOR_STORE_FAILED, 1);
    put(store, 2, "c7", 2, "");
    check_answer(store, MONITOR_STORE_WRITTEN, 2);
    assert_int_equal(memory_store_forget(store, 3, text_of("c9")), 0);
    check_answer(store, MONITOR_STORE_WRITTEN, 3);
    put(store, 4, "one-more", 1, "");
    check_answer(store, MONITOR_STORE_WRITTEN, 4);
    memory_store_free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_store_loads_nothing),
        cmocka_unit_test(what_was_put_is_loaded_in_order_of_ids_with_the_latest_values),
        cmocka_unit_test(a_record_that_is_written_over_and_over_takes_no_more_room),
        cmocka_unit_test(a_record_that_is_too_large_is_not_kept_and_that_is_said),
        cmocka_unit_test(what_is_forgotten_is_loaded_no_more),
        cmocka_unit_test(putting_and_forgetting_for_ever_takes_no_more_room),
        cmocka_unit_test(records_have_a_limit_that_spares_the_known_ones),
    };
    return cmocka_run_group_tests_name("handler/io/memory_store", tests, NULL, NULL);
}
