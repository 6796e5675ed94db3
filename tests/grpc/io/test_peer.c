/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both ends on a real socket, in one loop. With arguments it is one end for a foreign peer instead:
 *
 *   test_peer --serve SOCKET                            grpc_service, until SIGTERM
 *   test_peer --call SOCKET METHOD MESSAGE [OPTION]...  one call; prints an event a line
 *     --stream         a server stream         --timeout-ms N   with a deadline
 *     --ping           a PING before the call  --cancel-at N    cancel at the Nth message
 *     --metadata NAME VALUE
 */
#include <event2/event.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/time.h"
#include "tests/support/grpc_pair.h"
#include "tests/support/grpc_peer.h"

enum { PATH_MAX_HERE = 100, METADATA_MAX = 8, HALF_BIG = 8 * 1024 * 1024 };

/* ---- one end for a foreign peer ---- */

static void on_signal(evutil_socket_t number, short what, void *context)
{
    (void)number;
    (void)what;
    grpc_loop_stop(context);
}

static int play_server(const char *path)
{
    struct grpc_loop *loop;
    struct grpc_peer_server server;
    struct error error = {""};

    if (grpc_loop_new(&loop) != 0)
        return EXIT_FAILURE;
    if (grpc_peer_server_init(&server, loop, path, &error) != 0) {
        fprintf(stderr, "%s\n", error.text);
        grpc_loop_free(loop);
        return EXIT_FAILURE;
    }
    struct event *end = evsignal_new(grpc_loop_base(loop), SIGTERM, on_signal, loop);
    event_add(end, NULL);
    int code = grpc_loop_run(loop);
    event_free(end);
    grpc_peer_server_release(&server);
    grpc_loop_free(loop);
    return code == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

struct call {
    struct grpc_peer_client peer;
    struct grpc_request request;
    struct grpc_metadata metadata[METADATA_MAX];
    char path[PATH_MAX_HERE];
    bool ping;
    long cancel_at;
    long message_count;
    int32_t stream_id;
};

static void print_event(void *context, const struct grpc_client_event *event)
{
    struct call *call = context;

    switch (event->kind) {
    case GRPC_CLIENT_SETTINGS: break;
    case GRPC_CLIENT_HEADERS: printf("headers\n"); break;
    case GRPC_CLIENT_MESSAGE:
        call->message_count++;
        if (event->message.length > PATH_MAX_HERE)
            printf("message of %zu bytes\n", event->message.length);
        else
            printf("message %.*s\n", TEXT_ARGUMENTS(event->message));
        if (call->message_count == call->cancel_at) {
            grpc_client_cancel(call->peer.client, event->stream_id);
            grpc_client_goaway(call->peer.client);
        }
        break;
    case GRPC_CLIENT_ENDED:
        printf("ended %s %s %.*s\n", grpc_end_name(event->end), status_name((int)event->status),
               TEXT_ARGUMENTS(event->text));
        grpc_client_goaway(call->peer.client);
        break;
    case GRPC_CLIENT_GOAWAY: printf("goaway\n"); break;
    case GRPC_CLIENT_PONG: printf("pong %.8s\n", (const char *)event->ping); break;
    }
}

static bool read_options(struct call *call, int count, char **arguments)
{
    for (int i = 0; i < count; i++) {
        bool has_value = i + 1 < count;

        if (strcmp(arguments[i], "--stream") == 0) {
            call->request.streaming = true;
        } else if (strcmp(arguments[i], "--ping") == 0) {
            call->ping = true;
        } else if (strcmp(arguments[i], "--timeout-ms") == 0 && has_value) {
            call->request.timeout_ns = strtol(arguments[++i], NULL, 10) * TIME_MILLISECOND;
        } else if (strcmp(arguments[i], "--cancel-at") == 0 && has_value) {
            call->cancel_at = strtol(arguments[++i], NULL, 10);
        } else if (strcmp(arguments[i], "--metadata") == 0 && i + 2 < count &&
                   call->request.metadata_count < METADATA_MAX) {
            call->metadata[call->request.metadata_count++] =
                (struct grpc_metadata){text_of(arguments[i + 1]), text_of(arguments[i + 2])};
            i += 2;
        } else {
            fprintf(stderr, "unknown option %s\n", arguments[i]);
            return false;
        }
    }
    return true;
}

static int play_client(int count, char **arguments)
{
    struct call call = {.request = {.message = text_of(arguments[2])}};
    struct grpc_loop *loop = NULL;
    int code = EXIT_FAILURE;

    snprintf(call.path, sizeof(call.path), "/%s", arguments[1]);
    call.request.path = text_of(call.path);
    call.request.metadata = call.metadata;
    if (!read_options(&call, count - 3, arguments + 3) || grpc_loop_new(&loop) != 0)
        return EXIT_FAILURE;
    if (grpc_peer_client_init(&call.peer, loop, arguments[0], print_event, &call) == 0) {
        if (call.ping)
            grpc_client_ping(call.peer.client, (const unsigned char *)"12345678", grpc_loop_now_ns(loop));
        grpc_client_open(call.peer.client, &call.request, grpc_loop_now_ns(loop), &call.stream_id);
        code = grpc_loop_run(loop) == 0 && call.peer.code == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
        if (call.peer.code != 0)
            printf("closed %s\n", call.peer.sentence);
    }
    grpc_peer_client_release(&call.peer);
    grpc_loop_free(loop);
    return code;
}

/* ---- tests ---- */

struct both {
    char path[PATH_MAX_HERE];
    struct grpc_loop *loop;
    struct grpc_peer_server server;
    struct grpc_peer_client client;
    size_t message_count;
    size_t message_bytes;
    int open_count;
    struct grpc_client_event ended;
};

static void remember(void *context, const struct grpc_client_event *event)
{
    struct both *both = context;

    if (event->kind == GRPC_CLIENT_MESSAGE) {
        both->message_count++;
        both->message_bytes += event->message.length;
    }
    if (event->kind == GRPC_CLIENT_ENDED) {
        both->ended = *event;
        both->open_count--;
        if (both->open_count == 0)
            grpc_client_goaway(both->client.client);
    }
}

static int set_up(void **state)
{
    static struct both both;
    struct error error;

    memset(&both, 0, sizeof(both));
    snprintf(both.path, sizeof(both.path), "/tmp/grpc-peer-%d.sock", (int)getpid());
    assert_int_equal(grpc_loop_new(&both.loop), 0);
    assert_int_equal(grpc_peer_server_init(&both.server, both.loop, both.path, &error), 0);
    assert_int_equal(grpc_peer_client_init(&both.client, both.loop, both.path, remember, &both), 0);
    *state = &both;
    return 0;
}

static int tear_down(void **state)
{
    struct both *both = *state;

    grpc_peer_client_release(&both->client);
    grpc_peer_server_release(&both->server);
    grpc_loop_free(both->loop);
    return 0;
}

static void open_call(struct both *both, const char *path, struct text message, int64_t timeout_ns)
{
    struct grpc_request request = {
        .path = text_of(path), .message = message, .streaming = true, .timeout_ns = timeout_ns};
    int32_t stream_id;

    assert_int_equal(grpc_client_open(both->client.client, &request, grpc_loop_now_ns(both->loop), &stream_id), 0);
    both->open_count++;
}

/* Runs until the client has said goodbye and closed. */
static void run_calls(struct both *both)
{
    assert_int_equal(grpc_loop_run(both->loop), 0);
    assert_true(both->client.closed);
    assert_int_equal(both->client.code, 0);
}

static void run_call(struct both *both, const char *path, const char *message, int64_t timeout_ns)
{
    open_call(both, path, text_of(message), timeout_ns);
    run_calls(both);
}

static void unary_call_works_over_a_socket(void **state)
{
    struct both *both = *state;

    run_call(both, "/test.Test/Echo", "hello", 0);
    assert_int_equal(both->message_count, 1);
    assert_int_equal(both->message_bytes, 5);
    assert_int_equal(both->ended.status, STATUS_OK);
}

static void stream_of_10000_messages_works_over_a_socket(void **state)
{
    struct both *both = *state;

    run_call(both, "/test.Test/Count", "10000", 0);
    assert_int_equal(both->message_count, 10000);
}

static void message_larger_than_all_windows_and_buffers_works_over_a_socket(void **state)
{
    struct both *both = *state;

    run_call(both, "/test.Test/Big", "16777216", 0);
    assert_int_equal(both->message_bytes, 16777216);
}

/* An end that stopped reading while it cannot write would leave both waiting for each other. */
static void both_ends_may_have_more_to_say_than_the_socket_takes(void **state)
{
    struct both *both = *state;
    char *bytes = calloc(1, HALF_BIG);

    assert_non_null(bytes);
    for (int i = 0; i < 2; i++) {
        open_call(both, "/test.Test/Big", text_of("8388608"), 0);
        open_call(both, "/test.Test/Echo", (struct text){bytes, HALF_BIG}, 0);
    }
    free(bytes);
    run_calls(both);
    assert_int_equal(both->message_bytes, 4 * HALF_BIG);
}

static void deadline_wakes_the_loop(void **state)
{
    struct both *both = *state;

    run_call(both, "/test.Test/Hang", "", 2 * TIME_MILLISECOND);
    assert_int_equal(both->ended.status, STATUS_DEADLINE_EXCEEDED);
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(unary_call_works_over_a_socket, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stream_of_10000_messages_works_over_a_socket, set_up, tear_down),
        cmocka_unit_test_setup_teardown(message_larger_than_all_windows_and_buffers_works_over_a_socket, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(both_ends_may_have_more_to_say_than_the_socket_takes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(deadline_wakes_the_loop, set_up, tear_down),
    };

    if (count == 3 && strcmp(arguments[1], "--serve") == 0)
        return play_server(arguments[2]);
    if (count >= 5 && strcmp(arguments[1], "--call") == 0)
        return play_client(count - 2, arguments + 2);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
