/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"
#include "handler/wire/queue.h"

static void add(struct queue *queue, enum monitor_event_kind kind, uint64_t connection_id, uint64_t id)
{
    struct queued_event event = {.kind = kind, .connection_id = connection_id, .stream_id = id, .call_id = id};
    assert_int_equal(queue_reserve(queue), 0);
    queue_add(queue, &event);
}

static void check_next(struct queue *queue, enum monitor_event_kind kind, uint64_t id)
{
    struct queued_event event;
    assert_true(queue_take(queue, &event));
    assert_int_equal(event.kind, kind);
    assert_int_equal(event.call_id, id);
}

static void check_empty(struct queue *queue)
{
    struct queued_event event;
    assert_false(queue_take(queue, &event));
    queue_release(queue);
}

static void events_come_out_in_their_order(void **state)
{
    struct queue queue = {0};
    uint64_t taken = 0;
    (void)state;
    for (uint64_t added = 0; added < 1000; added++) {
        add(&queue, MONITOR_REPLY, 1, added);
        if (added % 3 != 0)
            check_next(&queue, MONITOR_REPLY, taken++);
    }
    while (taken < 1000)
        check_next(&queue, MONITOR_REPLY, taken++);
    check_empty(&queue);
}

static void what_belongs_to_a_stream_or_a_connection_can_be_dropped(void **state)
{
    struct queue queue = {0};
    (void)state;
    add(&queue, MONITOR_CONNECTION_UP, 1, 0);
    add(&queue, MONITOR_STREAM_OPENED, 2, 5);
    add(&queue, MONITOR_REPLY, 2, 5);
    add(&queue, MONITOR_STREAM_ENDED, 2, 5);
    add(&queue, MONITOR_STREAM_OPENED, 2, 6);
    add(&queue, MONITOR_REPLY, 1, 7);
    check_next(&queue, MONITOR_CONNECTION_UP, 0);
    queue_drop_stream(&queue, 5);
    check_next(&queue, MONITOR_REPLY, 5);
    queue_drop_connection(&queue, 2);
    check_next(&queue, MONITOR_REPLY, 7);
    check_empty(&queue);
}

static void a_queue_is_full_at_its_limit_and_not_before(void **state)
{
    struct queue queue = {0};
    (void)state;
    for (uint64_t i = 0; i < QUEUE_EVENTS_MAX; i++)
        add(&queue, MONITOR_REPLY, 1, i);
    assert_int_equal(queue_reserve(&queue), ERROR_LIMIT);
    check_next(&queue, MONITOR_REPLY, 0);
    add(&queue, MONITOR_REPLY, 1, QUEUE_EVENTS_MAX);
    assert_int_equal(queue_reserve(&queue), ERROR_LIMIT);
    check_next(&queue, MONITOR_REPLY, 1);
    queue_release(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_come_out_in_their_order),
        cmocka_unit_test(what_belongs_to_a_stream_or_a_connection_can_be_dropped),
        cmocka_unit_test(a_queue_is_full_at_its_limit_and_not_before),
    };
    return cmocka_run_group_tests_name("handler/wire/queue", tests, NULL, NULL);
}
