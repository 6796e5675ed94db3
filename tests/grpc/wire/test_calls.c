/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that go well, deadlines and cancelling, between our own two ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/time.h"
#include "grpc/wire/message.h"
#include "tests/support/grpc_pair.h"
#include "tests/support/grpc_service.h"

static struct grpc_pair the_pair;

static int set_up(void **state)
{
    grpc_pair_init(&the_pair, NULL, NULL);
    grpc_pair_settle(&the_pair);
    grpc_pair_client_told(&the_pair, "settings");
    *state = &the_pair;
    return 0;
}

static int tear_down(void **state)
{
    grpc_pair_release(*state);
    return 0;
}

/* ---- what goes well ---- */

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
    grpc_pair_client_told(pair, "headers 1 | message 1 \"hello to you\" | ended 1 trailers OK \"fine\"");
}

static void stream_of_10000_messages_keeps_their_order(void **state)
{
    struct grpc_pair *pair = *state;
    struct grpc_client_event event;
    long next = 0;

    grpc_pair_call(pair, "Count", "0", true);
    for (int i = 0; i < 10000; i++) {
        unsigned char number[4] = {(unsigned char)(i >> 24), (unsigned char)(i >> 16), (unsigned char)(i >> 8),
                                   (unsigned char)i};

        assert_int_equal(grpc_server_send_message(pair->server, 1, (struct text){(char *)number, 4}), 0);
    }
    assert_int_equal(grpc_server_queued(pair->server, 1), 10000 * 9);
    assert_int_equal(grpc_server_send(pair->server, &pair->to_client, SIZE_MAX), 0);
    assert_int_equal(grpc_server_queued(pair->server, 1), 0);
    /* Nine bytes a message, so more than a thousand to a frame: the frames' headers are few. */
    assert_true(pair->to_client.length < 10000 * 9 + 200);
    assert_int_equal(grpc_client_receive(pair->client, pair->to_client.bytes, pair->to_client.length, 0), 0);
    while (grpc_client_next(pair->client, &event)) {
        const unsigned char *number = (const unsigned char *)event.message.bytes;

        if (event.kind != GRPC_CLIENT_MESSAGE)
            continue;
        assert_int_equal(number[0] << 24 | number[1] << 16 | number[2] << 8 | number[3], next);
        next++;
    }
    assert_int_equal(next, 10000);
    buffer_clear(&pair->to_client);
}

static void every_chunk_size_gives_the_same_events(void **state)
{
    static const size_t chunks[] = {1, 2, 3, 5, 7, 9, 10, 13, 100, 1000, 16384, 16393};

    (void)state;
    for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
        struct grpc_pair pair;

        grpc_pair_init(&pair, NULL, NULL);
        pair.chunk = chunks[i];
        pair.serve = true;
        grpc_pair_call(&pair, "Count", "4", true);
        grpc_pair_call(&pair, "Fail", "5 gone", false);
        grpc_pair_client_told(&pair, "settings | headers 1 | message 1 \"0\" | message 1 \"1\" | message 1 \"2\" | "
                                     "message 1 \"3\" | ended 1 trailers OK \"\" | "
                                     "ended 3 trailers-only NOT_FOUND \"gone\"");
        grpc_pair_release(&pair);
    }
}

static void error_without_a_message_is_trailers_only_and_its_text_survives(void **state)
{
    struct grpc_pair *pair = *state;

    pair->serve = true;
    grpc_pair_call(pair, "Fail", "9 100 % gr\xc3\xb6\xc3\x9f", false);
    grpc_pair_client_told(pair, "ended 1 trailers-only FAILED_PRECONDITION \"100 % gr\xc3\xb6\xc3\x9f\"");
}

static void long_status_text_is_cut_at_a_whole_character(void **state)
{
    struct grpc_pair *pair = *state;
    struct grpc_client_event event;
    char *text = malloc(GRPC_STATUS_TEXT_MAX + 2);

    assert_non_null(text);
    memset(text, 'x', GRPC_STATUS_TEXT_MAX + 2);
    memcpy(text + GRPC_STATUS_TEXT_MAX - 1, "\xc3\xb6", 2);
    int32_t id = grpc_pair_call(pair, "Echo", "", false);
    assert_int_equal(
        grpc_server_finish(pair->server, id, STATUS_ABORTED, (struct text){text, GRPC_STATUS_TEXT_MAX + 2}), 0);
    free(text);
    assert_int_equal(grpc_server_send(pair->server, &pair->to_client, SIZE_MAX), 0);
    assert_int_equal(grpc_client_receive(pair->client, pair->to_client.bytes, pair->to_client.length, 0), 0);
    assert_true(grpc_client_next(pair->client, &event));
    assert_int_equal(event.text.length, GRPC_STATUS_TEXT_MAX - 1);
    buffer_clear(&pair->to_client);
}

static void headers_alone_can_be_sent_before_the_first_message(void **state)
{
    struct grpc_pair *pair = *state;

    int32_t id = grpc_pair_call(pair, "Echo", "", true);
    assert_int_equal(grpc_server_send_headers(pair->server, id), 0);
    assert_int_equal(grpc_server_send_headers(pair->server, id), ERROR_EXISTS);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "headers 1");
    assert_int_equal(grpc_server_finish(pair->server, id, STATUS_OK, text_of("")), 0);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "ended 1 trailers OK \"\"");
}

static void metadata_and_timeout_reach_the_service(void **state)
{
    struct grpc_pair *pair = *state;
    const struct grpc_metadata metadata[] = {{text_of("containerd-namespace"), text_of("moby")}};
    struct grpc_request request = {.path = text_of("/test.Test/Metadata"),
                                   .metadata = metadata,
                                   .metadata_count = 1,
                                   .timeout_ns = 20 * TIME_SECOND,
                                   .message = text_of("containerd-namespace")};
    int32_t id;

    pair->serve = true;
    assert_int_equal(grpc_client_open(pair->client, &request, pair->now_ns, &id), 0);
    request.path = text_of("/test.Test/Timeout");
    assert_int_equal(grpc_client_open(pair->client, &request, pair->now_ns, &id), 0);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "headers 1 | headers 3 | message 1 \"moby\" | ended 1 trailers OK \"\" | "
                                "message 3 \"20000000000\" | ended 3 trailers OK \"\"");
}

static void message_of_16_mib_goes_through_and_one_byte_more_does_not(void **state)
{
    struct grpc_pair *pair = *state;

    pair->serve = true;
    grpc_pair_call(pair, "Big", "16777216", false);
    grpc_pair_client_told(pair, "headers 1 | message 1 16777216 bytes | ended 1 trailers OK \"\"");
    grpc_pair_call(pair, "Big", "16777217", false);
    grpc_pair_client_told(pair, "headers 3 | ended 3 too-large RESOURCE_EXHAUSTED "
                                "\"grpc: received message larger than max (16777217 vs. 16777216)\"");
}

static void request_of_16_mib_goes_through_and_one_byte_more_does_not(void **state)
{
    struct grpc_pair *pair = *state;
    char *bytes = calloc(1, GRPC_MESSAGE_MAX + 1);
    struct grpc_request request = {.path = text_of("/test.Test/Echo"), .message = {bytes, GRPC_MESSAGE_MAX}};
    int32_t id;

    assert_non_null(bytes);
    assert_int_equal(grpc_client_open(pair->client, &request, 0, &id), 0);
    request.message.length++;
    assert_int_equal(grpc_client_open(pair->client, &request, 0, &id), 0);
    free(bytes);
    grpc_pair_settle(pair);
    grpc_pair_server_told(pair, "request 1 /test.Test/Echo 16777216 bytes");
    grpc_pair_client_told(pair, "ended 3 trailers-only RESOURCE_EXHAUSTED "
                                "\"grpc: received message larger than max (16777217 vs. 16777216)\"");
    /* What the second still had to send was stopped, and the connection goes on. */
    assert_int_equal(grpc_pair_call(pair, "Echo", "more", false), 5);
    grpc_pair_server_told(pair, "request 5 /test.Test/Echo \"more\"");
}

/* ---- deadlines and cancelling ---- */

static int32_t call_with_timeout(struct grpc_pair *pair, int64_t timeout_ns)
{
    struct grpc_request request = {.path = text_of("/test.Test/Hang"), .streaming = true, .timeout_ns = timeout_ns};
    int32_t id;

    assert_int_equal(grpc_client_open(pair->client, &request, pair->now_ns, &id), 0);
    grpc_pair_settle(pair);
    return id;
}

static void deadline_ends_the_call_on_the_clients_own_clock(void **state)
{
    struct grpc_pair *pair = *state;

    assert_true(grpc_client_deadline_ns(pair->client) == TIME_NEVER);
    call_with_timeout(pair, TIME_SECOND);
    assert_true(grpc_client_deadline_ns(pair->client) == pair->now_ns + TIME_SECOND);
    grpc_pair_forget(pair);
    assert_int_equal(grpc_client_tick(pair->client, pair->now_ns + TIME_SECOND - 1), 0);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "");
    assert_int_equal(grpc_client_tick(pair->client, pair->now_ns + TIME_SECOND), 0);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "ended 1 deadline DEADLINE_EXCEEDED \"context deadline exceeded\"");
    grpc_pair_server_told(pair, "cancelled 1 CANCEL");
    assert_true(grpc_client_deadline_ns(pair->client) == TIME_NEVER);
    assert_true(grpc_server_deadline_ns(pair->server) == TIME_NEVER);
}

static void deadline_is_told_to_the_service_once(void **state)
{
    struct grpc_pair *pair = *state;

    int32_t id = call_with_timeout(pair, TIME_SECOND);
    grpc_pair_forget(pair);
    grpc_server_tick(pair->server, pair->now_ns + TIME_SECOND - 1);
    grpc_server_tick(pair->server, pair->now_ns + TIME_SECOND);
    grpc_server_tick(pair->server, pair->now_ns + 2 * TIME_SECOND);
    grpc_pair_settle(pair);
    grpc_pair_server_told(pair, "deadline 1");
    assert_int_equal(grpc_server_finish(pair->server, id, STATUS_DEADLINE_EXCEEDED, text_of("too late")), 0);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "ended 1 trailers-only DEADLINE_EXCEEDED \"too late\"");
}

static void deadline_that_the_answer_overtakes_is_not_told(void **state)
{
    struct grpc_pair *pair = *state;

    int32_t id = call_with_timeout(pair, TIME_SECOND);
    grpc_pair_forget(pair);
    grpc_server_tick(pair->server, pair->now_ns + TIME_SECOND);
    assert_int_equal(grpc_server_finish(pair->server, id, STATUS_OK, text_of("")), 0);
    grpc_pair_settle(pair);
    grpc_pair_server_told(pair, "");
}

static void timeout_in_the_past_ends_at_the_next_tick(void **state)
{
    struct grpc_pair *pair = *state;

    call_with_timeout(pair, -1);
    grpc_pair_forget(pair);
    grpc_pair_pass(pair, 0);
    grpc_pair_client_told(pair, "ended 1 deadline DEADLINE_EXCEEDED \"context deadline exceeded\"");
}

static void cancelled_stream_tells_nothing_more_and_the_server_hears_of_it(void **state)
{
    struct grpc_pair *pair = *state;

    int32_t id = grpc_pair_call(pair, "Echo", "", true);
    assert_int_equal(grpc_server_send_message(pair->server, id, text_of("on its way")), 0);
    grpc_server_send(pair->server, &pair->to_client, SIZE_MAX);
    assert_int_equal(grpc_client_receive(pair->client, pair->to_client.bytes, pair->to_client.length, 0), 0);
    buffer_clear(&pair->to_client);
    grpc_pair_forget(pair);
    grpc_client_cancel(pair->client, id);
    grpc_client_cancel(pair->client, id);
    grpc_client_cancel(pair->client, 77);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "");
    grpc_pair_server_told(pair, "cancelled 1 CANCEL");
    assert_int_equal(grpc_server_open_count(pair->server), 0);
    assert_int_equal(grpc_server_send_message(pair->server, id, text_of("")), ERROR_MISSING);
    assert_int_equal(grpc_server_finish(pair->server, id, STATUS_OK, text_of("")), ERROR_MISSING);
    assert_int_equal(grpc_server_reset(pair->server, id, 0), ERROR_MISSING);
}

static void finished_stream_takes_no_more_answers(void **state)
{
    struct grpc_pair *pair = *state;

    int32_t id = grpc_pair_call(pair, "Echo", "", true);
    assert_int_equal(grpc_server_finish(pair->server, id, STATUS_OK, text_of("")), 0);
    assert_int_equal(grpc_server_send_message(pair->server, id, text_of("")), ERROR_CLOSED);
    assert_int_equal(grpc_server_finish(pair->server, id, STATUS_OK, text_of("")), ERROR_CLOSED);
}

int main(void)
{
#define CALL_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CALL_TEST(unary_call_gives_headers_message_and_trailers),
        CALL_TEST(stream_of_10000_messages_keeps_their_order),
        cmocka_unit_test(every_chunk_size_gives_the_same_events),
        CALL_TEST(error_without_a_message_is_trailers_only_and_its_text_survives),
        CALL_TEST(long_status_text_is_cut_at_a_whole_character),
        CALL_TEST(headers_alone_can_be_sent_before_the_first_message),
        CALL_TEST(metadata_and_timeout_reach_the_service),
        CALL_TEST(message_of_16_mib_goes_through_and_one_byte_more_does_not),
        CALL_TEST(request_of_16_mib_goes_through_and_one_byte_more_does_not),
        CALL_TEST(deadline_ends_the_call_on_the_clients_own_clock),
        CALL_TEST(deadline_is_told_to_the_service_once),
        CALL_TEST(deadline_that_the_answer_overtakes_is_not_told),
        CALL_TEST(timeout_in_the_past_ends_at_the_next_tick),
        CALL_TEST(cancelled_stream_tells_nothing_more_and_the_server_hears_of_it),
        CALL_TEST(finished_stream_takes_no_more_answers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
