/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/handler_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char exit_bytes[] = "\x12\x07"
                                 "default"
                                 "\x1a\x0b/tasks/exit"
                                 "\x22\x29\x0a\x1a"
                                 "containerd.events.TaskExit"
                                 "\x12\x0b\x0a\x03web\x18\x07\x20\x03\x2a\x00";
const struct text pair_exit_message = {exit_bytes, sizeof exit_bytes - 1};

void pair_to_server(struct pair *pair)
{
    struct buffer bytes = BUFFER_INIT;
    (void)handler_wire_send(pair->wire, PAIR_CONNECTION, &bytes, pair->now_ns);
    if (bytes.length > 0)
        assert_int_equal(grpc_server_receive(pair->server, bytes.bytes, bytes.length, pair->now_ns), 0);
    buffer_release(&bytes);
}

void pair_to_handler(struct pair *pair)
{
    struct buffer bytes = BUFFER_INIT;
    assert_int_equal(grpc_server_send(pair->server, &bytes, SIZE_MAX), 0);
    if (bytes.length > 0)
        pair->receive_code = handler_wire_receive(pair->wire, PAIR_CONNECTION, bytes.bytes, bytes.length, pair->now_ns);
    buffer_release(&bytes);
}

void pair_carry(struct pair *pair)
{
    for (int i = 0; i < 3; i++) {
        pair_to_server(pair);
        pair_to_handler(pair);
    }
}

void pair_check_next(struct pair *pair, enum monitor_event_kind kind, struct monitor_event *ret_event)
{
    assert_true(handler_wire_next(pair->wire, ret_event));
    assert_int_equal(ret_event->kind, kind);
}

void pair_check_quiet(struct pair *pair)
{
    struct monitor_event event;
    assert_false(handler_wire_next(pair->wire, &event));
}

void pair_init(struct pair *pair, enum delete_option deletes)
{
    const struct handler_wire_options options = {.name_space = text_of("default"), .deletes = deletes};
    struct monitor_event event;
    *pair = (struct pair){.now_ns = TIME_SECOND};
    assert_int_equal(handler_wire_new(&pair->wire, &options), 0);
    assert_int_equal(grpc_server_new(NULL, &pair->server), 0);
    assert_int_equal(handler_wire_connected(pair->wire, PAIR_CONNECTION, pair->now_ns), 0);
    pair_check_next(pair, MONITOR_CONNECTION_UP, &event);
    assert_int_equal(event.connection_id, PAIR_CONNECTION);
    pair_check_quiet(pair);
}

void pair_release(struct pair *pair)
{
    handler_wire_free(pair->wire);
    grpc_server_free(pair->server);
}

void pair_perform(struct pair *pair, const struct monitor_action *action)
{
    assert_int_equal(handler_wire_perform(pair->wire, action, pair->now_ns), 0);
}

void pair_perform_on_stream(struct pair *pair, enum monitor_action_kind kind, uint64_t stream_id)
{
    const struct monitor_action action = {.kind = kind, .connection_id = PAIR_CONNECTION, .stream_id = stream_id};
    pair_perform(pair, &action);
}

void pair_ask_delete(struct pair *pair, uint64_t call_id, int64_t timeout_ns)
{
    const struct monitor_action action = {.kind = MONITOR_CALL,
                                          .connection_id = PAIR_CONNECTION,
                                          .call_id = call_id,
                                          .timeout_ns = timeout_ns,
                                          .container_id = text_of("web")};
    pair_perform(pair, &action);
    pair_carry(pair);
}

int32_t pair_check_request(struct pair *pair, const char *path, const char *message, int64_t timeout_ns)
{
    struct grpc_server_event event;
    assert_true(grpc_server_next(pair->server, &event));
    assert_int_equal(event.kind, GRPC_SERVER_REQUEST);
    assert_true(text_is(event.path, path));
    assert_true(text_is(event.message, message));
    assert_true(event.timeout_ns == timeout_ns);
    bool found;
    assert_true(
        text_is(grpc_metadata_find(event.metadata, event.metadata_count, "containerd-namespace", &found), "default"));
    return event.stream_id;
}

int32_t pair_subscribe(struct pair *pair, uint64_t stream_id)
{
    struct monitor_event event;
    pair_perform_on_stream(pair, MONITOR_OPEN_STREAM, stream_id);
    pair_check_next(pair, MONITOR_STREAM_OPENED, &event);
    assert_true(event.stream_id == stream_id);
    pair_carry(pair);
    return pair_check_request(pair, PAIR_SUBSCRIBE_PATH, PAIR_SUBSCRIPTION, 0);
}

void pair_send_message(struct pair *pair, int32_t grpc_id, struct text message)
{
    assert_int_equal(grpc_server_send_message(pair->server, grpc_id, message), 0);
    pair_carry(pair);
}

void pair_finish(struct pair *pair, int32_t grpc_id, enum status_code status, const char *text)
{
    assert_int_equal(grpc_server_finish(pair->server, grpc_id, status, text_of(text)), 0);
    pair_carry(pair);
}

void pair_answer(struct pair *pair, int32_t grpc_id, struct text message)
{
    pair_send_message(pair, grpc_id, message);
    pair_finish(pair, grpc_id, STATUS_OK, "");
}

void pair_check_reply(struct pair *pair, uint64_t call_id, int status, const char *text, struct monitor_event *event)
{
    pair_check_next(pair, MONITOR_REPLY, event);
    assert_true(event->call_id == call_id);
    assert_int_equal(event->outcome.status, status);
    assert_true(text_is(event->outcome.text, text));
    pair_check_quiet(pair);
}
