/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/status.h"
#include "base/time.h"
#include "grpc/wire/status.h"
#include "tests/support/handler_frames.h"

/*
 * The client of 2017 as it was measured, against a server whose frames are written by hand.
 */
#define HEADERS "HEADERS 1 {:method: POST, :scheme: http, :path: /containerd.v1.services.ContainerService/"
#define FIELDS  ", :authority: unix, content-type: application/grpc, user-agent: grpc-go/1.0, te: trailers}"
#define OPENED  ":status: 200\ncontent-type: application/grpc\n"
#define EVENT   "\x00\x00\x00\x00\x05\x0a\x03web"

static void begin_subscribed(struct client *client)
{
    struct monitor_event event;
    client_init(client, true);
    client_perform(client, MONITOR_OPEN_STREAM);
    client_check_next(client, MONITOR_STREAM_OPENED, &event);
    assert_true(client_has_said(client, "HEADERS 1 "));
}

/* ---- what it says ---- */

static void it_begins_without_waiting_for_the_server_and_ends_its_subscription_apart(void **state)
{
    struct client client;
    (void)state;
    client_init(&client, true);
    client_check_said(&client, "SETTINGS {} | WINDOW_UPDATE 0 +983025");
    client_perform(&client, MONITOR_OPEN_STREAM);
    client_check_said(&client,
                      HEADERS "Events" FIELDS " | DATA 1 \"\\u0000\\u0000\\u0000\\u0000\\u0000\" | DATA 1 \"\" END");
    client_release(&client);
}

static void it_ends_a_call_with_its_message_and_sets_it_no_time(void **state)
{
    struct client client;
    (void)state;
    client_init(&client, true);
    client_check_said(&client, "SETTINGS {} | WINDOW_UPDATE 0 +983025");
    client_perform(&client, MONITOR_CALL);
    client_check_said(&client,
                      HEADERS "Delete" FIELDS " | DATA 1 \"\\u0000\\u0000\\u0000\\u0000\\u0005\\n\\u0003web\" END");
    assert_true(handler_wire_deadline_ns(client.wire) == TIME_NEVER);
    client_release(&client);
}

static void it_resets_nothing_that_it_leaves_or_cannot_read(void **state)
{
    struct client client;
    struct monitor_event event;
    (void)state;
    begin_subscribed(&client);
    client_perform(&client, MONITOR_ABANDON_STREAM);
    client_perform(&client, MONITOR_CALL);
    assert_true(client_has_said(&client, "HEADERS 3 "));
    frames_add_headers(&client.heard, FLAG_NONE, 3, OPENED);
    frames_add(&client.heard, FRAME_DATA, FLAG_NONE, 3, "\x00\x00\x00\x00\x02\x0a\x05", 7);
    client_hear(&client);
    client_check_next(&client, MONITOR_REPLY, &event);
    client_check_outcome(
        &event, STATUS_INTERNAL,
        "grpc: failed to unmarshal the received message: a DeleteResponse is not well-formed protobuf");
    client_check_quiet(&client);
    assert_false(client_has_said(&client, "RST_STREAM"));
    client_release(&client);
}

/* ---- how it tells the end of a stream ---- */

enum { NO_RESET = -1, STAYS_OPEN = -2, EMPTY_DATA_ENDS = -3 };

/* Headers, then data, then trailers or a reset, as far as the row has them; whatever comes last ends the stream. */
static void say(struct client *client, const char *headers, struct text data, const char *trailers, int reset)
{
    uint8_t headers_end = data.length == 0 && trailers == NULL && reset == NO_RESET ? FLAG_END_STREAM : FLAG_NONE;
    uint8_t data_end =
        trailers == NULL && (reset == NO_RESET || reset == EMPTY_DATA_ENDS) ? FLAG_END_STREAM : FLAG_NONE;
    if (headers != NULL)
        frames_add_headers(&client->heard, headers_end, 1, headers);
    if (data.length > 0 || reset == EMPTY_DATA_ENDS)
        frames_add(&client->heard, FRAME_DATA, data_end, 1, data.bytes, data.length);
    if (trailers != NULL)
        frames_add_headers(&client->heard, FLAG_END_STREAM, 1, trailers);
    if (reset >= 0)
        frames_add_number(&client->heard, FRAME_RST_STREAM, 1, (uint32_t)reset);
    client_hear(client);
}

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }
#define RESET_BY "stream terminated by RST_STREAM with error code: "

static void each_end_of_a_stream_has_the_code_and_the_words_that_were_measured(void **state)
{
    static const struct {
        const char *headers;
        struct text data;
        const char *trailers;
        int reset;
        int status;
        const char *text;
    } rows[] = {
        {OPENED, BYTES(""), "grpc-status: 0\n", NO_RESET, STATUS_OK, ""},
        {OPENED "grpc-status: 2\ngrpc-message: no\n", BYTES(""), NULL, NO_RESET, STATUS_UNKNOWN, "no"},
        {OPENED "grpc-status: 12\ngrpc-message: unknown service x\n", BYTES(""), NULL, NO_RESET, STATUS_UNIMPLEMENTED,
         "unknown service x"},
        {OPENED, BYTES(""), "grpc-status: 13\ngrpc-message: oops%21\n", NO_RESET, STATUS_INTERNAL, "oops!"},
        {OPENED, BYTES(""), "grpc-status: 14\n", NO_RESET, STATUS_UNAVAILABLE, ""},
        {OPENED, BYTES(""), "x-other: 1\n", NO_RESET, STATUS_OK, ""},
        {OPENED, BYTES(""), NULL, EMPTY_DATA_ENDS, STATUS_INTERNAL,
         "server closed the stream without sending trailers"},
        {OPENED, BYTES("\x00\x00\x00\x00\x05\x0a\x03"), "grpc-status: 0\n", NO_RESET, STATUS_UNKNOWN, "unexpected EOF"},
        {OPENED, BYTES("\x01\x00\x00\x00\x02\x0a\x00"), NULL, STAYS_OPEN, STATUS_UNIMPLEMENTED,
         "Decompressor is not installed for grpc-encoding \"\""},
        {":status: 503\ncontent-type: text/plain\n", BYTES(""), NULL, NO_RESET, STATUS_FAILED_PRECONDITION,
         "transport: received the unexpected content-type \"text/plain\""},
        {":status: 200\ncontent-type: text/html; charset=\"x\"\n", BYTES("<html>"), NULL, NO_RESET,
         STATUS_FAILED_PRECONDITION,
         "transport: received the unexpected content-type \"text/html; charset=\\\"x\\\"\""},
        {OPENED, BYTES(""), NULL, 8, STATUS_CANCELLED, RESET_BY "8"},
        {OPENED, BYTES(""), NULL, 2, STATUS_INTERNAL, RESET_BY "2"},
        {OPENED, BYTES(""), NULL, 7, STATUS_UNAVAILABLE, RESET_BY "7"},
        {OPENED, BYTES(""), NULL, 11, STATUS_RESOURCE_EXHAUSTED, RESET_BY "11"},
        {NULL, BYTES(""), NULL, 8, STATUS_CANCELLED, RESET_BY "8"},
        {NULL, BYTES(""), NULL, 3, STATUS_RESOURCE_EXHAUSTED, RESET_BY "3"},
        {NULL, BYTES(""), NULL, 12, STATUS_PERMISSION_DENIED, RESET_BY "12"},
        {NULL, BYTES(""), NULL, 13, STATUS_FAILED_PRECONDITION, RESET_BY "13"},
        {NULL, BYTES(""), NULL, 14, STATUS_UNKNOWN, RESET_BY "14"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct client client;
        struct monitor_event event;
        begin_subscribed(&client);
        say(&client, rows[i].headers, rows[i].data, rows[i].trailers, rows[i].reset);
        client_check_next(&client, MONITOR_STREAM_ENDED, &event);
        assert_true(event.stream_id == CLIENT_STREAM);
        client_check_outcome(&event, rows[i].status, rows[i].text);
        client_check_quiet(&client);
        client_release(&client);
    }
}

static void the_answer_of_a_call_ends_in_the_same_words(void **state)
{
    struct client client;
    struct monitor_event event;
    (void)state;
    client_init(&client, true);
    client_perform(&client, MONITOR_CALL);
    client_check_said(&client, "SETTINGS {} | WINDOW_UPDATE 0 +983025 | " HEADERS "Delete" FIELDS
                               " | DATA 1 \"\\u0000\\u0000\\u0000\\u0000\\u0005\\n\\u0003web\" END");
    frames_add_number(&client.heard, FRAME_RST_STREAM, 1, GRPC_HTTP2_CANCEL);
    client_hear(&client);
    client_check_next(&client, MONITOR_REPLY, &event);
    assert_true(event.call_id == CLIENT_CALL);
    client_check_outcome(&event, STATUS_CANCELLED, RESET_BY "8");
    client_release(&client);
}

static void a_message_that_cannot_be_read_is_told_and_its_stream_stays_open(void **state)
{
    struct client client;
    struct monitor_event event;
    (void)state;
    begin_subscribed(&client);
    frames_add_headers(&client.heard, FLAG_NONE, 1, OPENED);
    frames_add(&client.heard, FRAME_DATA, FLAG_NONE, 1, "\x00\x00\x00\x00\x02\x0a\x05", 7);
    client_hear(&client);
    client_check_next(&client, MONITOR_STREAM_UNREADABLE, &event);
    client_check_outcome(&event, STATUS_INTERNAL,
                         "grpc: failed to unmarshal the received message: an event is not well-formed protobuf");
    client_perform(&client, MONITOR_ABANDON_STREAM);
    client_check_quiet(&client);
    client_release(&client);
}

/* ---- connections ---- */

static void add_goaway(struct client *client, unsigned char last_stream_id)
{
    const unsigned char payload[8] = {0, 0, 0, last_stream_id};
    frames_add(&client->heard, FRAME_GOAWAY, FLAG_NONE, 0, payload, sizeof payload);
}

static void a_goaway_that_leaves_the_stream_out_ends_it(void **state)
{
    struct client client;
    struct monitor_event event;
    (void)state;
    begin_subscribed(&client);
    add_goaway(&client, 0);
    client_hear(&client);
    client_check_next(&client, MONITOR_CONNECTION_DRAINING, &event);
    client_check_next(&client, MONITOR_STREAM_ENDED, &event);
    client_check_outcome(&event, STATUS_UNAVAILABLE, "the server stops accepting new RPCs");
    client_check_quiet(&client);
    client_release(&client);
}

static void a_goaway_that_allows_the_stream_refuses_the_delete_of_its_event(void **state)
{
    struct client client;
    struct monitor_event event;
    (void)state;
    begin_subscribed(&client);
    add_goaway(&client, 1);
    frames_add_headers(&client.heard, FLAG_NONE, 1, OPENED);
    frames_add(&client.heard, FRAME_DATA, FLAG_NONE, 1, EVENT, sizeof EVENT - 1);
    client_hear(&client);
    client_check_next(&client, MONITOR_CONNECTION_DRAINING, &event);
    client_check_next(&client, MONITOR_STREAM_MESSAGE, &event);
    client_perform(&client, MONITOR_CALL);
    client_check_next(&client, MONITOR_REPLY, &event);
    client_check_outcome(&event, STATUS_UNAVAILABLE, "grpc: the connection is unavailable");
    client_release(&client);
}

static void a_connection_that_is_lost_is_closing_and_one_that_is_not_there_unavailable(void **state)
{
    struct client client;
    struct monitor_event event;
    (void)state;
    begin_subscribed(&client);
    client_perform(&client, MONITOR_CALL);
    handler_wire_lost(client.wire, CLIENT_CONNECTION, text_of("Connection reset by peer"), 0);
    client_check_next(&client, MONITOR_CONNECTION_LOST, &event);
    client_check_outcome(&event, STATUS_INTERNAL, "transport is closing");
    handler_wire_lost(client.wire, CLIENT_CONNECTION + 1, text_of("No such file or directory"), 0);
    client_check_next(&client, MONITOR_CONNECTION_LOST, &event);
    client_check_outcome(&event, STATUS_UNAVAILABLE, "grpc: the connection is unavailable");
    const struct monitor_action call = {
        .kind = MONITOR_CALL, .connection_id = 77, .call_id = CLIENT_CALL, .container_id = text_of("web")};
    assert_int_equal(handler_wire_perform(client.wire, &call, 0), 0);
    client_check_next(&client, MONITOR_REPLY, &event);
    client_check_outcome(&event, STATUS_UNAVAILABLE, "grpc: the connection is unavailable");
    client_check_quiet(&client);
    client_release(&client);
}

static void a_peer_that_breaks_http2_is_a_connection_that_is_closing(void **state)
{
    struct buffer bytes = BUFFER_INIT;
    struct client client;
    struct monitor_event event;
    (void)state;
    begin_subscribed(&client);
    int code = handler_wire_receive(client.wire, CLIENT_CONNECTION, "HTTP/1.1 400 Bad Request\r\n\r\n", 28, 0);
    assert_int_equal(code != 0 ? code : handler_wire_send(client.wire, CLIENT_CONNECTION, &bytes, 0), ERROR_PROTOCOL);
    client_check_next(&client, MONITOR_CONNECTION_LOST, &event);
    client_check_outcome(&event, STATUS_INTERNAL, "transport is closing");
    buffer_release(&bytes);
    client_release(&client);
}

/* ---- credit ---- */

/* Whether the client gives the connection credit back for 48 KiB on each of so many streams that it has abandoned. */
static bool credit_is_given_back(bool is_old, int32_t stream_count)
{
    static const unsigned char zeros[16384];
    struct client client;
    struct monitor_event event;

    client_init(&client, is_old);
    for (int32_t i = 0; i < stream_count; i++) {
        client_perform(&client, MONITOR_OPEN_STREAM);
        client_check_next(&client, MONITOR_STREAM_OPENED, &event);
        client_perform(&client, MONITOR_ABANDON_STREAM);
        assert_true(client_has_said(&client, "HEADERS"));
        frames_add_headers(&client.heard, FLAG_NONE, 2 * i + 1, OPENED);
        for (int j = 0; j < 3; j++)
            frames_add(&client.heard, FRAME_DATA, FLAG_NONE, 2 * i + 1, zeros, sizeof zeros);
    }
    client_hear(&client);
    client_check_quiet(&client);
    bool given = client_has_said(&client, "WINDOW_UPDATE 0");
    client_release(&client);
    return given;
}

/* In 2017 all of the window can go, to 1,048,560 bytes; today it is given back when half of it is used. */
static void what_comes_on_an_abandoned_stream_uses_up_the_connection(void **state)
{
    (void)state;
    assert_false(credit_is_given_back(true, 21));
    assert_true(credit_is_given_back(false, 43));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_begins_without_waiting_for_the_server_and_ends_its_subscription_apart),
        cmocka_unit_test(it_ends_a_call_with_its_message_and_sets_it_no_time),
        cmocka_unit_test(it_resets_nothing_that_it_leaves_or_cannot_read),
        cmocka_unit_test(each_end_of_a_stream_has_the_code_and_the_words_that_were_measured),
        cmocka_unit_test(the_answer_of_a_call_ends_in_the_same_words),
        cmocka_unit_test(a_message_that_cannot_be_read_is_told_and_its_stream_stays_open),
        cmocka_unit_test(a_goaway_that_leaves_the_stream_out_ends_it),
        cmocka_unit_test(a_goaway_that_allows_the_stream_refuses_the_delete_of_its_event),
        cmocka_unit_test(a_connection_that_is_lost_is_closing_and_one_that_is_not_there_unavailable),
        cmocka_unit_test(a_peer_that_breaks_http2_is_a_connection_that_is_closing),
        cmocka_unit_test(what_comes_on_an_abandoned_stream_uses_up_the_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
