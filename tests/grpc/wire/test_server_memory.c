/* SPDX-License-Identifier: Apache-2.0 */
/* A server in which each allocation fails once, and one after which all do: whatever was told ends exactly once. */
/* clang-format off: the order matters */
#include "grpc/wire/server.c"
#include "grpc/wire/server_answer.c"
#include "grpc/wire/server_request.c"
#include "tests/support/grpc_scarce_wire.h"
/* clang-format on */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "grpc/wire/client.h"
#include "tests/support/grpc_service.h"

enum { CALLS = 5, ROUNDS = 8, ALLOCATIONS_MAX = 5000 };

static const char *const paths[CALLS] = {"/test.Test/Echo", "/test.Test/Count", "/test.Test/Fail", "/test.Test/Big",
                                         "/test.Test/Hang"};
static const char *const messages[CALLS] = {"hello", "100", "5 gone", "100000", ""};

struct tally {
    int told[CALLS];
    int cancelled[CALLS];
};

static void serve_events(struct grpc_server *server, struct tally *tally)
{
    struct grpc_server_event event;

    while (grpc_server_next(server, &event)) {
        if (event.kind == GRPC_SERVER_REQUEST)
            tally->told[event.stream_id / 2]++;
        if (event.kind == GRPC_SERVER_CANCELLED)
            tally->cancelled[event.stream_id / 2]++;
        grpc_service_answer(server, &event);
    }
}

static struct grpc_client *client_with_calls(void)
{
    struct grpc_client *client;

    assert_int_equal(grpc_client_new(NULL, &client), 0);
    for (int i = 0; i < CALLS; i++) {
        struct grpc_request request = {
            .path = text_of(paths[i]), .message = text_of(messages[i]), .streaming = true, .timeout_ns = 100};
        int32_t id;

        assert_int_equal(grpc_client_open(client, &request, 0, &id), 0);
    }
    return client;
}

static void let_client_go_on(struct grpc_client *client, struct buffer *to_server, struct buffer *to_client)
{
    struct grpc_client_event event;

    scarce_pause();
    assert_int_equal(grpc_client_receive(client, to_client->bytes, to_client->length, 0), 0);
    buffer_clear(to_client);
    while (grpc_client_next(client, &event))
        continue;
    assert_int_equal(grpc_client_send(client, to_server, SIZE_MAX), 0);
    scarce_resume();
}

/* 0, or the first error that a call returned. */
static int run_server(struct grpc_server *server, struct grpc_client *client, struct tally *tally)
{
    struct buffer to_server = BUFFER_INIT, to_client = BUFFER_INIT;
    int code = 0;

    for (int round = 0; round < ROUNDS && code == 0; round++) {
        let_client_go_on(client, &to_server, &to_client);
        code = grpc_server_receive(server, to_server.bytes, to_server.length, 0);
        buffer_clear(&to_server);
        serve_events(server, tally);
        if (code == 0)
            code = grpc_server_send(server, &to_client, SIZE_MAX);
        serve_events(server, tally);
    }
    if (code == 0)
        grpc_server_tick(server, 100);
    serve_events(server, tally);
    buffer_release(&to_server);
    buffer_release(&to_client);
    return code;
}

/* One run; returns how many allocations it took. */
static long run(long fail_at, bool for_good)
{
    struct grpc_client *client = client_with_calls();
    struct grpc_server *server = NULL;
    struct tally tally = {{0}, {0}};

    scarce_fail_at(fail_at, for_good);
    scarce_resume();
    int code = grpc_server_new(NULL, &server);
    if (code == 0) {
        code = run_server(server, client, &tally);
        grpc_server_lost(server);
        serve_events(server, &tally);
        assert_int_equal(grpc_server_open_count(server), 0);
        grpc_server_free(server);
    }
    scarce_pause();
    if (fail_at < 0)
        assert_int_equal(code, 0);
    for (int i = 0; i < CALLS; i++) {
        assert_in_range(tally.told[i], fail_at < 0, 1);
        assert_in_range(tally.cancelled[i], 0, tally.told[i]);
    }
    grpc_client_free(client);
    return scarce_count();
}

static void what_was_told_ends_once_whichever_allocation_fails(void **state)
{
    long allocations = run(-1, false);

    (void)state;
    assert_in_range(allocations, 50, ALLOCATIONS_MAX);
    for (long i = 0; i < allocations; i++) {
        run(i, false);
        run(i, true);
    }
}

static void message_that_memory_was_short_for_can_be_sent_again(void **state)
{
    struct grpc_client *client = client_with_calls();
    struct grpc_server *server = NULL;
    struct buffer to_server = BUFFER_INIT;
    struct grpc_server_event event;

    (void)state;
    assert_int_equal(grpc_server_new(NULL, &server), 0);
    assert_int_equal(grpc_client_send(client, &to_server, SIZE_MAX), 0);
    assert_int_equal(grpc_server_receive(server, to_server.bytes, to_server.length, 0), 0);
    assert_true(grpc_server_next(server, &event));
    scarce_fail_at(0, false);
    scarce_resume();
    assert_int_equal(grpc_server_send_message(server, event.stream_id, text_of("hello")), ERROR_NO_MEMORY);
    scarce_pause();
    assert_int_equal(grpc_server_queued(server, event.stream_id), 0);
    assert_int_equal(grpc_server_send_message(server, event.stream_id, text_of("hello")), 0);
    assert_int_equal(grpc_server_queued(server, event.stream_id), 10);
    buffer_release(&to_server);
    grpc_server_free(server);
    grpc_client_free(client);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(message_that_memory_was_short_for_can_be_sent_again),
        cmocka_unit_test(what_was_told_ends_once_whichever_allocation_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
