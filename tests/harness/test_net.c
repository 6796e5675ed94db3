/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/net.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/error.h"

static struct net_connection *connect_one(struct net *net)
{
    net_init(net);
    assert_int_equal(net_dial(net, 7, 0), 0);
    net_find(net, 7)->dialing = false;
    return net_find(net, 7);
}

static void bytes_wait_for_the_other_side_only(void **state)
{
    struct net net;
    struct net_connection *connection = connect_one(&net);
    (void)state;
    buffer_append(net_outbox(connection, NET_HANDLER), "hello", 5);
    net_written(&net, connection, NET_HANDLER, 3);
    assert_true(net_pending(connection, NET_FAKE));
    assert_false(net_pending(connection, NET_HANDLER));
    assert_int_equal(connection->to[NET_FAKE].time_ns, 3);
    net_release(&net);
}

static void the_end_arrives_after_the_bytes(void **state)
{
    struct net net;
    struct net_connection *connection = connect_one(&net);
    (void)state;
    buffer_append(net_outbox(connection, NET_FAKE), "last", 4);
    net_written(&net, connection, NET_FAKE, 0);
    net_close(&net, connection, NET_FAKE, 0);
    assert_true(net_pending(connection, NET_HANDLER));
    assert_int_equal(connection->to[NET_HANDLER].bytes.length, 4);
    buffer_clear(&connection->to[NET_HANDLER].bytes);
    assert_true(net_pending(connection, NET_HANDLER));
    net_close(&net, connection, NET_HANDLER, 0);
    assert_false(net_pending(connection, NET_HANDLER));
    net_release(&net);
}

static void who_closes_hears_nothing_more(void **state)
{
    struct net net;
    struct net_connection *connection = connect_one(&net);
    (void)state;
    net_close(&net, connection, NET_HANDLER, 0);
    buffer_append(net_outbox(connection, NET_FAKE), "late", 4);
    net_written(&net, connection, NET_FAKE, 1);
    assert_false(net_pending(connection, NET_HANDLER));
    assert_int_equal(connection->to[NET_HANDLER].bytes.length, 0);
    assert_true(net_pending(connection, NET_FAKE));
    net_release(&net);
}

static void a_place_is_free_again_when_both_sides_are_done(void **state)
{
    struct net net;
    struct net_connection *connection = connect_one(&net);
    (void)state;
    net_close(&net, connection, NET_HANDLER, 0);
    net_settle(connection);
    assert_non_null(net_find(&net, 7));
    net_close(&net, connection, NET_FAKE, 0);
    net_settle(connection);
    assert_null(net_find(&net, 7));
    net_release(&net);
}

static void who_has_stalled_hears_neither_bytes_nor_the_end(void **state)
{
    struct net net;
    struct net_connection *connection = connect_one(&net);
    (void)state;
    buffer_append(net_outbox(connection, NET_HANDLER), "hello", 5);
    net_written(&net, connection, NET_HANDLER, 0);
    net_stall(connection, NET_FAKE);
    assert_false(net_pending(connection, NET_FAKE));
    buffer_append(net_outbox(connection, NET_HANDLER), "hello", 5);
    net_written(&net, connection, NET_HANDLER, 0);
    assert_int_equal(connection->to[NET_FAKE].bytes.length, 0);
    net_close(&net, connection, NET_HANDLER, 0);
    assert_false(net_pending(connection, NET_FAKE));
    net_settle(connection);
    assert_null(net_find(&net, 7));
    net_release(&net);
}

static void who_waits_at_a_path_is_cut_off_when_it_shows_something_else(void **state)
{
    struct net net;
    struct net_connection *connection = connect_one(&net);
    (void)state;
    connection->waits = true;
    net_stall(connection, NET_FAKE);
    assert_int_equal(net_dial(&net, 8, 0), 0);
    net_show(&net, NET_SERVES, 5);
    assert_int_equal(net.socket, NET_SERVES);
    assert_true(net_pending(connection, NET_HANDLER));
    assert_int_equal(connection->to[NET_HANDLER].time_ns, 5);
    assert_false(net_pending(net_find(&net, 8), NET_HANDLER));
    net_release(&net);
}

static void more_connections_than_there_are_places_are_refused(void **state)
{
    struct net net;
    (void)state;
    net_init(&net);
    for (uint64_t i = 1; i <= NET_CONNECTIONS_MAX; i++)
        assert_int_equal(net_dial(&net, i, 0), 0);
    assert_int_equal(net_dial(&net, NET_CONNECTIONS_MAX + 1, 0), ERROR_LIMIT);
    net_release(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_wait_for_the_other_side_only),
        cmocka_unit_test(the_end_arrives_after_the_bytes),
        cmocka_unit_test(who_closes_hears_nothing_more),
        cmocka_unit_test(a_place_is_free_again_when_both_sides_are_done),
        cmocka_unit_test(who_has_stalled_hears_neither_bytes_nor_the_end),
        cmocka_unit_test(who_waits_at_a_path_is_cut_off_when_it_shows_something_else),
        cmocka_unit_test(more_connections_than_there_are_places_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
