/* SPDX-License-Identifier: Apache-2.0 */
/* The table of streams against a plain list that does everything the slow way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/random.h"
#include "base/time.h"
#include "grpc/wire/streams.h"

enum { IDS = 200, STEPS = 20000, SEEDS = 5 };

struct model {
    struct grpc_stream_node nodes[IDS];
    bool present[IDS];
    int order[IDS]; /* places, by opening */
    int count;
};

static void check(const struct grpc_streams *streams, const struct model *model)
{
    int64_t earliest = TIME_NEVER;
    const struct grpc_stream_node *node = streams->first;

    assert_int_equal(streams->count, model->count);
    for (int i = 0; i < model->count; i++, node = node->next) {
        assert_ptr_equal(node, &model->nodes[model->order[i]]);
        earliest = time_min(earliest, node->deadline_ns);
    }
    assert_null(node);
    assert_true(grpc_streams_deadline_ns(streams) == earliest);
    assert_null(grpc_streams_due(streams, earliest - 1));
    if (earliest != TIME_NEVER)
        assert_true(grpc_streams_due(streams, earliest)->deadline_ns == earliest);
}

static void forget(struct model *model, int place)
{
    int i = 0;

    while (model->order[i] != place)
        i++;
    for (model->count--; i < model->count; i++)
        model->order[i] = model->order[i + 1];
    model->present[place] = false;
}

static void step(struct grpc_streams *streams, struct model *model, struct random *random)
{
    int place = (int)random_below(random, IDS);
    int32_t id = place * 2 + 1;
    struct grpc_stream_node *node = &model->nodes[place];

    assert_ptr_equal(grpc_streams_find(streams, id), model->present[place] ? node : NULL);
    if (!model->present[place]) {
        assert_int_equal(grpc_streams_add(streams, node, id), 0);
        model->present[place] = true;
        model->order[model->count++] = place;
    } else if (random_below(random, 2) == 0) {
        grpc_streams_remove(streams, node);
        forget(model, place);
    } else {
        int64_t deadline_ns = (int64_t)random_below(random, 50);

        grpc_streams_set_deadline(streams, node, deadline_ns < 10 ? TIME_NEVER : deadline_ns);
    }
}

static void table_agrees_with_a_plain_list(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct model model = {.count = 0};
        struct grpc_streams streams;
        struct random random;

        random_seed(&random, seed);
        grpc_streams_init(&streams);
        for (int i = 0; i < STEPS; i++) {
            step(&streams, &model, &random);
            if (i % 16 == 0)
                check(&streams, &model);
        }
        check(&streams, &model);
        grpc_streams_release(&streams);
    }
}

static void equal_deadlines_come_in_the_order_of_their_setting(void **state)
{
    struct grpc_stream_node nodes[3];
    struct grpc_streams streams;

    (void)state;
    grpc_streams_init(&streams);
    for (int i = 0; i < 3; i++)
        assert_int_equal(grpc_streams_add(&streams, &nodes[i], i * 2 + 1), 0);
    for (int i = 2; i >= 0; i--)
        grpc_streams_set_deadline(&streams, &nodes[i], 7);
    for (int i = 2; i >= 0; i--) {
        assert_ptr_equal(grpc_streams_due(&streams, 7), &nodes[i]);
        grpc_streams_set_deadline(&streams, &nodes[i], TIME_NEVER);
    }
    grpc_streams_release(&streams);
}

static void id_that_is_none_is_not_found(void **state)
{
    struct grpc_stream_node node;
    struct grpc_streams streams;

    (void)state;
    grpc_streams_init(&streams);
    assert_null(grpc_streams_find(&streams, 1));
    assert_int_equal(grpc_streams_add(&streams, &node, INT32_MAX), 0);
    assert_ptr_equal(grpc_streams_find(&streams, INT32_MAX), &node);
    assert_null(grpc_streams_find(&streams, 0));
    assert_null(grpc_streams_find(&streams, -1));
    assert_null(grpc_streams_find(&streams, INT32_MIN));
    grpc_streams_release(&streams);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_agrees_with_a_plain_list),
        cmocka_unit_test(equal_deadlines_come_in_the_order_of_their_setting),
        cmocka_unit_test(id_that_is_none_is_not_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
