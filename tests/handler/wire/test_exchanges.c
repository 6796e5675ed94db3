/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "handler/wire/exchanges.h"

static void add(struct exchanges *list, enum exchange_kind kind, int32_t grpc_id, uint64_t id)
{
    struct exchange exchange = {.kind = kind, .grpc_id = grpc_id, .id = id};
    assert_int_equal(buffer_append(&exchange.container_id, "web", 3), 0);
    assert_int_equal(decoded_answer_reserve(&exchange.answer, 1, "a list", NULL), 0);
    assert_int_equal(exchanges_reserve(list), 0);
    exchanges_add(list, &exchange);
}

static void what_is_open_is_found_and_what_has_ended_is_not(void **state)
{
    struct exchanges list = {0};
    (void)state;
    assert_null(exchanges_find(&list, 1));
    add(&list, EXCHANGE_SUBSCRIPTION, 1, 7);
    add(&list, EXCHANGE_CALL, 3, 7);
    add(&list, EXCHANGE_LOOKUP, 9, 8);
    assert_int_equal(exchanges_find(&list, 3)->kind, EXCHANGE_CALL);
    assert_int_equal(exchanges_find(&list, 9)->id, 8);
    assert_null(exchanges_find(&list, 5));
    assert_int_equal(exchanges_find_subscription(&list, 7)->grpc_id, 1);
    assert_null(exchanges_find_subscription(&list, 8));
    exchanges_end(&list, exchanges_find(&list, 3));
    assert_null(exchanges_find(&list, 3));
    exchanges_end(&list, exchanges_find(&list, 1));
    assert_null(exchanges_find_subscription(&list, 7));
    assert_int_equal(exchanges_find(&list, 9)->id, 8);
    exchanges_release(&list);
}

/* Against an array that is simply searched; the list's memory stays within what was open at once. */
static void any_order_of_ends_leaves_the_right_ones(void **state)
{
    enum { OPEN_MAX = 50, ROUNDS = 20000 };
    struct exchanges list = {0};
    struct random random;
    int32_t open[OPEN_MAX];
    size_t count = 0;
    int32_t grpc_id = 1;
    (void)state;
    random_seed(&random, 1);
    for (int round = 0; round < ROUNDS; round++) {
        bool adds = count == 0 || (count < OPEN_MAX && random_below(&random, 2) == 0);
        if (adds) {
            add(&list, EXCHANGE_CALL, grpc_id, (uint64_t)grpc_id);
            open[count++] = grpc_id;
            grpc_id += 2;
        } else {
            size_t picked = (size_t)random_below(&random, count);
            exchanges_end(&list, exchanges_find(&list, open[picked]));
            assert_null(exchanges_find(&list, open[picked]));
            open[picked] = open[--count];
        }
        assert_int_equal(list.live, count);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(exchanges_find(&list, open[i])->id, open[i]);
    }
    assert_true(list.capacity <= 4 * OPEN_MAX);
    exchanges_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_open_is_found_and_what_has_ended_is_not),
        cmocka_unit_test(any_order_of_ends_leaves_the_right_ones),
    };
    return cmocka_run_group_tests_name("handler/wire/exchanges", tests, NULL, NULL);
}
