/* SPDX-License-Identifier: Apache-2.0 */
/* What a client refuses, and what it makes of GOAWAY, PING and the loss of its connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/time.h"
#include "tests/support/grpc_frames.h"
#include "tests/support/grpc_pair.h"

static struct grpc_pair the_pair;

static int set_up(void **state)
{
    grpc_pair_init(&the_pair, NULL, NULL);
    grpc_pair_settle(&the_pair);
    grpc_pair_forget(&the_pair);
    *state = &the_pair;
    return 0;
}

static int tear_down(void **state)
{
    grpc_pair_release(*state);
    return 0;
}

static int open_stream(struct grpc_pair *pair, int32_t *ret_id)
{
    struct grpc_request request = {.path = text_of("/test.Test/Echo"), .streaming = true};

    return grpc_client_open(pair->client, &request, pair->now_ns, ret_id);
}

/* ---- what is refused ---- */

static void request_that_http2_cannot_carry_is_refused(void **state)
{
    static const struct {
        const char *path, *name, *value;
        int code;
    } rows[] = {
        {"/a/b", "name", "value", 0},
        {"", "name", "value", ERROR_INVALID},
        {"a/b", "name", "value", ERROR_INVALID},
        {"/a\n", "name", "value", ERROR_INVALID},
        {"/a/b", "Name", "value", ERROR_INVALID},
        {"/a/b", "", "value", ERROR_INVALID},
        {"/a/b", ":path", "/c/d", ERROR_INVALID},
        {"/a/b", "na me", "value", ERROR_INVALID},
        {"/a/b", "name", "a\r\nb: c", ERROR_INVALID},
    };
    struct grpc_pair *pair = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct grpc_metadata metadata[] = {{text_of(rows[i].name), text_of(rows[i].value)}};
        struct grpc_request request = {.path = text_of(rows[i].path), .metadata = metadata, .metadata_count = 1};
        int32_t id;

        assert_int_equal(grpc_client_open(pair->client, &request, 0, &id), rows[i].code);
    }
}

static void metadata_has_its_limits(void **state)
{
    struct grpc_pair *pair = *state;
    static char value[GRPC_METADATA_BYTES_MAX];
    struct grpc_metadata metadata[GRPC_METADATA_COUNT_MAX];
    struct grpc_request request = {.path = text_of("/a/b"), .metadata = metadata};
    int32_t id;

    memset(value, 'v', sizeof(value));
    for (size_t i = 0; i < GRPC_METADATA_COUNT_MAX; i++)
        metadata[i] = (struct grpc_metadata){text_of("x"), text_of("y")};
    request.metadata_count = GRPC_METADATA_COUNT_MAX - 8;
    assert_int_equal(grpc_client_open(pair->client, &request, 0, &id), 0);
    request.metadata_count = GRPC_METADATA_COUNT_MAX - 7;
    assert_int_equal(grpc_client_open(pair->client, &request, 0, &id), ERROR_LIMIT);
    metadata[0].value = (struct text){value, sizeof(value)};
    request.metadata_count = 1;
    assert_int_equal(grpc_client_open(pair->client, &request, 0, &id), ERROR_LIMIT);
    grpc_pair_settle(pair);
    assert_int_equal(pair->client_code, 0);
}

static void streams_have_their_limit(void **state)
{
    struct grpc_pair pair;
    struct grpc_options options = {.streams_max = 2};
    int32_t id;

    (void)state;
    grpc_pair_init(&pair, &options, NULL);
    assert_int_equal(open_stream(&pair, &id), 0);
    assert_int_equal(open_stream(&pair, &id), 0);
    assert_int_equal(open_stream(&pair, &id), ERROR_LIMIT);
    grpc_client_cancel(pair.client, id);
    assert_int_equal(open_stream(&pair, &id), 0);
    grpc_pair_release(&pair);
}

static void abandoned_stream_that_has_ended_is_forgotten(void **state)
{
    struct grpc_pair pair;
    struct grpc_options options = {.streams_max = 1};
    int32_t id;

    (void)state;
    grpc_pair_init(&pair, &options, NULL);
    assert_int_equal(open_stream(&pair, &id), 0);
    grpc_pair_settle(&pair);
    assert_int_equal(grpc_server_finish(pair.server, id, STATUS_OK, text_of("")), 0);
    assert_int_equal(grpc_server_send(pair.server, &pair.to_client, SIZE_MAX), 0);
    assert_int_equal(grpc_client_receive(pair.client, pair.to_client.bytes, pair.to_client.length, 0), 0);
    buffer_clear(&pair.to_client);
    grpc_client_abandon(pair.client, id);
    assert_int_equal(open_stream(&pair, &id), 0);
    grpc_pair_release(&pair);
}

static void streams_over_the_servers_limit_wait_and_may_be_cancelled(void **state)
{
    struct grpc_pair pair;
    struct grpc_options options = {.streams_max = 1};
    int32_t ids[3];

    (void)state;
    grpc_pair_init(&pair, NULL, &options);
    grpc_pair_settle(&pair);
    for (int i = 0; i < 3; i++)
        assert_int_equal(open_stream(&pair, &ids[i]), 0);
    grpc_pair_settle(&pair);
    grpc_pair_server_told(&pair, "request 1 /test.Test/Echo \"\"");
    grpc_client_cancel(pair.client, ids[1]);
    assert_int_equal(grpc_server_finish(pair.server, ids[0], STATUS_OK, text_of("")), 0);
    grpc_pair_settle(&pair);
    grpc_pair_server_told(&pair, "request 5 /test.Test/Echo \"\"");
    grpc_pair_client_told(&pair, "settings | ended 1 trailers-only OK \"\"");
    grpc_pair_release(&pair);
}

static void header_block_over_the_limit_ends_the_stream(void **state)
{
    struct grpc_pair *pair = *state;
    struct buffer frame = BUFFER_INIT;
    char lines[4096] = ":status: 200\ncontent-type: application/grpc\n";
    int32_t id;

    while (strlen(lines) < sizeof(lines) - 8)
        strcat(lines, "x: y\n");
    assert_int_equal(open_stream(pair, &id), 0);
    grpc_pair_settle(pair);
    frames_add_headers(&frame, FLAG_NONE, id, lines);
    assert_int_equal(buffer_append_text(&pair->to_client, buffer_text(&frame)), 0);
    buffer_release(&frame);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair,
                          "ended 1 protocol INTERNAL \"the peer broke HTTP/2 on this stream: ENHANCE_YOUR_CALM\"");
    grpc_pair_server_told(pair, "request 1 /test.Test/Echo \"\" | cancelled 1 ENHANCE_YOUR_CALM");
}

/* ---- SETTINGS, GOAWAY, PING, loss ---- */

static void only_the_first_settings_are_told(void **state)
{
    struct grpc_pair *pair = *state;
    struct buffer frame = BUFFER_INIT;
    struct grpc_client_event event;

    frames_add(&frame, FRAME_SETTINGS, FLAG_NONE, 0, NULL, 0);
    assert_int_equal(grpc_client_receive(pair->client, frame.bytes, frame.length, 0), 0);
    buffer_release(&frame);
    assert_false(grpc_client_next(pair->client, &event));
}

static void goaway_ends_what_is_above_its_id_and_the_rest_goes_on(void **state)
{
    struct grpc_pair *pair = *state;
    int32_t ids[3];

    for (int i = 0; i < 3; i++)
        assert_int_equal(open_stream(pair, &ids[i]), 0);
    grpc_pair_settle(pair);
    grpc_pair_forget(pair);
    assert_int_equal(grpc_server_goaway(pair->server, ids[0], GRPC_HTTP2_NO_ERROR), 0);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair,
                          "goaway 1 NO_ERROR | ended 3 goaway UNAVAILABLE \"the server stops accepting new RPCs\" | "
                          "ended 5 goaway UNAVAILABLE \"the server stops accepting new RPCs\"");
    assert_int_equal(open_stream(pair, &ids[1]), ERROR_REFUSED);
    assert_false(grpc_client_done(pair->client));
    assert_int_equal(grpc_server_send_message(pair->server, ids[0], text_of("still here")), 0);
    assert_int_equal(grpc_server_finish(pair->server, ids[0], STATUS_OK, text_of("")), 0);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "headers 1 | message 1 \"still here\" | ended 1 trailers OK \"\"");
    assert_true(grpc_client_done(pair->client));
    assert_int_equal(pair->client_code, 0);
}

static void request_that_waits_when_goaway_comes_was_surely_not_processed(void **state)
{
    struct grpc_pair pair;
    struct grpc_options options = {.streams_max = 1};
    int32_t ids[2];

    (void)state;
    grpc_pair_init(&pair, NULL, &options);
    grpc_pair_settle(&pair);
    for (int i = 0; i < 2; i++)
        assert_int_equal(open_stream(&pair, &ids[i]), 0);
    grpc_pair_settle(&pair);
    grpc_pair_forget(&pair);
    assert_int_equal(grpc_server_goaway(pair.server, GRPC_STREAM_ID_MAX, GRPC_HTTP2_NO_ERROR), 0);
    grpc_pair_settle(&pair);
    assert_int_equal(grpc_server_finish(pair.server, ids[0], STATUS_OK, text_of("")), 0);
    grpc_pair_settle(&pair);
    grpc_pair_client_told(&pair, "goaway 2147483647 NO_ERROR | ended 1 trailers-only OK \"\" | "
                                 "ended 3 goaway UNAVAILABLE \"the server stops accepting new RPCs\"");
    grpc_pair_release(&pair);
}

static void goaway_of_the_client_lets_open_streams_finish(void **state)
{
    struct grpc_pair *pair = *state;
    int32_t id;

    assert_int_equal(open_stream(pair, &id), 0);
    grpc_pair_settle(pair);
    grpc_client_goaway(pair->client);
    grpc_client_goaway(pair->client);
    assert_int_equal(open_stream(pair, &id), ERROR_REFUSED);
    grpc_pair_settle(pair);
    grpc_pair_server_told(pair, "request 1 /test.Test/Echo \"\" | goaway NO_ERROR");
    assert_int_equal(grpc_server_finish(pair->server, id, STATUS_OK, text_of("")), 0);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "ended 1 trailers-only OK \"\"");
    assert_true(grpc_client_done(pair->client));
    assert_true(grpc_server_done(pair->server));
}

static void ping_that_is_answered_is_told(void **state)
{
    struct grpc_pair *pair = *state;

    assert_int_equal(grpc_client_ping(pair->client, (const unsigned char *)"12345678", 0), 0);
    assert_int_equal(grpc_client_ping(pair->client, (const unsigned char *)"23456789", 0), 0);
    assert_int_equal(grpc_server_ping(pair->server, (const unsigned char *)"abcdefgh"), 0);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "pong 12345678 | pong 23456789");
    grpc_pair_server_told(pair, "pong abcdefgh");
}

static void ping_that_is_not_answered_in_time_loses_the_connection(void **state)
{
    struct grpc_pair pair;
    struct grpc_options options = {.ping_timeout_ns = TIME_SECOND};
    const unsigned char bytes[8] = "12345678";
    int32_t id;

    (void)state;
    grpc_pair_init(&pair, &options, NULL);
    grpc_pair_settle(&pair);
    assert_int_equal(open_stream(&pair, &id), 0);
    grpc_pair_settle(&pair);
    grpc_pair_forget(&pair);
    assert_int_equal(grpc_client_ping(pair.client, bytes, 5), 0);
    grpc_pair_settle(&pair);
    assert_true(grpc_client_deadline_ns(pair.client) == TIME_NEVER);
    pair.stop_reading = true;
    assert_int_equal(grpc_client_ping(pair.client, bytes, 10), 0);
    assert_int_equal(grpc_client_ping(pair.client, bytes, 20), 0);
    grpc_pair_settle(&pair);
    assert_true(grpc_client_deadline_ns(pair.client) == 10 + TIME_SECOND);
    assert_int_equal(grpc_client_tick(pair.client, 9 + TIME_SECOND), 0);
    assert_int_equal(grpc_client_tick(pair.client, 10 + TIME_SECOND), ERROR_CLOSED);
    grpc_pair_settle(&pair);
    grpc_pair_client_told(&pair, "pong 12345678 | ended 1 connection UNAVAILABLE \"a PING was not answered in time\"");
    assert_true(grpc_client_done(pair.client));
    grpc_pair_release(&pair);
}

static void unanswered_pings_have_their_limit(void **state)
{
    struct grpc_pair *pair = *state;

    for (int i = 0; i < GRPC_CLIENT_PINGS_MAX; i++)
        assert_int_equal(grpc_client_ping(pair->client, (const unsigned char *)"12345678", 0), 0);
    assert_int_equal(grpc_client_ping(pair->client, (const unsigned char *)"12345678", 0), ERROR_LIMIT);
    grpc_pair_settle(pair);
    assert_int_equal(grpc_client_ping(pair->client, (const unsigned char *)"12345678", 0), 0);
}

static void lost_connection_ends_every_stream_in_order(void **state)
{
    struct grpc_pair *pair = *state;
    int32_t ids[4];

    for (int i = 0; i < 4; i++)
        assert_int_equal(open_stream(pair, &ids[i]), 0);
    grpc_pair_settle(pair);
    grpc_client_abandon(pair->client, ids[0]);
    grpc_client_cancel(pair->client, ids[2]);
    grpc_client_lost(pair->client, text_of("connection reset by peer"));
    grpc_client_lost(pair->client, text_of("again"));
    grpc_pair_forget(pair);
    grpc_pair_settle(pair);
    grpc_pair_client_told(pair, "ended 3 connection UNAVAILABLE \"connection reset by peer\" | "
                                "ended 7 connection UNAVAILABLE \"connection reset by peer\"");
    assert_true(grpc_client_done(pair->client));
    assert_int_equal(open_stream(pair, &ids[0]), ERROR_CLOSED);
    assert_int_equal(grpc_client_ping(pair->client, (const unsigned char *)"12345678", 0), ERROR_CLOSED);
    assert_int_equal(grpc_client_receive(pair->client, "x", 1, 0), ERROR_CLOSED);
    assert_true(grpc_client_deadline_ns(pair->client) == TIME_NEVER);
    assert_int_equal(grpc_client_tick(pair->client, 0), ERROR_CLOSED);
}

static void breach_of_http2_by_the_server_ends_every_stream_and_is_named(void **state)
{
    struct grpc_pair *pair = *state;
    struct buffer frame = BUFFER_INIT;
    int32_t id;

    assert_int_equal(open_stream(pair, &id), 0);
    grpc_pair_settle(pair);
    grpc_pair_forget(pair);
    frames_add(&frame, FRAME_DATA, FLAG_NONE, 0, "x", 1);
    assert_int_equal(buffer_append_text(&pair->to_client, buffer_text(&frame)), 0);
    buffer_release(&frame);
    grpc_pair_settle(pair);
    assert_int_equal(pair->client_code, ERROR_PROTOCOL);
    grpc_pair_client_told(pair, "ended 1 connection UNAVAILABLE "
                                "\"the peer broke HTTP/2: PROTOCOL_ERROR: DATA: stream_id == 0\"");
    grpc_pair_server_told(pair, "goaway PROTOCOL_ERROR");
}

int main(void)
{
#define CLIENT_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        CLIENT_TEST(request_that_http2_cannot_carry_is_refused),
        CLIENT_TEST(metadata_has_its_limits),
        cmocka_unit_test(streams_have_their_limit),
        cmocka_unit_test(abandoned_stream_that_has_ended_is_forgotten),
        cmocka_unit_test(streams_over_the_servers_limit_wait_and_may_be_cancelled),
        CLIENT_TEST(header_block_over_the_limit_ends_the_stream),
        CLIENT_TEST(only_the_first_settings_are_told),
        CLIENT_TEST(goaway_ends_what_is_above_its_id_and_the_rest_goes_on),
        cmocka_unit_test(request_that_waits_when_goaway_comes_was_surely_not_processed),
        CLIENT_TEST(goaway_of_the_client_lets_open_streams_finish),
        CLIENT_TEST(ping_that_is_answered_is_told),
        cmocka_unit_test(ping_that_is_not_answered_in_time_loses_the_connection),
        CLIENT_TEST(unanswered_pings_have_their_limit),
        CLIENT_TEST(lost_connection_ends_every_stream_in_order),
        CLIENT_TEST(breach_of_http2_by_the_server_ends_every_stream_and_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
