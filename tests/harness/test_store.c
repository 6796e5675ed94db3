/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct container_record record_of(const char *id, uint32_t pid)
{
    struct container_record record = {.id = text_of(id), .pid = pid, .reason = text_of("because")};
    return record;
}

static void a_write_takes_effect_when_it_is_answered(void **state)
{
    struct store store;
    struct container_record record = record_of("web", 1);
    uint64_t write_id;
    (void)state;
    store_init(&store);
    assert_int_equal(store_ask(&store, 5, &record, 1, 0), 0);
    assert_int_equal(store.record_count, 0);
    assert_int_equal(store_answer(&store, &write_id), 0);
    assert_int_equal(write_id, 5);
    assert_int_equal(store.record_count, 1);
    assert_true(text_is(store.records[0].id, "web"));
    assert_true(text_is(store.records[0].reason, "because"));
    store_release(&store);
}

static void answers_come_in_the_order_of_the_requests(void **state)
{
    struct store store;
    struct container_record first = record_of("web", 1);
    struct container_record second = record_of("web", 2);
    uint64_t write_id;
    (void)state;
    store_init(&store);
    assert_int_equal(store_ask(&store, 1, &first, 1, 0), 0);
    assert_int_equal(store_ask(&store, 0, NULL, 2, 0), 0);
    assert_int_equal(store_ask(&store, 2, &second, 3, 0), 0);
    assert_int_equal(store_answer(&store, &write_id), 0);
    assert_int_equal(write_id, 1);
    assert_int_equal(store_answer(&store, &write_id), 0);
    assert_int_equal(write_id, 0);
    assert_int_equal(store.records[0].pid, 1);
    assert_int_equal(store_answer(&store, &write_id), 0);
    assert_int_equal(store.record_count, 1);
    assert_int_equal(store.records[0].pid, 2);
    store_release(&store);
}

static void what_is_forgotten_goes_alone_and_when_it_is_answered(void **state)
{
    static const char *const forgotten[] = {"db", "nobody", "web"};
    static const size_t left[] = {2, 2, 1};
    struct store store;
    uint64_t write_id;
    (void)state;
    store_init(&store);
    for (uint32_t i = 0; i < 3; i++) {
        struct container_record record = record_of((const char *[]){"web", "db", "log"}[i], i);
        assert_int_equal(store_set(&store, &record), 0);
    }
    for (size_t i = 0; i < 3; i++) {
        size_t before = store.record_count;
        char id[8];
        (void)strcpy(id, forgotten[i]);
        assert_int_equal(store_ask_forget(&store, 4 + i, text_of(id), 1, 0), 0);
        id[0] = '!';
        assert_int_equal(store.record_count, before);
        assert_int_equal(store_answer(&store, &write_id), 0);
        assert_int_equal(write_id, 4 + i);
        assert_int_equal(store.record_count, left[i]);
    }
    assert_true(text_is(store.records[0].id, "log"));
    store_release(&store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_write_takes_effect_when_it_is_answered),
        cmocka_unit_test(answers_come_in_the_order_of_the_requests),
        cmocka_unit_test(what_is_forgotten_goes_alone_and_when_it_is_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
