/* SPDX-License-Identifier: Apache-2.0 */
/* A client in which each allocation fails once, and one after which all do: every stream still ends exactly once. */
/* clang-format off: the order matters */
#include "grpc/wire/client.c"
#include "grpc/wire/client_events.c"
#include "grpc/wire/client_response.c"
#include "tests/support/grpc_scarce_wire.h"
/* clang-format on */

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "grpc/wire/server.h"
#include "tests/support/grpc_service.h"

enum { CALLS = 5, ROUNDS = 8, ALLOCATIONS_MAX = 5000 };

static const struct {
    const char *path, *message;
    bool streaming;
} calls[CALLS] = {
    {"/test.Test/Echo", "hello", false}, {"/test.Test/Count", "100", true}, {"/test.Test/Fail", "5 gone", false},
    {"/test.Test/Big", "100000", false}, {"/test.Test/Hang", "", true},
};

static void count_ends(struct grpc_client *client, int ends[CALLS])
{
    struct grpc_client_event event;

    while (grpc_client_next(client, &event)) {
        if (event.kind == GRPC_CLIENT_ENDED)
            ends[event.stream_id / 2]++;
    }
}

/* Nothing of the peer's is counted or fails. */
static void let_server_answer(struct grpc_server *server, struct buffer *to_server, struct buffer *to_client)
{
    struct grpc_server_event event;

    scarce_pause();
    assert_int_equal(grpc_server_receive(server, to_server->bytes, to_server->length, 0), 0);
    buffer_clear(to_server);
    while (grpc_server_next(server, &event))
        grpc_service_answer(server, &event);
    assert_int_equal(grpc_server_send(server, to_client, SIZE_MAX), 0);
    scarce_resume();
}

/* Opens all calls; those that could not be opened count as ended. */
static int open_calls(struct grpc_client *client, int ends[CALLS])
{
    const struct grpc_metadata metadata = {text_of("name"), text_of("value")};
    int first = 0;

    for (int i = 0; i < CALLS; i++) {
        struct grpc_request request = {.path = text_of(calls[i].path),
                                       .metadata = &metadata,
                                       .metadata_count = 1,
                                       .message = text_of(calls[i].message),
                                       .streaming = calls[i].streaming,
                                       .timeout_ns = 100};
        int32_t id = 0;
        int code = grpc_client_open(client, &request, 0, &id);

        first = first == 0 ? code : first;
        if (code != 0)
            ends[i] = -1;
        else
            assert_int_equal(id / 2, i);
        /* A failed open may have used an id up; the rest would no longer fit the table. */
        if (code != 0) {
            for (i++; i < CALLS; i++)
                ends[i] = -1;
        }
    }
    return first;
}

/* 0, or the first error that a call returned. */
static int run_calls(struct grpc_client *client, struct grpc_server *server, int ends[CALLS])
{
    struct buffer to_server = BUFFER_INIT, to_client = BUFFER_INIT;
    int code = open_calls(client, ends);

    for (int round = 0; round < ROUNDS && code == 0; round++) {
        code = grpc_client_send(client, &to_server, SIZE_MAX);
        count_ends(client, ends);
        if (code != 0)
            break;
        let_server_answer(server, &to_server, &to_client);
        code = grpc_client_receive(client, to_client.bytes, to_client.length, 0);
        buffer_clear(&to_client);
        count_ends(client, ends);
    }
    if (code == 0)
        code = grpc_client_ping(client, (const unsigned char *)"12345678", 0);
    if (code == 0)
        code = grpc_client_tick(client, 100);
    count_ends(client, ends);
    buffer_release(&to_server);
    buffer_release(&to_client);
    return code;
}

/* One run; returns how many allocations it took. */
static long run(long fail_at, bool for_good)
{
    struct grpc_client *client = NULL;
    struct grpc_server *server = NULL;
    int ends[CALLS] = {0};

    assert_int_equal(grpc_server_new(NULL, &server), 0);
    scarce_fail_at(fail_at, for_good);
    scarce_resume();
    int code = grpc_client_new(NULL, &client);
    if (code == 0) {
        code = run_calls(client, server, ends);
        grpc_client_lost(client, text_of("over"));
        count_ends(client, ends);
        for (int i = 0; i < CALLS; i++)
            assert_int_equal(ends[i] == -1 ? 1 : ends[i], 1);
        grpc_client_free(client);
    }
    scarce_pause();
    if (fail_at < 0)
        assert_int_equal(code, 0);
    else if (for_good)
        assert_int_not_equal(code, 0);
    grpc_server_free(server);
    return scarce_count();
}

static void every_stream_ends_once_whichever_allocation_fails(void **state)
{
    long allocations = run(-1, false);

    (void)state;
    assert_in_range(allocations, 50, ALLOCATIONS_MAX);
    for (long i = 0; i < allocations; i++) {
        run(i, false);
        run(i, true);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_stream_ends_once_whichever_allocation_fails),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
