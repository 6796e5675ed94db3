/* SPDX-License-Identifier: Apache-2.0 */
/* What a client says, byte for byte: the form of real clients, of today and of 2017. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/time.h"
#include "grpc/wire/client.h"
#include "tests/support/grpc_frames.h"

static void first_bytes_of_a_client_have_the_form(const struct grpc_options *options,
                                                  const struct grpc_request *request, const char *expected)
{
    struct frames_reader *reader = frames_reader_new();
    struct buffer out = BUFFER_INIT, trace = BUFFER_INIT;
    struct grpc_client *client;
    int32_t id;

    assert_int_equal(grpc_client_new(options, &client), 0);
    assert_int_equal(grpc_client_open(client, request, 0, &id), 0);
    assert_int_equal(grpc_client_send(client, &out, SIZE_MAX), 0);
    frames_read(reader, &out, &trace);
    buffer_append(&trace, "", 1);
    assert_string_equal((const char *)trace.bytes, expected);
    buffer_release(&out);
    buffer_release(&trace);
    grpc_client_free(client);
    frames_reader_free(reader);
}

static void request_has_the_form_of_todays_grpc_go(void **state)
{
    const struct grpc_metadata metadata[] = {{text_of("containerd-namespace"), text_of("default")}};
    const struct grpc_options options = {.user_agent = text_of("grpc-go/1.33.3")};
    const struct grpc_request request = {.path = text_of("/containerd.services.tasks.v1.Tasks/Delete"),
                                         .metadata = metadata,
                                         .metadata_count = 1,
                                         .timeout_ns = 30 * TIME_SECOND,
                                         .message = text_of("\n\003abc")};

    (void)state;
    first_bytes_of_a_client_have_the_form(
        &options, &request,
        "SETTINGS {4=4194304} | WINDOW_UPDATE 0 +4128769 | HEADERS 1 {:method: POST, :scheme: http, "
        ":path: /containerd.services.tasks.v1.Tasks/Delete, :authority: localhost, content-type: application/grpc, "
        "user-agent: grpc-go/1.33.3, te: trailers, grpc-timeout: 30000000u, containerd-namespace: default} | "
        "DATA 1 \"\\u0000\\u0000\\u0000\\u0000\\u0005\\n\\u0003abc\" END");
}

static void request_has_the_form_of_2017_where_the_options_say_so(void **state)
{
    const struct grpc_options options = {.stream_window = 65535,
                                         .connection_window = 1048560,
                                         .user_agent = text_of("grpc-go/1.0"),
                                         .authority = text_of("unix")};
    const struct grpc_request request = {
        .path = text_of("/containerd.v1.services.ContainerService/Events"), .streaming = true, .end_apart = true};

    (void)state;
    first_bytes_of_a_client_have_the_form(
        &options, &request,
        "SETTINGS {} | WINDOW_UPDATE 0 +983025 | HEADERS 1 {:method: POST, :scheme: http, "
        ":path: /containerd.v1.services.ContainerService/Events, :authority: unix, content-type: application/grpc, "
        "user-agent: grpc-go/1.0, te: trailers} | DATA 1 \"\\u0000\\u0000\\u0000\\u0000\\u0000\" | DATA 1 \"\" END");
}

static void window_that_http2_cannot_say_becomes_the_largest(void **state)
{
    const struct grpc_options options = {
        .stream_window = UINT32_MAX, .connection_window = UINT32_MAX, .user_agent = text_of("u")};
    const struct grpc_request request = {.path = text_of("/a/b")};

    (void)state;
    first_bytes_of_a_client_have_the_form(
        &options, &request,
        "SETTINGS {4=2147483647} | WINDOW_UPDATE 0 +2147418112 | HEADERS 1 {:method: POST, :scheme: http, :path: /a/b, "
        ":authority: localhost, content-type: application/grpc, user-agent: u, te: trailers} | "
        "DATA 1 \"\\u0000\\u0000\\u0000\\u0000\\u0000\" END");
}

static void send_stops_soon_after_its_limit(void **state)
{
    struct grpc_client *client;
    struct buffer out = BUFFER_INIT;
    static char big[100000];
    struct grpc_request request = {.path = text_of("/a/b"), .message = {big, sizeof(big)}};
    int32_t id;

    (void)state;
    assert_int_equal(grpc_client_new(NULL, &client), 0);
    assert_int_equal(grpc_client_open(client, &request, 0, &id), 0);
    assert_int_equal(grpc_client_send(client, &out, 20000), 0);
    assert_in_range(out.length, 20000, 20000 + 16384 + 9);
    size_t before = out.length;
    assert_int_equal(grpc_client_send(client, &out, SIZE_MAX), 0);
    assert_true(out.length > before);
    buffer_release(&out);
    grpc_client_free(client);
}

/* A server may answer before it has read the whole request, and need not reset the stream itself. */
static void rest_of_a_request_that_is_answered_already_is_not_sent(void **state)
{
    static const struct {
        const char *fields;
        uint8_t flags;
    } rows[] = {
        {":status: 200\ncontent-type: application/grpc\ngrpc-status: 8\n", FLAG_END_STREAM},
        {":status: 503\ncontent-type: text/plain\n", FLAG_END_STREAM},
        {":status: 503\ncontent-type: text/plain\n", FLAG_NONE},
    };
    static char big[100000];
    struct grpc_request request = {.path = text_of("/a/b"), .message = {big, sizeof(big)}};

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct frames_reader *reader = frames_reader_new();
        struct buffer in = BUFFER_INIT, out = BUFFER_INIT, trace = BUFFER_INIT;
        struct grpc_client *client;
        int32_t id;

        assert_int_equal(grpc_client_new(NULL, &client), 0);
        assert_int_equal(grpc_client_open(client, &request, 0, &id), 0);
        assert_int_equal(grpc_client_send(client, &out, SIZE_MAX), 0);
        buffer_clear(&out);
        frames_add(&in, FRAME_SETTINGS, FLAG_NONE, 0, NULL, 0);
        frames_add(&in, FRAME_SETTINGS, FLAG_ACK, 0, NULL, 0);
        frames_add_headers(&in, rows[i].flags, id, rows[i].fields);
        frames_add_number(&in, FRAME_WINDOW_UPDATE, 0, 1000000);
        frames_add_number(&in, FRAME_WINDOW_UPDATE, id, 1000000);
        assert_int_equal(grpc_client_receive(client, in.bytes, in.length, 0), 0);
        assert_int_equal(grpc_client_send(client, &out, SIZE_MAX), 0);
        frames_read(reader, &out, &trace);
        buffer_append(&trace, "", 1);
        assert_string_equal((const char *)trace.bytes, "SETTINGS ACK | RST_STREAM 1 CANCEL");
        buffer_release(&in);
        buffer_release(&out);
        buffer_release(&trace);
        grpc_client_free(client);
        frames_reader_free(reader);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(request_has_the_form_of_todays_grpc_go),
        cmocka_unit_test(request_has_the_form_of_2017_where_the_options_say_so),
        cmocka_unit_test(window_that_http2_cannot_say_becomes_the_largest),
        cmocka_unit_test(rest_of_a_request_that_is_answered_already_is_not_sent),
        cmocka_unit_test(send_stops_soon_after_its_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
