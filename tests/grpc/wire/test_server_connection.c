/* SPDX-License-Identifier: Apache-2.0 */
/* What a server makes of the connection: breaches of HTTP/2, limits, PING, GOAWAY, its loss. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/time.h"
#include "tests/support/grpc_raw_client.h"

static void breach_of_http2_says_goodbye_and_cancels_what_is_open(void **state)
{
    static const struct {
        uint8_t type;
        int32_t id;
        struct text payload;
        const char *says;
    } rows[] = {
        {FRAME_DATA, 0, {"x", 1}, "GOAWAY 1 PROTOCOL_ERROR"},
        {FRAME_DATA, 9, {"x", 1}, "GOAWAY 1 PROTOCOL_ERROR"},
        {FRAME_SETTINGS, 0, {"x", 1}, "GOAWAY 1 FRAME_SIZE_ERROR"},
        {FRAME_WINDOW_UPDATE, 0, {"\0\0\0\0", 4}, "GOAWAY 1 PROTOCOL_ERROR"},
        {FRAME_WINDOW_UPDATE, 0, {"\x7f\xff\xff\xff", 4}, "GOAWAY 1 FLOW_CONTROL_ERROR"},
        {FRAME_PING, 0, {"short", 5}, "GOAWAY 1 FRAME_SIZE_ERROR"},
        {FRAME_HEADERS, 3, {"\xff\xff\xff\xff\xff\xff", 6}, "GOAWAY 3 COMPRESSION_ERROR"},
        {FRAME_CONTINUATION, 1, {"", 0}, "GOAWAY 1 PROTOCOL_ERROR"},
        {FRAME_RST_STREAM, 9, {"\0\0\0\0", 4}, "GOAWAY 1 PROTOCOL_ERROR"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct raw_client *raw = *state;
        struct grpc_server_event event;

        raw_introduce(raw);
        raw_request(raw, 1);
        assert_int_equal(raw_hand_over(raw), 0);
        raw_assert_event(raw, GRPC_SERVER_REQUEST, 1, &event);
        frames_add(&raw->in, rows[i].type, FLAG_END_HEADERS, rows[i].id, rows[i].payload.bytes, rows[i].payload.length);
        assert_int_equal(raw_hand_over(raw), ERROR_PROTOCOL);
        raw_says(raw, rows[i].says);
        raw_assert_event(raw, GRPC_SERVER_CANCELLED, 1, &event);
        assert_true(event.connection_lost);
        assert_false(grpc_server_next(raw->server, &event));
        assert_true(grpc_server_done(raw->server));
        assert_int_equal(grpc_server_receive(raw->server, "x", 1, 0), ERROR_CLOSED);
        assert_int_equal(grpc_server_ping(raw->server, (const unsigned char *)"12345678"), ERROR_CLOSED);
        raw_tear_down(state);
        raw_set_up(state);
    }
}

static void what_is_no_http2_at_all_is_refused_at_once(void **state)
{
    struct raw_client *raw = *state;

    assert_int_equal(grpc_server_receive(raw->server, "GET / HTTP/1.1\r\n\r\n", 18, 0), ERROR_PROTOCOL);
    assert_true(grpc_server_done(raw->server));
}

static void too_many_resets_lose_the_connection(void **state)
{
    struct raw_client *raw = *state;

    raw_introduce(raw);
    for (int i = 0; i < GRPC_RESETS_BURST_MAX; i++) {
        frames_add_headers(&raw->in, FLAG_NONE, i * 2 + 1, FRAMES_REQUEST);
        frames_add_number(&raw->in, FRAME_RST_STREAM, i * 2 + 1, GRPC_HTTP2_CANCEL);
    }
    assert_int_equal(raw_hand_over(raw), 0);
    raw_says(raw, "");
    /* A hundred a second come back with time. */
    raw->now_ns += TIME_SECOND;
    for (int i = 0; i < GRPC_RESETS_PER_SECOND_MAX; i++) {
        frames_add_headers(&raw->in, FLAG_NONE, 10001 + i * 2, FRAMES_REQUEST);
        frames_add_number(&raw->in, FRAME_RST_STREAM, 10001 + i * 2, GRPC_HTTP2_CANCEL);
    }
    assert_int_equal(raw_hand_over(raw), 0);
    frames_add_headers(&raw->in, FLAG_NONE, 20001, FRAMES_REQUEST);
    frames_add_number(&raw->in, FRAME_RST_STREAM, 20001, GRPC_HTTP2_CANCEL);
    assert_int_equal(raw_hand_over(raw), ERROR_LIMIT);
    raw_says(raw, "GOAWAY 20001 ENHANCE_YOUR_CALM");
}

static void streams_over_the_announced_limit_are_refused(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_options options = {.streams_max = 2};

    grpc_server_free(raw->server);
    assert_int_equal(grpc_server_new(&options, &raw->server), 0);
    /* A client that has not acknowledged the limit may not know it; one that has breaks HTTP/2. */
    for (int32_t id = 1; id <= 5; id += 2)
        raw_request(raw, id);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_says(raw, "SETTINGS {5=16384, 3=2, 4=4194304} | SETTINGS ACK | WINDOW_UPDATE 0 +4128769 | "
                  "RST_STREAM 5 REFUSED_STREAM");
    assert_int_equal(grpc_server_open_count(raw->server), 2);
    frames_add(&raw->in, FRAME_SETTINGS, FLAG_ACK, 0, NULL, 0);
    raw_request(raw, 7);
    assert_int_equal(raw_hand_over(raw), ERROR_PROTOCOL);
    raw_says(raw, "GOAWAY 3 PROTOCOL_ERROR");
}

#define REFUSED ":method: POST\n:scheme: http\n:path: /test.Test/Echo\n:authority: a\ncontent-type: text/plain\n"
#define REFUSAL                                                                                                     \
    "HEADERS 1 {:status: 415, content-type: application/grpc, grpc-status: 13, grpc-message: invalid gRPC request " \
    "content-type \"text/plain\"} END"

/* A request that is refused before it has ended, and one that is read: 40,000 bytes of DATA each. */
static void server_gives_back_what_its_rule_says(void **state)
{
    static const struct {
        enum grpc_credit credit;
        const char *fields;
        const char *says;
    } rows[] = {
        {GRPC_CREDIT_WHEN_READ, FRAMES_REQUEST, "WINDOW_UPDATE 0 +40000 | WINDOW_UPDATE 1 +40000"},
        {GRPC_CREDIT_NEVER_FOR_ABANDONED, FRAMES_REQUEST, "WINDOW_UPDATE 0 +40000 | WINDOW_UPDATE 1 +40000"},
        {GRPC_CREDIT_WHEN_READ, REFUSED,
         REFUSAL " | WINDOW_UPDATE 0 +40000 | WINDOW_UPDATE 1 +40000 | RST_STREAM 1 NO_ERROR"},
        {GRPC_CREDIT_NEVER_FOR_ABANDONED, REFUSED, REFUSAL " | RST_STREAM 1 NO_ERROR"},
    };
    static const char bytes[10000] = "\0\0\1\0\0";

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct raw_client *raw = *state;
        struct grpc_options options = {.stream_window = 65535, .connection_window = 65535, .credit = rows[i].credit};

        grpc_server_free(raw->server);
        assert_int_equal(grpc_server_new(&options, &raw->server), 0);
        frames_add(&raw->in, FRAME_SETTINGS, FLAG_ACK, 0, NULL, 0);
        assert_int_equal(raw_hand_over(raw), 0);
        raw_says(raw, "SETTINGS {5=16384, 3=10000} | SETTINGS ACK");
        frames_add_headers(&raw->in, FLAG_NONE, 1, rows[i].fields);
        for (int j = 0; j < 4; j++)
            frames_add(&raw->in, FRAME_DATA, FLAG_NONE, 1, bytes, sizeof(bytes));
        assert_int_equal(raw_hand_over(raw), 0);
        raw_says(raw, rows[i].says);
        raw_tear_down(state);
        raw_set_up(state);
    }
}

static void ping_is_answered_and_pong_is_told(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_server_event event;

    raw_introduce(raw);
    frames_add(&raw->in, FRAME_PING, FLAG_NONE, 0, "abcdefgh", 8);
    assert_int_equal(grpc_server_ping(raw->server, (const unsigned char *)"12345678"), 0);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_says(raw, "PING 12345678 | PING ACK abcdefgh");
    frames_add(&raw->in, FRAME_PING, FLAG_ACK, 0, "12345678", 8);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_assert_event(raw, GRPC_SERVER_PONG, 0, &event);
    assert_memory_equal(event.ping, "12345678", 8);
}

static void goaway_cancels_what_is_above_its_id_and_the_rest_goes_on(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_server_event event;

    raw_introduce(raw);
    raw_request(raw, 1);
    raw_request(raw, 3);
    assert_int_equal(raw_hand_over(raw), 0);
    assert_int_equal(grpc_server_last_stream_id(raw->server), 3);
    raw_assert_event(raw, GRPC_SERVER_REQUEST, 1, &event);
    raw_assert_event(raw, GRPC_SERVER_REQUEST, 3, &event);
    assert_int_equal(grpc_server_goaway(raw->server, -1, 0), ERROR_INVALID);
    assert_int_equal(grpc_server_goaway(raw->server, 1, GRPC_HTTP2_ENHANCE_YOUR_CALM), 0);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_says(raw, "GOAWAY 1 ENHANCE_YOUR_CALM");
    raw_assert_event(raw, GRPC_SERVER_CANCELLED, 3, &event);
    assert_int_equal(event.http2_code, GRPC_HTTP2_REFUSED_STREAM);
    assert_false(event.connection_lost);
    raw_request(raw, 5);
    assert_int_equal(raw_hand_over(raw), 0);
    assert_false(grpc_server_next(raw->server, &event));
    assert_false(grpc_server_done(raw->server));
    assert_int_equal(grpc_server_finish(raw->server, 1, STATUS_OK, text_of("")), 0);
    assert_int_equal(raw_hand_over(raw), 0);
    assert_true(grpc_server_done(raw->server));
}

static void goaway_with_the_highest_id_refuses_nothing_yet(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_server_event event;

    raw_introduce(raw);
    assert_int_equal(grpc_server_goaway(raw->server, GRPC_STREAM_ID_MAX, 0), 0);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_says(raw, "GOAWAY 2147483647 NO_ERROR");
    raw_request(raw, 1);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_assert_event(raw, GRPC_SERVER_REQUEST, 1, &event);
    assert_false(grpc_server_done(raw->server));
}

static void goaway_that_no_server_may_say_is_sent_behind_what_was_ready_and_changes_nothing(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_server_event event;

    raw_introduce(raw);
    raw_request(raw, 1);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_assert_event(raw, GRPC_SERVER_REQUEST, 1, &event);
    assert_int_equal(grpc_server_ping(raw->server, (const unsigned char *)"12345678"), 0);
    assert_int_equal(grpc_server_goaway_raw(raw->server, 0x7ffffffe, GRPC_HTTP2_CANCEL), 0);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_says(raw, "PING 12345678 | GOAWAY 2147483646 CANCEL");
    raw_request(raw, 3);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_assert_event(raw, GRPC_SERVER_REQUEST, 3, &event);
    grpc_server_lost(raw->server);
    assert_int_equal(grpc_server_goaway_raw(raw->server, 2, 0), ERROR_CLOSED);
}

static void lost_connection_cancels_what_was_told_and_not_finished(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_server_event event;

    raw_introduce(raw);
    raw_request(raw, 1);
    raw_request(raw, 3);
    frames_add_headers(&raw->in, FLAG_NONE, 5, FRAMES_REQUEST);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_assert_event(raw, GRPC_SERVER_REQUEST, 1, &event);
    raw_assert_event(raw, GRPC_SERVER_REQUEST, 3, &event);
    assert_int_equal(grpc_server_finish(raw->server, 3, STATUS_OK, text_of("")), 0);
    grpc_server_lost(raw->server);
    raw_assert_event(raw, GRPC_SERVER_CANCELLED, 1, &event);
    assert_true(event.connection_lost);
    assert_false(grpc_server_next(raw->server, &event));
    assert_int_equal(grpc_server_send_message(raw->server, 1, text_of("")), ERROR_MISSING);
}

int main(void)
{
#define SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, raw_set_up, raw_tear_down)
    const struct CMUnitTest tests[] = {
        SERVER_TEST(breach_of_http2_says_goodbye_and_cancels_what_is_open),
        SERVER_TEST(what_is_no_http2_at_all_is_refused_at_once),
        SERVER_TEST(too_many_resets_lose_the_connection),
        SERVER_TEST(streams_over_the_announced_limit_are_refused),
        SERVER_TEST(server_gives_back_what_its_rule_says),
        SERVER_TEST(ping_is_answered_and_pong_is_told),
        SERVER_TEST(goaway_cancels_what_is_above_its_id_and_the_rest_goes_on),
        SERVER_TEST(goaway_with_the_highest_id_refuses_nothing_yet),
        SERVER_TEST(goaway_that_no_server_may_say_is_sent_behind_what_was_ready_and_changes_nothing),
        SERVER_TEST(lost_connection_cancels_what_was_told_and_not_finished),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
