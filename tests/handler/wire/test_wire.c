/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "tests/support/handler_pair.h"

/* ---- the connection ---- */

static void a_loss_is_told_once_after_what_came_before_it(void **state)
{
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_ALL);
    int32_t grpc_id = pair_subscribe(&pair, 5);
    pair_ask_delete(&pair, 9, 0);
    pair_send_message(&pair, grpc_id, pair_exit_message);
    handler_wire_lost(pair.wire, PAIR_CONNECTION, text_of("transport is closing"), pair.now_ns);
    handler_wire_lost(pair.wire, PAIR_CONNECTION, text_of("again"), pair.now_ns);
    pair_ask_delete(&pair, 10, 0);
    pair_perform_on_stream(&pair, MONITOR_OPEN_STREAM, 6);
    pair_check_next(&pair, MONITOR_STREAM_MESSAGE, &event);
    pair_check_next(&pair, MONITOR_CONNECTION_LOST, &event);
    assert_true(event.connection_id == PAIR_CONNECTION);
    assert_int_equal(event.outcome.status, STATUS_UNAVAILABLE);
    assert_true(text_is(event.outcome.text, "transport is closing"));
    pair_check_quiet(&pair);
    handler_wire_lost(pair.wire, PAIR_CONNECTION, text_of("and again"), pair.now_ns);
    pair_check_quiet(&pair);
    assert_int_equal(handler_wire_receive(pair.wire, PAIR_CONNECTION, "x", 1, pair.now_ns), ERROR_CLOSED);
    pair_release(&pair);
}

static void a_failed_dial_is_told_once(void **state)
{
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    handler_wire_lost(pair.wire, 2, text_of("No such file or directory"), pair.now_ns);
    pair_check_next(&pair, MONITOR_CONNECTION_LOST, &event);
    assert_true(event.connection_id == 2);
    assert_int_equal(event.outcome.status, STATUS_UNAVAILABLE);
    assert_true(text_is(event.outcome.text, "No such file or directory"));
    handler_wire_lost(pair.wire, 2, text_of("again"), pair.now_ns);
    pair_check_quiet(&pair);
    pair_release(&pair);
}

static void a_peer_that_speaks_something_else_loses_the_connection(void **state)
{
    static const char greeting[] = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n";
    struct buffer bytes = BUFFER_INIT;
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    pair_perform_on_stream(&pair, MONITOR_OPEN_STREAM, 5);
    pair_check_next(&pair, MONITOR_STREAM_OPENED, &event);
    int code = handler_wire_receive(pair.wire, PAIR_CONNECTION, greeting, sizeof greeting - 1, pair.now_ns);
    assert_int_equal(code != 0 ? code : handler_wire_send(pair.wire, PAIR_CONNECTION, &bytes, pair.now_ns),
                     ERROR_PROTOCOL);
    assert_int_equal(handler_wire_receive(pair.wire, PAIR_CONNECTION, "x", 1, pair.now_ns), ERROR_CLOSED);
    pair_check_next(&pair, MONITOR_CONNECTION_LOST, &event);
    assert_int_equal(event.outcome.status, STATUS_UNAVAILABLE);
    assert_true(event.outcome.text.length > 0);
    handler_wire_lost(pair.wire, PAIR_CONNECTION, text_of("closed"), pair.now_ns);
    pair_check_quiet(&pair);
    buffer_release(&bytes);
    pair_release(&pair);
}

static void a_goaway_drains_what_is_open_and_refuses_what_is_new(void **state)
{
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_ALL);
    int32_t grpc_id = pair_subscribe(&pair, 5);
    assert_int_equal(grpc_server_goaway(pair.server, grpc_id, GRPC_HTTP2_NO_ERROR), 0);
    pair_carry(&pair);
    pair_check_next(&pair, MONITOR_CONNECTION_DRAINING, &event);
    assert_true(event.connection_id == PAIR_CONNECTION);
    pair_check_quiet(&pair);
    pair_send_message(&pair, grpc_id, pair_exit_message);
    pair_check_next(&pair, MONITOR_STREAM_MESSAGE, &event);
    pair_ask_delete(&pair, 9, 0);
    pair_check_reply(&pair, 9, STATUS_UNAVAILABLE, "the server takes no new calls on this connection", &event);
    pair_perform_on_stream(&pair, MONITOR_OPEN_STREAM, 6);
    pair_check_next(&pair, MONITOR_STREAM_ENDED, &event);
    assert_true(event.stream_id == 6);
    assert_int_equal(event.outcome.status, STATUS_UNAVAILABLE);
    pair_check_quiet(&pair);
    pair_release(&pair);
}

static void what_is_asked_of_no_connection_fails_at_once(void **state)
{
    const struct monitor_action open = {.kind = MONITOR_OPEN_STREAM, .connection_id = 77, .stream_id = 5};
    const struct monitor_action call = {
        .kind = MONITOR_CALL, .connection_id = 77, .call_id = 9, .container_id = text_of("web")};
    struct pair pair;
    struct monitor_event event;
    (void)state;
    pair_init(&pair, DELETE_ALL);
    pair_perform(&pair, &open);
    pair_check_next(&pair, MONITOR_STREAM_ENDED, &event);
    assert_int_equal(event.outcome.status, STATUS_UNAVAILABLE);
    pair_perform(&pair, &call);
    pair_check_reply(&pair, 9, STATUS_UNAVAILABLE, "there is no connection", &event);
    pair_release(&pair);
}

static void a_closed_connection_sends_its_last_bytes_and_is_heard_no_more(void **state)
{
    const struct monitor_action close = {.kind = MONITOR_CLOSE, .connection_id = PAIR_CONNECTION};
    struct pair pair;
    struct grpc_server_event seen;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    int32_t grpc_id = pair_subscribe(&pair, 5);
    pair_send_message(&pair, grpc_id, pair_exit_message);
    pair_ask_delete(&pair, 9, 0);
    pair_perform_on_stream(&pair, MONITOR_CANCEL_STREAM, 5);
    pair_perform(&pair, &close);
    pair_check_quiet(&pair);
    assert_int_equal(handler_wire_receive(pair.wire, PAIR_CONNECTION, "x", 1, pair.now_ns), ERROR_CLOSED);
    pair_to_server(&pair);
    assert_true(grpc_server_next(pair.server, &seen));
    assert_int_equal(seen.kind, GRPC_SERVER_CANCELLED);
    assert_false(seen.connection_lost);
    handler_wire_lost(pair.wire, PAIR_CONNECTION, text_of("closed"), pair.now_ns);
    pair_check_quiet(&pair);
    pair_release(&pair);
}

static void connections_have_a_limit_that_what_is_over_does_not_count_for(void **state)
{
    struct pair pair;
    struct monitor_event event;
    struct monitor_action close = {.kind = MONITOR_CLOSE};
    uint64_t id;
    (void)state;
    pair_init(&pair, DELETE_NONE);
    for (id = 2; id <= HANDLER_WIRE_CONNECTIONS_MAX; id++)
        assert_int_equal(handler_wire_connected(pair.wire, id, pair.now_ns), 0);
    assert_int_equal(handler_wire_connected(pair.wire, id, pair.now_ns), ERROR_LIMIT);
    close.connection_id = 3;
    pair_perform(&pair, &close);
    assert_int_equal(handler_wire_connected(pair.wire, id, pair.now_ns), 0);
    handler_wire_lost(pair.wire, 4, text_of("gone"), pair.now_ns);
    while (handler_wire_next(pair.wire, &event) && event.kind != MONITOR_CONNECTION_LOST)
        assert_true(event.connection_id != 3);
    assert_true(event.connection_id == 4);
    for (id = 100; id < 100 + 3 * HANDLER_WIRE_CONNECTIONS_MAX; id++) {
        handler_wire_lost(pair.wire, id, text_of("refused"), pair.now_ns);
        pair_check_next(&pair, MONITOR_CONNECTION_LOST, &event);
        assert_true(event.connection_id == id);
    }
    pair_release(&pair);
}

static void a_namespace_that_containerd_refuses_is_refused(void **state)
{
    struct handler_wire_options options = {.name_space = text_of("a,topic==x"), .deletes = DELETE_NONE};
    struct handler_wire *wire = NULL;
    (void)state;
    assert_int_equal(handler_wire_new(&wire, &options), ERROR_INVALID);
    options.name_space = text_of("");
    assert_int_equal(handler_wire_new(&wire, &options), ERROR_INVALID);
    assert_null(wire);
}

/* ---- nonsense ---- */

static void an_api_without_labels_cannot_say_what_is_owned(void **state)
{
    struct handler_wire_options options = {
        .name_space = text_of("default"), .deletes = DELETE_OWNED, .api = HANDLER_API_EXECUTION};
    struct handler_wire *wire = NULL;
    (void)state;
    assert_int_equal(handler_wire_new(&wire, &options), ERROR_INVALID);
    assert_null(wire);
    options.deletes = DELETE_NONE;
    assert_int_equal(handler_wire_new(&wire, &options), 0);
    handler_wire_free(wire);
}

static void a_call_that_the_api_lacks_is_answered_unsent(void **state)
{
    struct handler_wire_options options = {.name_space = text_of("default"), .api = HANDLER_API_EXECUTION};
    static const struct {
        enum monitor_call call;
        int status;
    } rows[] = {{MONITOR_CALL_METRICS, STATUS_UNIMPLEMENTED}, {MONITOR_CALL_REMOVE, STATUS_OK}};
    struct handler_wire *wire = NULL;
    (void)state;
    assert_int_equal(handler_wire_new(&wire, &options), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct monitor_action action = {
            .kind = MONITOR_CALL, .call = rows[i].call, .call_id = 9, .container_id = text_of("web")};
        struct monitor_event event;
        assert_int_equal(handler_wire_perform(wire, &action, 0), 0);
        assert_true(handler_wire_next(wire, &event));
        assert_int_equal(event.kind, MONITOR_REPLY);
        assert_true(event.call_id == 9);
        assert_int_equal(event.outcome.status, rows[i].status);
        assert_true(event.outcome.text.length > 0 || rows[i].status == STATUS_OK);
    }
    handler_wire_free(wire);
}

static void break_bytes(struct buffer *bytes, struct random *random)
{
    for (uint64_t changes = random_below(random, 3); changes > 0 && bytes->length > 0; changes--)
        bytes->bytes[random_below(random, bytes->length)] = (unsigned char)random_next(random);
}

/* Whatever a server sends: every event pulled is one of the peer's, and after the loss there is none. */
static void one_broken_server(struct random *random, size_t counts[2])
{
    struct pair pair;
    struct monitor_event event;
    struct buffer bytes = BUFFER_INIT;
    bool is_lost = false;
    pair_init(&pair, DELETE_ALL);
    int32_t grpc_id = pair_subscribe(&pair, 5);
    pair_ask_delete(&pair, 9, 0);
    (void)grpc_server_send_message(pair.server, grpc_id, pair_exit_message);
    (void)grpc_server_send_message(pair.server, grpc_id, pair_exit_message);
    (void)grpc_server_finish(pair.server, grpc_id, STATUS_UNAVAILABLE, text_of("x"));
    (void)grpc_server_goaway(pair.server, GRPC_STREAM_ID_MAX, GRPC_HTTP2_NO_ERROR);
    assert_int_equal(grpc_server_send(pair.server, &bytes, SIZE_MAX), 0);
    break_bytes(&bytes, random);
    int code = handler_wire_receive(pair.wire, PAIR_CONNECTION, bytes.bytes, bytes.length, pair.now_ns);
    if (code == 0)
        code = handler_wire_send(pair.wire, PAIR_CONNECTION, &bytes, pair.now_ns);
    while (handler_wire_next(pair.wire, &event)) {
        assert_false(is_lost);
        is_lost = event.kind == MONITOR_CONNECTION_LOST;
    }
    assert_true(is_lost == (code != 0));
    counts[is_lost]++;
    buffer_release(&bytes);
    pair_release(&pair);
}

static void a_broken_server_is_heard_or_lost_but_breaks_nothing(void **state)
{
    struct random random;
    size_t counts[2] = {0, 0};
    (void)state;
    random_seed(&random, 5);
    for (int round = 0; round < 500; round++)
        one_broken_server(&random, counts);
    assert_true(counts[0] > 50);
    assert_true(counts[1] > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loss_is_told_once_after_what_came_before_it),
        cmocka_unit_test(a_failed_dial_is_told_once),
        cmocka_unit_test(a_peer_that_speaks_something_else_loses_the_connection),
        cmocka_unit_test(a_goaway_drains_what_is_open_and_refuses_what_is_new),
        cmocka_unit_test(what_is_asked_of_no_connection_fails_at_once),
        cmocka_unit_test(a_closed_connection_sends_its_last_bytes_and_is_heard_no_more),
        cmocka_unit_test(connections_have_a_limit_that_what_is_over_does_not_count_for),
        cmocka_unit_test(a_namespace_that_containerd_refuses_is_refused),
        cmocka_unit_test(an_api_without_labels_cannot_say_what_is_owned),
        cmocka_unit_test(a_call_that_the_api_lacks_is_answered_unsent),
        cmocka_unit_test(a_broken_server_is_heard_or_lost_but_breaks_nothing),
    };
    return cmocka_run_group_tests_name("handler/wire/wire", tests, NULL, NULL);
}
