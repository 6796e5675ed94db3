/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/error.h"
#include "handler/io/asks.h"

static int add(struct asks *asks, uint64_t id)
{
    char name[32];
    (void)snprintf(name, sizeof name, "web-%u", (unsigned)id);
    const struct operation operation = {.id = id, .kind = OPERATION_STOP, .container_id = text_of(name)};
    return asks_add(asks, MONITOR_OPERATION, &operation);
}

static void check_next(struct asks *asks, uint64_t id)
{
    struct monitor_event event;
    char name[32];
    (void)snprintf(name, sizeof name, "web-%u", (unsigned)id);
    assert_true(asks_next(asks, &event));
    assert_int_equal(event.kind, MONITOR_OPERATION);
    assert_int_equal(event.operation.kind, OPERATION_STOP);
    assert_true(event.operation.id == id);
    assert_true(text_is(event.operation.container_id, name));
}

static void they_come_out_in_their_order_with_texts_of_their_own(void **state)
{
    struct asks asks = {0};
    struct monitor_event event;
    const struct operation abandoned = {.id = 3};
    uint64_t heard = 0;
    (void)state;
    assert_false(asks_next(&asks, &event));
    for (uint64_t id = 1; id <= 50; id++) {
        assert_int_equal(add(&asks, id), 0);
        if (id % 3 == 0)
            check_next(&asks, ++heard);
    }
    while (heard < 50)
        check_next(&asks, ++heard);
    assert_int_equal(asks_add(&asks, MONITOR_ABANDONED, &abandoned), 0);
    assert_true(asks_next(&asks, &event));
    assert_int_equal(event.kind, MONITOR_ABANDONED);
    assert_true(event.operation.id == 3);
    assert_false(asks_next(&asks, &event));
    assert_int_equal(add(&asks, 51), 0);
    asks_release(&asks);
}

static void too_many_that_wait_are_refused_until_one_is_heard(void **state)
{
    struct asks asks = {0};
    uint64_t id = 0;
    (void)state;
    while (id < 2 * MONITOR_OPERATIONS_MAX)
        assert_int_equal(add(&asks, ++id), 0);
    assert_int_equal(add(&asks, id + 1), ERROR_LIMIT);
    check_next(&asks, 1);
    assert_int_equal(add(&asks, id + 1), 0);
    assert_int_equal(add(&asks, id + 2), ERROR_LIMIT);
    asks_release(&asks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_come_out_in_their_order_with_texts_of_their_own),
        cmocka_unit_test(too_many_that_wait_are_refused_until_one_is_heard),
    };
    return cmocka_run_group_tests_name("handler/io/asks", tests, NULL, NULL);
}
