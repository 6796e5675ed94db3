/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/grpc_raw_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

static struct raw_client the_client;

int raw_set_up(void **state)
{
    struct raw_client *raw = &the_client;

    memset(raw, 0, sizeof(*raw));
    raw->reader = frames_reader_new();
    assert_int_equal(grpc_server_new(NULL, &raw->server), 0);
    frames_preface(&raw->in);
    *state = raw;
    return 0;
}

int raw_tear_down(void **state)
{
    struct raw_client *raw = *state;

    grpc_server_free(raw->server);
    frames_reader_free(raw->reader);
    buffer_release(&raw->in);
    buffer_release(&raw->out);
    buffer_release(&raw->trace);
    return 0;
}

int raw_hand_over(struct raw_client *raw)
{
    int code = grpc_server_receive(raw->server, raw->in.bytes, raw->in.length, raw->now_ns);
    int send_code = grpc_server_send(raw->server, &raw->out, SIZE_MAX);

    buffer_clear(&raw->in);
    return code != 0 ? code : send_code;
}

void raw_says(struct raw_client *raw, const char *expected)
{
    frames_read(raw->reader, &raw->out, &raw->trace);
    buffer_clear(&raw->out);
    buffer_append(&raw->trace, "", 1);
    assert_string_equal((const char *)raw->trace.bytes, expected);
    buffer_clear(&raw->trace);
}

void raw_introduce(struct raw_client *raw)
{
    frames_add(&raw->in, FRAME_SETTINGS, FLAG_ACK, 0, NULL, 0);
    assert_int_equal(raw_hand_over(raw), 0);
    raw_says(raw, "SETTINGS {5=16384, 3=10000, 4=4194304} | SETTINGS ACK | WINDOW_UPDATE 0 +4128769");
}

void raw_request(struct raw_client *raw, int32_t id)
{
    frames_add_headers(&raw->in, FLAG_NONE, id, FRAMES_REQUEST);
    frames_add(&raw->in, FRAME_DATA, FLAG_END_STREAM, id, "\0\0\0\0\2hi", 7);
}

void raw_assert_event(struct raw_client *raw, enum grpc_server_event_kind kind, int32_t id,
                      struct grpc_server_event *event)
{
    assert_true(grpc_server_next(raw->server, event));
    assert_int_equal(event->kind, kind);
    assert_int_equal(event->stream_id, id);
}
