/* SPDX-License-Identifier: Apache-2.0 */
/* Every way in which a server may end a stream, the wrong ones included, and what the client makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/grpc_pair.h"

static void compressed_message(struct grpc_server *server, int32_t id)
{
    grpc_server_send_raw(server, id, (struct text){"\1\0\0\0\1a", 6});
}

static void bad_flag(struct grpc_server *server, int32_t id)
{
    grpc_server_send_raw(server, id, (struct text){"\7\0\0\0\1a", 6});
}

static void half_a_message(struct grpc_server *server, int32_t id)
{
    grpc_server_send_raw(server, id, (struct text){"\0\0\0\0\2a", 6});
    grpc_server_finish(server, id, STATUS_OK, text_of(""));
}

static void half_a_message_and_an_error(struct grpc_server *server, int32_t id)
{
    grpc_server_send_raw(server, id, (struct text){"\0\0\0\0\2a", 6});
    grpc_server_finish(server, id, STATUS_ABORTED, text_of("stop"));
}

static void no_trailers(struct grpc_server *server, int32_t id)
{
    grpc_server_finish_raw(server, id, NULL, 0);
}

static void no_status(struct grpc_server *server, int32_t id)
{
    const struct grpc_metadata fields[] = {{text_of("x"), text_of("y")}};

    grpc_server_finish_raw(server, id, fields, 1);
}

static void malformed_status(struct grpc_server *server, int32_t id)
{
    const struct grpc_metadata fields[] = {{text_of("grpc-status"), text_of("five")}};

    grpc_server_finish_raw(server, id, fields, 1);
}

static void not_grpc(struct grpc_server *server, int32_t id)
{
    const struct grpc_metadata fields[] = {{text_of(":status"), text_of("503")},
                                           {text_of("content-type"), text_of("text/plain")}};

    grpc_server_send_headers_raw(server, id, fields, 2, false);
}

static void not_grpc_at_once(struct grpc_server *server, int32_t id)
{
    const struct grpc_metadata fields[] = {{text_of(":status"), text_of("404")}};

    grpc_server_send_headers_raw(server, id, fields, 1, true);
}

static void early_hints_first(struct grpc_server *server, int32_t id)
{
    const struct grpc_metadata hints[] = {{text_of(":status"), text_of("103")}};

    /* A response cannot follow in our own server, so the client is left waiting. */
    grpc_server_send_headers_raw(server, id, hints, 1, false);
}

static void data_then_reset(struct grpc_server *server, int32_t id)
{
    grpc_server_send_message(server, id, text_of("last words"));
    grpc_server_finish_reset(server, id, GRPC_HTTP2_REFUSED_STREAM);
}

static void reset_drops_the_queue(struct grpc_server *server, int32_t id)
{
    grpc_server_send_message(server, id, text_of("never sent"));
    grpc_server_reset(server, id, GRPC_HTTP2_CANCEL);
}

static void finish_reset_with_nothing_queued(struct grpc_server *server, int32_t id)
{
    grpc_server_finish_reset(server, id, GRPC_HTTP2_ENHANCE_YOUR_CALM);
}

static void two_messages(struct grpc_server *server, int32_t id)
{
    grpc_server_send_message(server, id, text_of("one"));
    grpc_server_send_message(server, id, text_of("two"));
}

static void ok_without_a_message(struct grpc_server *server, int32_t id)
{
    grpc_server_finish(server, id, STATUS_OK, text_of(""));
}

static void server_that_misbehaves_ends_the_stream_with_the_right_status(void **state)
{
    static const struct {
        void (*misbehave)(struct grpc_server *server, int32_t id);
        bool streaming;
        const char *told;
    } rows[] = {
        {compressed_message, true,
         "headers 1 | ended 1 compressed UNIMPLEMENTED "
         "\"grpc: Decompressor is not installed for grpc-encoding \"\"\""},
        {bad_flag, true, "headers 1 | ended 1 protocol INTERNAL \"a message has a flag byte other than 0 and 1\""},
        {half_a_message, true, "headers 1 | ended 1 truncated INTERNAL \"unexpected EOF\""},
        {half_a_message_and_an_error, true, "headers 1 | ended 1 trailers ABORTED \"stop\""},
        {no_trailers, true,
         "headers 1 | ended 1 no-trailers INTERNAL \"server closed the stream without sending trailers\""},
        {no_status, true, "headers 1 | ended 1 no-status UNKNOWN \"the response has no grpc-status\""},
        {malformed_status, true, "headers 1 | ended 1 protocol INTERNAL \"the response has a malformed grpc-status\""},
        {not_grpc, true,
         "ended 1 content-type UNAVAILABLE "
         "\"the response is not gRPC: HTTP status 503, content-type \"text/plain\"\""},
        {not_grpc_at_once, true,
         "ended 1 content-type UNIMPLEMENTED \"the response is not gRPC: HTTP status 404, content-type \"\"\""},
        {early_hints_first, true, ""},
        {data_then_reset, true,
         "headers 1 | message 1 \"last words\" | ended 1 reset UNAVAILABLE "
         "\"stream terminated by RST_STREAM with error code: REFUSED_STREAM\""},
        {reset_drops_the_queue, true,
         "ended 1 reset CANCELLED \"stream terminated by RST_STREAM with error code: CANCEL\""},
        {finish_reset_with_nothing_queued, true,
         "ended 1 reset RESOURCE_EXHAUSTED \"stream terminated by RST_STREAM with error code: ENHANCE_YOUR_CALM\""},
        {two_messages, false,
         "headers 1 | message 1 \"one\" | ended 1 protocol INTERNAL \"the response holds more than one message\""},
        {ok_without_a_message, false, "ended 1 protocol INTERNAL \"the response holds no message\""},
        {ok_without_a_message, true, "ended 1 trailers-only OK \"\""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct grpc_pair pair;

        grpc_pair_init(&pair, NULL, NULL);
        int32_t id = grpc_pair_call(&pair, "Echo", "", rows[i].streaming);
        grpc_pair_forget(&pair);
        rows[i].misbehave(pair.server, id);
        grpc_pair_settle(&pair);
        grpc_pair_client_told(&pair, rows[i].told);
        /* The connection outlives all of them. */
        assert_int_equal(pair.client_code, 0);
        assert_int_equal(pair.server_code, 0);
        pair.serve = true;
        grpc_pair_call(&pair, "Echo", "still there", false);
        grpc_pair_client_told(&pair, "headers 3 | message 3 \"still there\" | ended 3 trailers OK \"\"");
        grpc_pair_release(&pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_that_misbehaves_ends_the_stream_with_the_right_status),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
