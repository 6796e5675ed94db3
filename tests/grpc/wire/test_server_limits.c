/* SPDX-License-Identifier: Apache-2.0 */
/* What a server holds for a peer that does not read has an end, whatever it consists of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "grpc/wire/http2.h"
#include "tests/support/grpc_raw_client.h"

enum { ROUNDS_MAX = 100000, TEXT = 4096 };

static char long_text[TEXT];

/* A server with such a limit; the exchange of SETTINGS is over. */
static void limit(struct raw_client *raw, uint32_t bytes_max)
{
    struct grpc_options options = {.connection_queue_bytes_max = bytes_max};

    grpc_server_free(raw->server);
    assert_int_equal(grpc_server_new(&options, &raw->server), 0);
    raw_introduce(raw);
}

static void receive(struct raw_client *raw, int expected)
{
    assert_int_equal(grpc_server_receive(raw->server, raw->in.bytes, raw->in.length, 0), expected);
    buffer_clear(&raw->in);
}

static void says_goodbye(struct raw_client *raw, const char *last)
{
    assert_true(grpc_server_done(raw->server));
    assert_int_equal(grpc_server_send(raw->server, &raw->out, SIZE_MAX), ERROR_LIMIT);
    raw_says(raw, last);
    assert_int_equal(grpc_server_send(raw->server, &raw->out, SIZE_MAX), ERROR_CLOSED);
    assert_int_equal(raw->out.length, 0);
}

static void messages_of_all_streams_have_a_limit_together(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_server_event event;
    struct text message = {long_text, 1000 - GRPC_HTTP2_FRAME_COST - 38 - 5};

    limit(raw, 2000);
    for (int32_t id = 1; id <= 5; id += 2)
        raw_request(raw, id);
    receive(raw, 0);
    for (int32_t id = 1; id <= 5; id += 2)
        raw_assert_event(raw, GRPC_SERVER_REQUEST, id, &event);
    assert_int_equal(grpc_server_send_message(raw->server, 1, message), 0);
    assert_int_equal(grpc_server_send_message(raw->server, 3, message), 0);
    assert_int_equal(grpc_server_send_message(raw->server, 1, text_of("")), ERROR_LIMIT);
    assert_int_equal(grpc_server_queued(raw->server, 1), message.length + 5);
    assert_int_equal(grpc_server_send_message(raw->server, 5, text_of("")), ERROR_MISSING);
    for (int32_t id = 1; id <= 5; id += 2) {
        raw_assert_event(raw, GRPC_SERVER_CANCELLED, id, &event);
        assert_true(event.connection_lost);
    }
    assert_int_equal(grpc_server_receive(raw->server, "", 0, 0), ERROR_CLOSED);
    says_goodbye(raw, "GOAWAY 5 ENHANCE_YOUR_CALM");
}

static void an_answer_that_is_over_the_limit_says_so(void **state)
{
    struct raw_client *raw = *state;

    limit(raw, 2000);
    raw_request(raw, 1);
    receive(raw, 0);
    assert_int_equal(grpc_server_finish(raw->server, 1, STATUS_ABORTED, (struct text){long_text, TEXT}), ERROR_LIMIT);
    says_goodbye(raw, "GOAWAY 1 ENHANCE_YOUR_CALM");
}

static void what_was_sent_reset_or_closed_counts_no_more(void **state)
{
    struct raw_client *raw = *state;

    limit(raw, 20000);
    for (int32_t id = 1; id < 2000; id += 2) {
        struct text message = {long_text, sizeof(long_text)};

        raw_request(raw, id);
        assert_int_equal(raw_hand_over(raw), 0);
        assert_int_equal(grpc_server_send_message(raw->server, id, message), 0);
        if (id % 3 == 0)
            assert_int_equal(grpc_server_reset(raw->server, id, GRPC_HTTP2_CANCEL), 0);
        else if (id % 3 == 1)
            assert_int_equal(grpc_server_finish(raw->server, id, STATUS_ABORTED, message), 0);
        else
            frames_add_number(&raw->in, FRAME_RST_STREAM, id, GRPC_HTTP2_CANCEL);
        /* The windows are let open. */
        frames_add_number(&raw->in, FRAME_WINDOW_UPDATE, 0, 2 * sizeof(long_text));
        receive(raw, 0);
        assert_int_equal(raw_hand_over(raw), 0);
    }
}

/* Where a row has no other end, this is one after far more than the limit. */
static int32_t repeat_until_the_limit(struct raw_client *raw, void (*step)(struct raw_client *raw, int32_t id))
{
    int32_t id = 1;
    int code = 0;

    while (code == 0 && id < ROUNDS_MAX) {
        struct grpc_server_event event;

        step(raw, id);
        code = grpc_server_receive(raw->server, raw->in.bytes, raw->in.length, raw->now_ns);
        buffer_clear(&raw->in);
        while (code == 0 && grpc_server_next(raw->server, &event)) {
            if (event.kind == GRPC_SERVER_REQUEST)
                code = grpc_server_finish(raw->server, id, STATUS_UNIMPLEMENTED, (struct text){long_text, TEXT});
        }
        id += 2;
    }
    assert_int_equal(code, ERROR_LIMIT);
    return id / 2;
}

static void ask(struct raw_client *raw, int32_t id)
{
    raw_request(raw, id);
}

/* Slowly enough for the limit of resets. */
static void ask_and_reset(struct raw_client *raw, int32_t id)
{
    raw_request(raw, id);
    if (id > 2)
        frames_add_number(&raw->in, FRAME_RST_STREAM, id - 2, GRPC_HTTP2_CANCEL);
    raw->now_ns += 1000000000;
}

static void ask_without_sense(struct raw_client *raw, int32_t id)
{
    frames_add_headers(&raw->in, FLAG_END_STREAM, id, FRAMES_REQUEST);
}

static void ping(struct raw_client *raw, int32_t id)
{
    (void)id;
    frames_add(&raw->in, FRAME_PING, FLAG_NONE, 0, "12345678", 8);
}

static void settle(struct raw_client *raw, int32_t id)
{
    (void)id;
    frames_add(&raw->in, FRAME_SETTINGS, FLAG_NONE, 0, NULL, 0);
}

static void answers_that_nobody_reads_end_the_connection_of_whatever_kind_they_are(void **state)
{
    static const struct {
        void (*step)(struct raw_client *raw, int32_t id);
        int32_t steps_min, steps_max;
    } rows[] = {
        {ask, 20, 24}, {ask_and_reset, 20, 24}, {ask_without_sense, 100, 300}, {ping, 300, 400}, {settle, 300, 400},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct raw_client *raw = *state;

        limit(raw, 100000);
        assert_in_range(repeat_until_the_limit(raw, rows[i].step), rows[i].steps_min, rows[i].steps_max);
        assert_int_equal(grpc_server_send(raw->server, &raw->out, SIZE_MAX), ERROR_LIMIT);
        raw_tear_down(state);
        raw_set_up(state);
    }
}

/* The client has not acknowledged how many streams it may open, so that too many are no breach. */
static void streams_that_are_refused_and_not_heard_of_end_the_connection(void **state)
{
    struct raw_client *raw = *state;
    struct grpc_options options = {.streams_max = 1, .connection_queue_bytes_max = 100000};

    grpc_server_free(raw->server);
    assert_int_equal(grpc_server_new(&options, &raw->server), 0);
    frames_add_headers(&raw->in, FLAG_NONE, 1, FRAMES_REQUEST);
    for (int32_t id = 3; id < 601; id += 2)
        frames_add_headers(&raw->in, FLAG_NONE, id, FRAMES_REQUEST);
    receive(raw, 0);
    for (int32_t id = 601; id < 901; id += 2)
        frames_add_headers(&raw->in, FLAG_NONE, id, FRAMES_REQUEST);
    receive(raw, ERROR_LIMIT);
    says_goodbye(raw, "GOAWAY 1 ENHANCE_YOUR_CALM");
}

static void answers_to_ping_have_a_number(void **state)
{
    struct raw_client *raw = *state;

    raw_introduce(raw);
    for (int i = 0; i < GRPC_ACKS_UNSENT_MAX; i++)
        ping(raw, 0);
    receive(raw, 0);
    assert_int_equal(grpc_server_send(raw->server, &raw->out, SIZE_MAX), 0);
    buffer_clear(&raw->out);
    for (int i = 0; i < GRPC_ACKS_UNSENT_MAX; i++)
        ping(raw, 0);
    receive(raw, 0);
    ping(raw, 0);
    receive(raw, ERROR_LIMIT);
    says_goodbye(raw, "GOAWAY 0 ENHANCE_YOUR_CALM");
}

int main(void)
{
#define SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, raw_set_up, raw_tear_down)
    const struct CMUnitTest tests[] = {
        SERVER_TEST(messages_of_all_streams_have_a_limit_together),
        SERVER_TEST(an_answer_that_is_over_the_limit_says_so),
        SERVER_TEST(what_was_sent_reset_or_closed_counts_no_more),
        SERVER_TEST(answers_that_nobody_reads_end_the_connection_of_whatever_kind_they_are),
        SERVER_TEST(streams_that_are_refused_and_not_heard_of_end_the_connection),
        SERVER_TEST(answers_to_ping_have_a_number),
    };

    memset(long_text, 'x', sizeof(long_text));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
