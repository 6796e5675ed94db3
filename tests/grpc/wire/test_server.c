/* SPDX-License-Identifier: Apache-2.0 */
/* Requests, the wrong ones included, and the form of answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/time.h"
#include "grpc/wire/server_private.h"
#include "tests/support/grpc_raw_client.h"

#define GRPC_HEADERS ":status: 200, content-type: application/grpc, "

static void request_is_told_whole_however_its_frames_are_cut(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_server_event event;
    bool found;

    raw_introduce(raw);
    frames_add_headers(&raw->in, FLAG_NONE, 1, FRAMES_REQUEST "grpc-timeout: 20S\nx-a: b\nx-a: c\n");
    frames_add(&raw->in, FRAME_DATA, FLAG_NONE, 1, "\0\0\0\0", 4);
    frames_add(&raw->in, FRAME_DATA, FLAG_NONE, 1, NULL, 0);
    frames_add(&raw->in, FRAME_DATA, FLAG_NONE, 1, "\2hi", 3);
    assert_int_equal(raw_hand_over(raw), 0);
    assert_false(grpc_server_next(raw->server, &event));
    frames_add(&raw->in, FRAME_DATA, FLAG_END_STREAM, 1, NULL, 0);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_assert_event(raw, GRPC_SERVER_REQUEST, 1, &event);
    assert_true(text_is(event.path, "/test.Test/Echo"));
    assert_true(text_is(event.authority, "a"));
    assert_true(text_is(event.message, "hi"));
    assert_true(event.timeout_ns == 20 * TIME_SECOND);
    assert_int_equal(event.metadata_count, 5);
    assert_true(text_is(grpc_metadata_find(event.metadata, event.metadata_count, "x-a", &found), "b"));
    assert_true(found);
    assert_int_equal(grpc_metadata_find(event.metadata, event.metadata_count, ":path", &found).length, 0);
    assert_false(found);
    assert_false(grpc_server_next(raw->server, &event));
}

#define REQUEST_WITH(method, type) \
    ":method: " method "\n:scheme: http\n:path: /a/b\n:authority: a\ncontent-type: " type "\n"

static const struct {
    const char *fields;
    struct text data;
    uint8_t data_flags;
    const char *says;
} wrong_requests[] = {
    {REQUEST_WITH("GET", "application/grpc"),
     {"\0\0\0\0\0", 5},
     FLAG_END_STREAM,
     "HEADERS 1 {:status: 405, content-type: application/grpc, grpc-status: 13, "
     "grpc-message: the method of a gRPC request is POST, not \"GET\"} END"},
    {REQUEST_WITH("POST", "application/json"),
     {"\0\0\0\0\0", 5},
     FLAG_NONE,
     "HEADERS 1 {:status: 415, content-type: application/grpc, grpc-status: 13, "
     "grpc-message: invalid gRPC request content-type \"application/json\"} END | RST_STREAM 1 NO_ERROR"},
    {REQUEST_WITH("POST", "application/grpcx"),
     {NULL, 0},
     FLAG_END_STREAM,
     "HEADERS 1 {:status: 415, content-type: application/grpc, grpc-status: 13, "
     "grpc-message: invalid gRPC request content-type \"application/grpcx\"} END"},
    {REQUEST_WITH("POST", "application/grpc+proto") "grpc-timeout: soon\n",
     {"\0\0\0\0\0", 5},
     FLAG_END_STREAM,
     "HEADERS 1 {" GRPC_HEADERS "grpc-status: 13, grpc-message: malformed grpc-timeout \"soon\"} END"},
    {REQUEST_WITH("POST", "application/grpc;x"),
     {NULL, 0},
     FLAG_END_STREAM,
     "HEADERS 1 {" GRPC_HEADERS "grpc-status: 13, grpc-message: the request holds no message} END"},
    {FRAMES_REQUEST,
     {"\0\0\0\0\3ab", 7},
     FLAG_END_STREAM,
     "HEADERS 1 {" GRPC_HEADERS "grpc-status: 13, grpc-message: unexpected EOF} END"},
    {FRAMES_REQUEST,
     {"\0\0\0\0\0\0\0\0\0\0", 10},
     FLAG_END_STREAM,
     "HEADERS 1 {" GRPC_HEADERS "grpc-status: 13, grpc-message: the request holds more than one message} END"},
    {FRAMES_REQUEST "grpc-encoding: gzip\n",
     {"\1\0\0\0\1a", 6},
     FLAG_NONE,
     "HEADERS 1 {" GRPC_HEADERS "grpc-status: 12, "
     "grpc-message: grpc: Decompressor is not installed for grpc-encoding \"gzip\"} END | RST_STREAM 1 NO_ERROR"},
    {FRAMES_REQUEST,
     {"\0\1\0\0\1a", 6},
     FLAG_NONE,
     "HEADERS 1 {" GRPC_HEADERS "grpc-status: 8, "
     "grpc-message: grpc: received message larger than max (16777217 vs. 16777216)} END | RST_STREAM 1 NO_ERROR"},
    {FRAMES_REQUEST,
     {"\2\0\0\0\1a", 6},
     FLAG_END_STREAM,
     "HEADERS 1 {" GRPC_HEADERS "grpc-status: 13, "
     "grpc-message: a message has a flag byte other than 0 and 1} END"},
    {":method: POST\n:path: /a/b\n", {NULL, 0}, FLAG_END_STREAM, "RST_STREAM 1 PROTOCOL_ERROR"},
    {FRAMES_REQUEST "Upper: case\n", {NULL, 0}, FLAG_END_STREAM, "RST_STREAM 1 PROTOCOL_ERROR"},
};

static void request_that_is_wrong_is_answered_by_the_session(void **state)
{
    for (size_t i = 0; i < sizeof(wrong_requests) / sizeof(wrong_requests[0]); i++) {
        struct raw_client *raw = *state;
        struct grpc_server_event event;

        raw_introduce(raw);
        frames_add_headers(&raw->in, FLAG_NONE, 1, wrong_requests[i].fields);
        frames_add(&raw->in, FRAME_DATA, wrong_requests[i].data_flags, 1, wrong_requests[i].data.bytes,
                   wrong_requests[i].data.length);
        assert_int_equal(raw_hand_over(raw), 0);
        assert_false(grpc_server_next(raw->server, &event));
        raw_says(raw, wrong_requests[i].says);
        /* The connection goes on. */
        raw_request(raw, 3);
        assert_int_equal(raw_hand_over(raw), 0);
        raw_assert_event(raw, GRPC_SERVER_REQUEST, 3, &event);
        raw_tear_down(state);
        raw_set_up(state);
    }
}

static void request_that_ends_with_its_headers_holds_no_message(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_server_event event;

    raw_introduce(raw);
    frames_add_headers(&raw->in, FLAG_END_STREAM, 1, FRAMES_REQUEST);
    assert_int_equal(raw_hand_over(raw), 0);
    assert_false(grpc_server_next(raw->server, &event));
    raw_says(raw, "HEADERS 1 {" GRPC_HEADERS "grpc-status: 13, grpc-message: the request holds no message} END");
}

static void raw_fields_have_their_limit(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_metadata fields[GRPC_METADATA_COUNT_MAX + 2];

    for (size_t i = 0; i < GRPC_METADATA_COUNT_MAX + 2; i++)
        fields[i] = (struct grpc_metadata){text_of("x"), text_of("y")};
    fields[0] = (struct grpc_metadata){text_of(":status"), text_of("200")};
    raw_introduce(raw);
    raw_request(raw, 1);
    assert_int_equal(raw_hand_over(raw), 0);
    assert_int_equal(grpc_server_send_headers_raw(raw->server, 1, fields, GRPC_METADATA_COUNT_MAX + 1, false),
                     ERROR_LIMIT);
    assert_int_equal(grpc_server_finish_raw(raw->server, 1, fields + 1, GRPC_METADATA_COUNT_MAX + 1), ERROR_LIMIT);
    assert_int_equal(grpc_server_finish(raw->server, 1, STATUS_OK, text_of("")), 0);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_says(raw, "HEADERS 1 {" GRPC_HEADERS "grpc-status: 0, grpc-message: } END");
}

static void reset_leaves_nothing_queued(void **state)
{
    struct raw_client *raw = *state;

    raw_introduce(raw);
    raw_request(raw, 1);
    assert_int_equal(raw_hand_over(raw), 0);
    assert_int_equal(grpc_server_send_message(raw->server, 1, text_of("0123456789")), 0);
    assert_int_equal(grpc_server_reset(raw->server, 1, GRPC_HTTP2_CANCEL), 0);
    assert_int_equal(grpc_server_queued(raw->server, 1), 0);
    assert_int_equal(grpc_server_open_count(raw->server), 0);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_says(raw, "RST_STREAM 1 CANCEL");
}

static void queue_that_is_never_empty_does_not_grow_for_ever(void **state)
{
    struct raw_client *raw = *state;
    static char bytes[995];

    raw_introduce(raw);
    raw_request(raw, 1);
    assert_int_equal(raw_hand_over(raw), 0);
    for (int i = 0; i < 3000; i++) {
        assert_int_equal(grpc_server_send_message(raw->server, 1, (struct text){bytes, sizeof(bytes)}), 0);
        if (i < 120)
            continue;
        frames_add_number(&raw->in, FRAME_WINDOW_UPDATE, 0, 1000);
        frames_add_number(&raw->in, FRAME_WINDOW_UPDATE, 1, 1000);
        assert_int_equal(raw_hand_over(raw), 0);
        buffer_clear(&raw->out);
        assert_in_range(grpc_server_queued(raw->server, 1), 50000, 60000);
    }
    assert_in_range(grpc_server_stream_find(raw->server, 1)->queue.capacity, 50000, 300000);
}

static void header_block_over_the_limit_is_refused(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_server_event event;
    char lines[4096] = FRAMES_REQUEST;

    raw_introduce(raw);
    while (strlen(lines) < sizeof(lines) - 8)
        strcat(lines, "x: y\n");
    frames_add_headers(&raw->in, FLAG_NONE, 1, lines);
    assert_int_equal(raw_hand_over(raw), 0);
    assert_false(grpc_server_next(raw->server, &event));
    raw_says(raw, "RST_STREAM 1 ENHANCE_YOUR_CALM");
}

static void answer_has_the_form_that_containerd_gives_it(void **state)
{
    struct raw_client *raw = *state;

    raw_introduce(raw);
    raw_request(raw, 1);
    raw_request(raw, 3);
    assert_int_equal(raw_hand_over(raw), 0);
    assert_int_equal(grpc_server_send_message(raw->server, 1, text_of("a")), 0);
    assert_int_equal(grpc_server_send_message(raw->server, 1, text_of("b")), 0);
    assert_int_equal(grpc_server_finish(raw->server, 1, STATUS_OK, text_of("")), 0);
    assert_int_equal(grpc_server_finish(raw->server, 3, STATUS_NOT_FOUND, text_of("gone")), 0);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_says(raw, "HEADERS 1 {:status: 200, content-type: application/grpc} | "
                  "HEADERS 3 {" GRPC_HEADERS "grpc-status: 5, grpc-message: gone} END | "
                  "DATA 1 \"\\u0000\\u0000\\u0000\\u0000\\u0001a\\u0000\\u0000\\u0000\\u0000\\u0001b\" | "
                  "HEADERS 1 {grpc-status: 0, grpc-message: } END");
}

static void queue_has_its_limit(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_options options = {.queue_bytes_max = 20};

    grpc_server_free(raw->server);
    assert_int_equal(grpc_server_new(&options, &raw->server), 0);
    raw_request(raw, 1);
    assert_int_equal(raw_hand_over(raw), 0);
    assert_int_equal(grpc_server_send_message(raw->server, 1, text_of("0123456789")), 0);
    assert_int_equal(grpc_server_queued(raw->server, 1), 15);
    assert_int_equal(grpc_server_send_message(raw->server, 1, text_of("x")), ERROR_LIMIT);
    assert_int_equal(grpc_server_send_message(raw->server, 1, text_of("")), 0);
    assert_int_equal(grpc_server_queued(raw->server, 1), 20);
    assert_int_equal(grpc_server_send_raw(raw->server, 1, text_of("x")), ERROR_LIMIT);
}

int main(void)
{
#define SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, raw_set_up, raw_tear_down)
    const struct CMUnitTest tests[] = {
        SERVER_TEST(request_is_told_whole_however_its_frames_are_cut),
        SERVER_TEST(request_that_is_wrong_is_answered_by_the_session),
        SERVER_TEST(request_that_ends_with_its_headers_holds_no_message),
        SERVER_TEST(raw_fields_have_their_limit),
        SERVER_TEST(reset_leaves_nothing_queued),
        SERVER_TEST(queue_that_is_never_empty_does_not_grow_for_ever),
        SERVER_TEST(header_block_over_the_limit_is_refused),
        SERVER_TEST(answer_has_the_form_that_containerd_gives_it),
        SERVER_TEST(queue_has_its_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
