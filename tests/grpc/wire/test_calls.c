/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that go well, and the ways in which a peer may end one, between our own two ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/time.h"
#include "tests/support/grpc_pair.h"

static int set_up(void **state)
{
    static struct grpc_pair pair;

    grpc_pair_init(&pair, NULL, NULL);
    *state = &pair;
    return 0;
}

static int tear_down(void **state)
{
    grpc_pair_release(*state);
    return 0;
}

static void unary_call_gives_headers_message_and_trailers(void **state)
{
    struct grpc_pair *pair = *state;

    int32_t id = grpc_pair_call(pair, "Echo", "hello", false);
    grpc_pair_server_told(pair, "request 1 /test.Test/Echo \"hello\"");
    assert_int_equal(grpc_server_open_count(pair->server), 1);
    assert_int_equal(grpc_server_send_message(pair->server, id, text_of("hello to you")), 0);
    assert_int_equal(grpc_server_finish(pair->server, id, STATUS_OK, text_of("fine")), 0);
    assert_int_equal(grpc_server_open_count(pair->server), 0);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "settings | headers 1 | message 1 \"hello to you\" | ended 1 trailers OK \"fine\"");
}

static void stream_of_10000_messages_keeps_their_order(void **state)
{
    struct grpc_pair *pair = *state;

    pair->serve = true;
    pair->count_only = true;
    grpc_pair_call(pair, "Count", "10000", true);
    grpc_pair_client_told(pair, "settings | headers 1 | ended 1 trailers OK \"\"");
    assert_int_equal(pair->message_count, 10000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unary_call_gives_headers_message_and_trailers, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stream_of_10000_messages_keeps_their_order, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
