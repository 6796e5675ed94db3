/* SPDX-License-Identifier: Apache-2.0 */
/* The fake on a socket, and a client that takes its time to read. */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "fakecontainerd/io/loop.h"
#include "fakecontainerd/io/peers.h"
#include "grpc/wire/client.h"
#include "scenarios/language/scenario.h"

enum {
    EVENTS = 100, /* more bytes than a socket takes unread, and fewer than the connection takes ahead of it */
    EVENT_SIZE = 4096,
    TURNS = 1000
};

struct world {
    char folder[32];
    char path[64];
    struct grpc_loop *grpc;
    struct fake_loop *loop;
    struct scenario *scenario;
    struct grpc_client *client;
    int fd;
    int served;
    int scripts_done;
    int refused;
    size_t messages;
    int goaways;
    bool end_of_file;
    bool mute; /* writes no more */
};

static void count_served(void *context)
{
    struct world *world = context;
    world->served++;
    if (world->loop != NULL)
        fake_loop_stop(world->loop);
}

static void ignore_event(void *context, const struct fake_event *event, size_t line)
{
    (void)context;
    (void)event;
    (void)line;
}

static void ignore_action(void *context, const struct fake_action *action)
{
    (void)context;
    (void)action;
}

static void count_done(void *context)
{
    struct world *world = context;
    world->scripts_done++;
}

static void count_refused(void *context)
{
    struct world *world = context;
    world->refused++;
}

static const struct fake_loop_calls calls = {count_served, ignore_event,  ignore_action,
                                             count_done,   count_refused, NULL};

/* Serves a scenario. */
static void serve(struct world *world, struct buffer *text)
{
    struct error error = {""};
    if (scenario_parse(&world->scenario, text_of("much.yaml"), buffer_text(text), &error) != 0)
        fail_msg("%s", error.text);
    buffer_release(text);
    struct fake_loop_options options = {text_of(world->path), world->scenario, {FAKE_API_V1, {NULL, 0}}, NULL};
    if (fake_loop_new(&world->loop, world->grpc, &options, &calls, world, &error) != 0)
        fail_msg("%s", error.text);
}

/* A scenario that publishes all events at once and then says what is given. */
static void play(struct world *world, const char *last)
{
    struct buffer text = BUFFER_INIT;
    buffer_append_text(&text, text_of("title: Much at once\nwhy: it waits\nsteps:\n"));
    for (int i = 0; i < EVENTS; i++) {
        buffer_append_text(&text, text_of("  - publish: {bytes: \""));
        for (int j = 0; j < EVENT_SIZE; j++)
            buffer_append_text(&text, text_of("6d"));
        buffer_append_text(&text, text_of("\"}\n"));
    }
    buffer_printf(&text, "  - %s\nhandlers:\n  - {policy: original, breaks: []}\n", last);
    serve(world, &text);
}

static void turn(const struct world *world)
{
    assert_true(event_base_loop(grpc_loop_base(world->grpc), EVLOOP_NONBLOCK) >= 0);
}

static void client_write(struct world *world)
{
    struct buffer out = BUFFER_INIT;
    (void)grpc_client_send(world->client, &out, 1 << 20);
    if (out.length > 0)
        (void)send(world->fd, out.bytes, out.length, MSG_NOSIGNAL);
    buffer_release(&out);
}

/* 0 or the errno. */
static int connect_to(const struct world *world, int fd)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, world->path);
    return connect(fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
}

static int try_to_connect(const struct world *world)
{
    return connect_to(world, world->fd);
}

static void subscribe(struct world *world)
{
    struct grpc_request request = {.path = text_of("/containerd.services.events.v1.Events/Subscribe"),
                                   .streaming = true};
    int32_t stream_id;
    assert_int_equal(try_to_connect(world), 0);
    assert_int_equal(fcntl(world->fd, F_SETFL, O_NONBLOCK), 0);
    assert_int_equal(grpc_client_new(NULL, &world->client), 0);
    assert_int_equal(grpc_client_open(world->client, &request, 0, &stream_id), 0);
    client_write(world);
}

static void client_read(struct world *world)
{
    static unsigned char bytes[65536];
    struct grpc_client_event event;
    ssize_t length = recv(world->fd, bytes, sizeof bytes, 0);
    if (length > 0)
        assert_int_equal(grpc_client_receive(world->client, bytes, (size_t)length, 0), 0);
    world->end_of_file = length == 0;
    while (grpc_client_next(world->client, &event)) {
        world->messages += event.kind == GRPC_CLIENT_MESSAGE;
        world->goaways += event.kind == GRPC_CLIENT_GOAWAY;
    }
    if (!world->mute)
        client_write(world);
}

static int set_up(void **state)
{
    static struct world world;
    memset(&world, 0, sizeof world);
    strcpy(world.folder, "/tmp/fake-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    snprintf(world.path, sizeof world.path, "%s/s", world.folder);
    assert_int_equal(grpc_loop_new(&world.grpc), 0);
    world.fd = socket(AF_UNIX, SOCK_STREAM, 0);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    close(world->fd);
    grpc_client_free(world->client);
    fake_loop_free(world->loop);
    grpc_loop_free(world->grpc);
    scenario_free(world->scenario);
    return rmdir(world->folder);
}

static void a_client_told_to_go_away_gets_all_that_was_sent_to_it(void **state)
{
    struct world *world = *state;
    play(world, "goaway: {last: all, then: close}");
    subscribe(world);
    for (int i = 0; i < TURNS && world->scripts_done == 0; i++)
        turn(world);
    assert_int_equal(world->scripts_done, 1);
    for (int i = 0; i < TURNS && !world->end_of_file; i++) {
        turn(world);
        client_read(world);
    }
    assert_true(world->end_of_file);
    assert_int_equal(world->messages, EVENTS);
    assert_int_equal(world->goaways, 1);
}

/* Nothing but what has been sent says that all has been sent. */
static void a_client_that_says_nothing_more_is_closed_behind_its_goaway(void **state)
{
    struct world *world = *state;
    play(world, "goaway: {last: all, then: close}");
    subscribe(world);
    world->mute = true;
    for (int i = 0; i < TURNS && !world->end_of_file; i++) {
        turn(world);
        client_read(world);
    }
    assert_true(world->end_of_file);
    assert_int_equal(world->messages, EVENTS);
}

/* The moments of requests come on a socket as they come in virtual time. */
static void a_step_waits_for_a_request_and_for_an_answer(void **state)
{
    struct world *world = *state;
    struct buffer text = BUFFER_INIT;
    struct grpc_request request = {.path = text_of("/containerd.services.version.v1.Version/Version")};
    int32_t stream_id;

    buffer_append_text(&text, text_of("title: Moments\nwhy: they come\nsteps:\n"
                                      "  - publish: {bytes: \"6d\"}\n"
                                      "    after: {rpc: Events.Subscribe, is: asked}\n"
                                      "  - publish: {bytes: \"6d\"}\n"
                                      "    after: {rpc: Version.Version, is: answered}\n"
                                      "handlers:\n  - {policy: original, breaks: []}\n"));
    serve(world, &text);
    subscribe(world);
    for (int i = 0; i < TURNS && world->messages == 0; i++) {
        turn(world);
        client_read(world);
    }
    for (int i = 0; i < 10; i++)
        turn(world);
    assert_int_equal(world->messages, 1);
    assert_int_equal(world->scripts_done, 0);
    assert_int_equal(grpc_client_open(world->client, &request, 0, &stream_id), 0);
    client_write(world);
    for (int i = 0; i < TURNS && world->scripts_done == 0; i++)
        turn(world);
    assert_int_equal(world->scripts_done, 1);
}

/* ---- the socket ---- */

static bool is_closed_by_the_fake(int fd)
{
    char byte;
    return recv(fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK) == 0;
}

static void clients_beyond_the_limit_are_closed_and_told_once(void **state)
{
    enum { OTHERS = 3, DESCRIPTORS = 2 * PEERS_MAX + 100 };
    struct world *world = *state;
    int fds[PEERS_MAX + OTHERS];
    int closed = 0;
    struct rlimit before, wanted;

    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    wanted = (struct rlimit){.rlim_cur = DESCRIPTORS, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &wanted), 0);
    play(world, "goaway: {last: all, then: close}");
    for (int i = 0; i < PEERS_MAX + OTHERS; i++) {
        fds[i] = socket(AF_UNIX, SOCK_STREAM, 0);
        assert_int_equal(connect_to(world, fds[i]), 0);
        turn(world);
        turn(world);
        closed += is_closed_by_the_fake(fds[i]);
        assert_int_equal(closed, i < PEERS_MAX ? 0 : i - PEERS_MAX + 1);
        assert_int_equal(world->refused, i < PEERS_MAX ? 0 : 1);
    }
    for (int i = 0; i < PEERS_MAX + OTHERS; i++)
        close(fds[i]);
    fake_loop_free(world->loop);
    world->loop = NULL;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
}

static void a_socket_that_is_given_as_refusing_refuses_until_the_script_lets_it_serve(void **state)
{
    struct world *world = *state;
    struct buffer text = BUFFER_INIT;
    struct error error = {""};
    buffer_append_text(&text, text_of("title: Refused\nwhy: it is given\ngiven:\n  socket: refuses\nsteps:\n"
                                      "  - restart: {down: 10ms, socket: refuses, state: kept}\n"
                                      "handlers:\n  - {policy: original, breaks: []}\n"));
    serve(world, &text);
    assert_int_equal(try_to_connect(world), ECONNREFUSED);
    assert_int_equal(world->served, 0);
    assert_int_equal(fake_loop_run(world->loop, &error), 0);
    assert_int_equal(world->served, 1);
    assert_int_equal(try_to_connect(world), 0);
}

int main(void)
{
#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_client_told_to_go_away_gets_all_that_was_sent_to_it),
        WORLD_TEST(a_client_that_says_nothing_more_is_closed_behind_its_goaway),
        WORLD_TEST(a_step_waits_for_a_request_and_for_an_answer),
        WORLD_TEST(clients_beyond_the_limit_are_closed_and_told_once),
        WORLD_TEST(a_socket_that_is_given_as_refusing_refuses_until_the_script_lets_it_serve),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
