/* SPDX-License-Identifier: Apache-2.0 */
/* Flow control: nothing stalls that should move, and what should stall does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "tests/support/grpc_pair.h"

enum { WINDOW_2017 = 1048560, STREAM_WINDOW_2017 = 65535 };

static void tiny_windows_do_not_stall_a_stream(void **state)
{
    static const uint32_t windows[] = {1, 2, 7, 100, 16384, 65535};

    (void)state;
    for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++) {
        struct grpc_options options = {.stream_window = windows[i], .connection_window = 65535};
        struct grpc_pair pair;

        grpc_pair_init(&pair, &options, NULL);
        grpc_pair_settle(&pair);
        grpc_pair_forget(&pair);
        pair.serve = true;
        grpc_pair_call(&pair, "Big", "100000", false);
        grpc_pair_call(&pair, "Count", "3", true);
        grpc_pair_client_told(&pair, "headers 1 | message 1 100000 bytes | ended 1 trailers OK \"\" | headers 3 | "
                                     "message 3 \"0\" | message 3 \"1\" | message 3 \"2\" | ended 3 trailers OK \"\"");
        grpc_pair_release(&pair);
    }
}

static void long_stream_moves_on_small_windows_under_both_rules(void **state)
{
    static const enum grpc_credit rules[] = {GRPC_CREDIT_WHEN_READ, GRPC_CREDIT_NEVER_FOR_ABANDONED};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct grpc_options options = {.stream_window = 65535, .connection_window = 65535, .credit = rules[i]};
        struct grpc_pair pair;

        grpc_pair_init(&pair, &options, NULL);
        pair.serve = true;
        pair.count_only = true;
        grpc_pair_call(&pair, "Count", "40000", true);
        assert_int_equal(pair.message_count, 40000);
        /* A message that is larger than both windows gives credit while it is incomplete. */
        grpc_pair_call(&pair, "Big", "1000000", false);
        grpc_pair_client_told(&pair, "settings | headers 1 | ended 1 trailers OK \"\" | "
                                     "headers 3 | ended 3 trailers OK \"\"");
        grpc_pair_release(&pair);
    }
}

/* Queues messages of that size until the pair has come to rest with some of them unsent; returns how many arrived. */
static size_t fill(struct grpc_pair *pair, int32_t id, size_t size, size_t count)
{
    static char bytes[20000];
    size_t before = pair->message_count;

    for (size_t i = 0; i < count; i++)
        assert_int_equal(grpc_server_send_message(pair->server, id, (struct text){bytes, size}), 0);
    grpc_pair_settle(pair);
    return pair->message_count - before;
}

static void what_is_queued_behind_a_half_sent_queue_keeps_its_order(void **state)
{
    struct grpc_options options = {.stream_window = 60};
    struct grpc_pair pair;

    (void)state;
    grpc_pair_init(&pair, &options, NULL);
    int32_t id = grpc_pair_call(&pair, "Echo", "", true);
    pair.stop_reading = true;
    for (char c = 'a'; c <= 'j'; c++)
        assert_int_equal(grpc_server_send_message(pair.server, id, (struct text){&c, 1}), 0);
    assert_int_equal(grpc_server_send_message(pair.server, id, text_of("KLMNO")), 0);
    grpc_pair_settle(&pair);
    assert_int_equal(grpc_server_queued(pair.server, id), 10);
    assert_int_equal(grpc_server_send_message(pair.server, id, text_of("p")), 0);
    pair.stop_reading = false;
    grpc_pair_settle(&pair);
    grpc_pair_client_told(&pair, "settings | headers 1 | message 1 \"a\" | message 1 \"b\" | message 1 \"c\" | "
                                 "message 1 \"d\" | message 1 \"e\" | message 1 \"f\" | message 1 \"g\" | "
                                 "message 1 \"h\" | message 1 \"i\" | message 1 \"j\" | message 1 \"KLMNO\" | "
                                 "message 1 \"p\"");
    grpc_pair_release(&pair);
}

static void abandoned_stream_costs_its_own_window_only(void **state)
{
    struct grpc_options options = {.stream_window = 100000, .connection_window = 100000};
    struct grpc_pair pair;

    (void)state;
    grpc_pair_init(&pair, &options, NULL);
    pair.count_only = true;
    int32_t abandoned = grpc_pair_call(&pair, "Echo", "", true);
    grpc_pair_forget(&pair);
    grpc_client_abandon(pair.client, abandoned);
    assert_int_equal(fill(&pair, abandoned, 995, 300), 0);
    assert_int_equal(grpc_server_queued(pair.server, abandoned), 200 * 1000);
    int32_t other = grpc_pair_call(&pair, "Echo", "", true);
    assert_int_equal(fill(&pair, other, 995, 1000), 1000);
    /* Nobody told the server, and nobody is told when it ends the stream. */
    grpc_pair_server_told(&pair, "request 3 /test.Test/Echo \"\"");
    grpc_pair_client_told(&pair, "headers 3");
    assert_int_equal(grpc_server_reset(pair.server, abandoned, GRPC_HTTP2_CANCEL), 0);
    grpc_pair_settle(&pair);
    grpc_pair_client_told(&pair, "");
    grpc_pair_release(&pair);
}

static void what_waits_to_be_pulled_when_a_stream_is_abandoned_gives_no_credit(void **state)
{
    struct grpc_options options = {.stream_window = 100000, .connection_window = 100000};
    static char bytes[995];
    struct grpc_pair pair;

    (void)state;
    grpc_pair_init(&pair, &options, NULL);
    pair.count_only = true;
    int32_t id = grpc_pair_call(&pair, "Echo", "", true);
    for (int i = 0; i < 300; i++)
        assert_int_equal(grpc_server_send_message(pair.server, id, (struct text){bytes, sizeof(bytes)}), 0);
    assert_int_equal(grpc_server_send(pair.server, &pair.to_client, SIZE_MAX), 0);
    assert_int_equal(grpc_client_receive(pair.client, pair.to_client.bytes, pair.to_client.length, 0), 0);
    buffer_clear(&pair.to_client);
    grpc_client_abandon(pair.client, id);
    grpc_pair_settle(&pair);
    assert_int_equal(pair.message_count, 0);
    assert_int_equal(grpc_server_queued(pair.server, id), 200 * 1000);
    grpc_pair_release(&pair);
}

/* The client of 2017 took one event from each subscription and left it open. Every further event went to all of them,
 * until the connection's window was full of what nobody read. */
static size_t events_until_the_wedge(size_t event_size)
{
    struct grpc_options options = {.stream_window = STREAM_WINDOW_2017,
                                   .connection_window = WINDOW_2017,
                                   .credit = GRPC_CREDIT_NEVER_FOR_ABANDONED};
    static char bytes[100];
    struct grpc_pair pair;
    size_t events = 0;
    bool arrived = true;

    grpc_pair_init(&pair, &options, NULL);
    pair.count_only = true;
    while (arrived) {
        int32_t last = grpc_pair_call(&pair, "Events", "", true);
        size_t before = pair.message_count;

        for (int32_t id = 1; id <= last; id += 2)
            assert_int_equal(grpc_server_send_message(pair.server, id, (struct text){bytes, event_size}), 0);
        grpc_pair_settle(&pair);
        arrived = pair.message_count > before;
        events += arrived;
        grpc_client_abandon(pair.client, last);
    }
    grpc_pair_release(&pair);
    return events;
}

static void abandoned_streams_wedge_the_connection_as_in_2017(void **state)
{
    /* The n-th event goes to n streams, of which one is read: the sum of (n - 1) * (5 + size) fills the window. */
    static const size_t sizes[] = {22, 84};

    (void)state;
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        size_t events = events_until_the_wedge(sizes[i]);
        size_t unread = 0, n = 0;

        while (unread + n * (5 + sizes[i]) <= WINDOW_2017)
            unread += n++ * (5 + sizes[i]);
        assert_in_range(events, n - 2, n + 1);
    }
}

static void cancelled_stream_gives_all_its_credit_back(void **state)
{
    static const enum grpc_credit rules[] = {GRPC_CREDIT_WHEN_READ, GRPC_CREDIT_NEVER_FOR_ABANDONED};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct grpc_options options = {.stream_window = 65535, .connection_window = 65535, .credit = rules[i]};
        struct grpc_pair pair;

        grpc_pair_init(&pair, &options, NULL);
        pair.count_only = true;
        for (int round = 0; round < 20; round++) {
            int32_t id = grpc_pair_call(&pair, "Echo", "", true);
            static char bytes[20000];

            grpc_server_send_message(pair.server, id, (struct text){bytes, sizeof(bytes)});
            grpc_server_send_message(pair.server, id, (struct text){bytes, sizeof(bytes)});
            grpc_server_send_raw(pair.server, id, (struct text){"\0\0\0\0\4ab", 7});
            assert_int_equal(grpc_server_send(pair.server, &pair.to_client, SIZE_MAX), 0);
            assert_int_equal(grpc_client_receive(pair.client, pair.to_client.bytes, pair.to_client.length, pair.now_ns),
                             0);
            buffer_clear(&pair.to_client);
            grpc_client_cancel(pair.client, id);
            grpc_pair_settle(&pair);
        }
        assert_int_equal(pair.message_count, 0);
        int32_t id = grpc_pair_call(&pair, "Echo", "", true);
        assert_int_equal(fill(&pair, id, 995, 1000), 1000);
        grpc_pair_release(&pair);
    }
}

static void stream_that_breaks_framing_gives_all_its_credit_back(void **state)
{
    static const enum grpc_credit rules[] = {GRPC_CREDIT_WHEN_READ, GRPC_CREDIT_NEVER_FOR_ABANDONED};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct grpc_options options = {.stream_window = 65535, .connection_window = 65535, .credit = rules[i]};
        struct grpc_pair pair;
        static char bytes[20000];

        memset(bytes, 1, 1);
        grpc_pair_init(&pair, &options, NULL);
        pair.count_only = true;
        for (int round = 0; round < 20; round++) {
            int32_t id = grpc_pair_call(&pair, "Echo", "", true);

            assert_int_equal(grpc_server_send_raw(pair.server, id, (struct text){bytes, sizeof(bytes)}), 0);
            grpc_pair_settle(&pair);
        }
        int32_t id = grpc_pair_call(&pair, "Echo", "", true);
        assert_int_equal(fill(&pair, id, 995, 1000), 1000);
        grpc_pair_release(&pair);
    }
}

static void server_gives_credit_back_for_requests(void **state)
{
    struct grpc_options options = {.stream_window = 100, .connection_window = 65535};
    static char bytes[200000];
    struct grpc_request request = {.path = text_of("/test.Test/Echo"), .message = {bytes, sizeof(bytes)}};
    struct grpc_pair pair;
    int32_t id;

    (void)state;
    grpc_pair_init(&pair, NULL, &options);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(grpc_client_open(pair.client, &request, 0, &id), 0);
        grpc_pair_settle(&pair);
    }
    grpc_pair_server_told(&pair, "request 1 /test.Test/Echo 200000 bytes | request 3 /test.Test/Echo 200000 bytes | "
                                 "request 5 /test.Test/Echo 200000 bytes");
    grpc_pair_release(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiny_windows_do_not_stall_a_stream),
        cmocka_unit_test(long_stream_moves_on_small_windows_under_both_rules),
        cmocka_unit_test(what_is_queued_behind_a_half_sent_queue_keeps_its_order),
        cmocka_unit_test(abandoned_stream_costs_its_own_window_only),
        cmocka_unit_test(what_waits_to_be_pulled_when_a_stream_is_abandoned_gives_no_credit),
        cmocka_unit_test(abandoned_streams_wedge_the_connection_as_in_2017),
        cmocka_unit_test(cancelled_stream_gives_all_its_credit_back),
        cmocka_unit_test(stream_that_breaks_framing_gives_all_its_credit_back),
        cmocka_unit_test(server_gives_credit_back_for_requests),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
