/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/fake_pair.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fakecontainerd/core/format.h"
#include "tests/support/fake_play.h"

static void step(struct fake_pair *pair, struct fake_event *event)
{
    event->now_ns = pair->now_ns;
    event->wall_ns = WALL_START_NS + pair->now_ns;
    fake_event_format(event, &pair->trace);
    buffer_append(&pair->trace, "\n", 1);
    assert_int_equal(fake_step(pair->fake, event, &pair->actions), 0);
    for (size_t i = 0; i < pair->actions.count; i++) {
        const struct fake_action *action = &pair->actions.items[i];
        assert_int_equal(fake_wire_perform(pair->wire, action, pair->now_ns), 0);
        pair->is_closed = pair->is_closed || action->kind == FAKE_CLOSE_CONNECTION;
    }
}

static void connect(struct fake_pair *pair)
{
    assert_int_equal(grpc_client_new(NULL, &pair->client), 0);
    assert_int_equal(fake_wire_connected(pair->wire, ++pair->connection_id, pair->now_ns), 0);
    pair->is_closed = false;
    pair->goaways = 0;
    fake_pair_run(pair);
}

void fake_pair_init(struct fake_pair *pair)
{
    fake_pair_init_with(pair, NULL);
}

void fake_pair_init_with(struct fake_pair *pair, const struct fake_wire_options *options)
{
    struct fake_event start = {.kind = FAKE_START};
    memset(pair, 0, sizeof *pair);
    assert_int_equal(fake_new(&pair->fake, NULL), 0);
    assert_int_equal(fake_wire_new(&pair->wire, options), 0);
    step(pair, &start);
    connect(pair);
    assert_string_equal(fake_pair_trace(pair), "start\nconnected\n");
}

static void forget(struct fake_pair *pair)
{
    for (size_t i = 0; i < pair->message_count; i++)
        buffer_release(&pair->messages[i]);
    pair->message_count = 0;
    pair->headers = 0;
    pair->ended = false;
    pair->text[0] = '\0';
}

void fake_pair_release(struct fake_pair *pair)
{
    forget(pair);
    grpc_client_free(pair->client);
    fake_wire_free(pair->wire);
    fake_free(pair->fake);
    buffer_release(&pair->to_fake);
    buffer_release(&pair->to_client);
    buffer_release(&pair->trace);
}

int fake_pair_set_up(void **state)
{
    static struct fake_pair pair;
    fake_pair_init(&pair);
    *state = &pair;
    return 0;
}

int fake_pair_tear_down(void **state)
{
    fake_pair_release(*state);
    return 0;
}

void fake_pair_reconnect(struct fake_pair *pair)
{
    grpc_client_free(pair->client);
    buffer_clear(&pair->to_fake);
    buffer_clear(&pair->to_client);
    fake_wire_lost(pair->wire, pair->connection_id, pair->now_ns);
    connect(pair);
}

static void note(struct fake_pair *pair, const struct grpc_client_event *event)
{
    if (event->kind == GRPC_CLIENT_MESSAGE) {
        assert_true(pair->message_count < PAIR_MESSAGES_MAX);
        struct buffer *message = &pair->messages[pair->message_count++];
        buffer_init(message);
        buffer_append_text(message, event->message);
    } else if (event->kind == GRPC_CLIENT_HEADERS) {
        pair->headers++;
    } else if (event->kind == GRPC_CLIENT_ENDED) {
        assert_false(pair->ended);
        pair->ended = true;
        pair->end = event->end;
        pair->status = (int)event->status;
        pair->http2_code = event->http2_code;
        text_copy(event->text, pair->text, sizeof pair->text);
    } else if (event->kind == GRPC_CLIENT_GOAWAY) {
        pair->goaways++;
        pair->last_stream_id = event->last_stream_id;
        pair->goaway_code = event->http2_code;
    }
}

/* One round; true where anything moved. */
static bool move(struct fake_pair *pair)
{
    struct fake_event event;
    struct grpc_client_event heard;
    size_t length;
    bool moved = false;

    (void)grpc_client_send(pair->client, &pair->to_fake, 1 << 20);
    length = pair->chunk != 0 && pair->chunk < pair->to_fake.length ? pair->chunk : pair->to_fake.length;
    if (length > 0 && !pair->is_closed) {
        int code = fake_wire_receive(pair->wire, pair->connection_id, pair->to_fake.bytes, length, pair->now_ns);
        pair->breach = pair->breach != 0 ? pair->breach : code;
        buffer_consume(&pair->to_fake, length);
        moved = true;
    }
    for (; fake_wire_next(pair->wire, &event); moved = true)
        step(pair, &event);
    for (event = (struct fake_event){.kind = FAKE_TIME}; fake_deadline_ns(pair->fake) <= pair->now_ns; moved = true)
        step(pair, &event);
    int code = fake_wire_send(pair->wire, pair->connection_id, &pair->to_client, pair->now_ns);
    pair->breach = pair->breach != 0 || pair->is_closed ? pair->breach : code;
    length = pair->chunk != 0 && pair->chunk < pair->to_client.length ? pair->chunk : pair->to_client.length;
    if (length > 0 && !pair->deaf) {
        assert_int_equal(grpc_client_receive(pair->client, pair->to_client.bytes, length, pair->now_ns), 0);
        buffer_consume(&pair->to_client, length);
        moved = true;
    }
    for (; !pair->deaf && grpc_client_next(pair->client, &heard); moved = true)
        note(pair, &heard);
    return moved;
}

void fake_pair_run(struct fake_pair *pair)
{
    while (!pair->is_held && move(pair))
        continue;
}

void fake_pair_command(struct fake_pair *pair, struct fake_command command)
{
    struct fake_event event = {.kind = FAKE_COMMAND, .command = command};
    step(pair, &event);
    fake_pair_run(pair);
}

void fake_pair_advance(struct fake_pair *pair, int64_t by_ns)
{
    pair->now_ns += by_ns;
    fake_wire_time(pair->wire, pair->now_ns);
    fake_pair_run(pair);
}

int32_t fake_pair_call(struct fake_pair *pair, const char *path, const char *name_space, struct text message,
                       bool streaming)
{
    struct grpc_metadata field = {text_of("containerd-namespace"), text_of(name_space)};
    struct grpc_request request = {.path = text_of(path),
                                   .metadata = &field,
                                   .metadata_count = name_space != NULL,
                                   .message = message,
                                   .streaming = streaming};
    int32_t stream_id;
    forget(pair);
    assert_int_equal(grpc_client_open(pair->client, &request, pair->now_ns, &stream_id), 0);
    fake_pair_run(pair);
    return stream_id;
}

const char *fake_pair_trace(struct fake_pair *pair)
{
    static char text[65536];
    text_copy(buffer_text(&pair->trace), text, sizeof text);
    buffer_clear(&pair->trace);
    return text;
}
