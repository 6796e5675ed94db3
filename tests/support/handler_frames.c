/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/handler_frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

void client_check_next(struct client *client, enum monitor_event_kind kind, struct monitor_event *ret_event)
{
    assert_true(handler_wire_next(client->wire, ret_event));
    assert_int_equal(ret_event->kind, kind);
}

void client_check_outcome(const struct monitor_event *event, int status, const char *text)
{
    assert_int_equal(event->outcome.status, status);
    if (!text_is(event->outcome.text, text))
        fail_msg("the text is %.*s", TEXT_ARGUMENTS(event->outcome.text));
}

void client_check_quiet(struct client *client)
{
    struct monitor_event event;
    assert_false(handler_wire_next(client->wire, &event));
}

/* What the client has said since; to be released. */
static struct buffer said(struct client *client)
{
    struct buffer bytes = BUFFER_INIT;
    struct buffer trace = BUFFER_INIT;
    assert_int_equal(handler_wire_send(client->wire, CLIENT_CONNECTION, &bytes, 0), 0);
    frames_read(client->reader, &bytes, &trace);
    assert_int_equal(buffer_append(&trace, "", 1), 0);
    buffer_release(&bytes);
    return trace;
}

void client_check_said(struct client *client, const char *expected)
{
    struct buffer trace = said(client);
    assert_string_equal((const char *)trace.bytes, expected);
    buffer_release(&trace);
}

bool client_has_said(struct client *client, const char *part)
{
    struct buffer trace = said(client);
    bool has = strstr((const char *)trace.bytes, part) != NULL;
    buffer_release(&trace);
    return has;
}

void client_perform(struct client *client, enum monitor_action_kind kind)
{
    const struct monitor_action action = {.kind = kind,
                                          .connection_id = CLIENT_CONNECTION,
                                          .stream_id = CLIENT_STREAM,
                                          .call_id = CLIENT_CALL,
                                          .container_id = text_of("web")};
    assert_int_equal(handler_wire_perform(client->wire, &action, 0), 0);
}

void client_hear(struct client *client)
{
    assert_int_equal(
        handler_wire_receive(client->wire, CLIENT_CONNECTION, client->heard.bytes, client->heard.length, 0), 0);
    buffer_clear(&client->heard);
}

void client_init(struct client *client, bool has_transport_of_2017)
{
    const struct handler_wire_options options = {.name_space = text_of("default"),
                                                 .deletes = DELETE_ALL,
                                                 .api = HANDLER_API_EXECUTION,
                                                 .transport_of_2017 = has_transport_of_2017};
    struct monitor_event event;
    *client = (struct client){.reader = frames_reader_new()};
    assert_int_equal(handler_wire_new(&client->wire, &options), 0);
    assert_int_equal(handler_wire_connected(client->wire, CLIENT_CONNECTION, 0), 0);
    client_check_next(client, MONITOR_CONNECTION_UP, &event);
    frames_add(&client->heard, FRAME_SETTINGS, FLAG_NONE, 0, NULL, 0);
}

void client_release(struct client *client)
{
    handler_wire_free(client->wire);
    frames_reader_free(client->reader);
    buffer_release(&client->heard);
}
