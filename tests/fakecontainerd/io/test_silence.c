/* SPDX-License-Identifier: Apache-2.0 */
/* The fake on a socket: connections that stay up in silence, and what a path may show. */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "fakecontainerd/io/loop.h"
#include "grpc/wire/client.h"
#include "scenarios/language/scenario.h"

enum { TURNS_MAX = 2000 };

/* A client, and what came of it. */
struct visitor {
    int fd;
    struct grpc_client *client;
    size_t bytes;
    int messages;
    int pongs;
    bool gone; /* the fake has closed the connection */
};

struct world {
    char folder[32];
    char path[64];
    struct grpc_loop *grpc;
    struct fake_loop *loop;
    struct scenario *scenario;
    struct visitor first;
    struct visitor second;
    char steps[512]; /* the events of the script that have happened, by name */
};

/* ---- the fake ---- */

static void note_event(void *context, const struct fake_event *event, size_t line)
{
    struct world *world = context;
    if (line > 0)
        (void)strcat(strcat(world->steps, fake_command_name(event->command.kind)), " ");
}

static void ignore(void *context)
{
    (void)context;
}

static void ignore_action(void *context, const struct fake_action *action)
{
    (void)context;
    (void)action;
}

static const struct fake_loop_calls calls = {ignore, note_event, ignore_action, ignore, ignore, NULL};

static void serve(struct world *world, const char *rest)
{
    struct error error = {""};
    char text[1024];
    (void)snprintf(text, sizeof text,
                   "title: Silence\nwhy: it is heard\n%shandlers: [{policy: original, breaks: []}]\n", rest);
    if (scenario_parse(&world->scenario, text_of("silence.yaml"), text_of(text), &error) != 0)
        fail_msg("%s", error.text);
    struct fake_loop_options options = {text_of(world->path), world->scenario, {FAKE_API_V1, {NULL, 0}}, NULL};
    if (fake_loop_new(&world->loop, world->grpc, &options, &calls, world, &error) != 0)
        fail_msg("%s", error.text);
}

/* ---- a client ---- */

/* 0 or the errno. */
static int visit(const struct world *world, struct visitor *visitor)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, world->path);
    visitor->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
    assert_int_equal(grpc_client_new(NULL, &visitor->client), 0);
    return connect(visitor->fd, (struct sockaddr *)&address, sizeof address) == 0 ? 0 : errno;
}

static void leave(struct visitor *visitor)
{
    if (visitor->client == NULL)
        return;
    close(visitor->fd);
    grpc_client_free(visitor->client);
    memset(visitor, 0, sizeof *visitor);
}

static void subscribe(const struct visitor *visitor)
{
    struct grpc_request request = {.path = text_of("/containerd.services.events.v1.Events/Subscribe"),
                                   .streaming = true};
    int32_t stream_id;
    assert_int_equal(grpc_client_open(visitor->client, &request, 0, &stream_id), 0);
}

static void ping(const struct visitor *visitor)
{
    assert_int_equal(grpc_client_ping(visitor->client, (const unsigned char *)"12345678", 0), 0);
}

static void talk(struct visitor *visitor)
{
    static unsigned char bytes[65536];
    struct grpc_client_event event;
    struct buffer out = BUFFER_INIT;

    if (visitor->client == NULL || visitor->gone)
        return;
    (void)grpc_client_send(visitor->client, &out, 1 << 20);
    if (out.length > 0)
        (void)send(visitor->fd, out.bytes, out.length, MSG_NOSIGNAL);
    buffer_release(&out);
    ssize_t length = recv(visitor->fd, bytes, sizeof bytes, 0);
    visitor->gone = length == 0 || (length < 0 && errno != EAGAIN);
    if (length <= 0)
        return;
    visitor->bytes += (size_t)length;
    assert_int_equal(grpc_client_receive(visitor->client, bytes, (size_t)length, 0), 0);
    while (grpc_client_next(visitor->client, &event)) {
        visitor->messages += event.kind == GRPC_CLIENT_MESSAGE;
        visitor->pongs += event.kind == GRPC_CLIENT_PONG;
    }
}

/* True iff bytes that the client has written were not taken. */
static bool has_unread(const struct visitor *visitor)
{
    int unread = 0;
    assert_int_equal(ioctl(visitor->fd, SIOCOUTQ, &unread), 0);
    return unread > 0;
}

/* Some turns of the loop, a millisecond each. */
static void turn(struct world *world, int times)
{
    struct timeval moment = {0, 1000};
    for (int i = 0; i < times; i++) {
        assert_int_equal(event_base_loopexit(grpc_loop_base(world->grpc), &moment), 0);
        assert_int_equal(fake_loop_run(world->loop, NULL), 0);
        talk(&world->first);
        talk(&world->second);
    }
}

static void play_to(struct world *world, const char *steps)
{
    for (int i = 0; i < TURNS_MAX && strcmp(world->steps, steps) != 0; i++)
        turn(world, 1);
    assert_string_equal(world->steps, steps);
    turn(world, 5);
}

static int set_up(void **state)
{
    static struct world world;
    memset(&world, 0, sizeof world);
    strcpy(world.folder, "/tmp/fake-XXXXXX");
    assert_non_null(mkdtemp(world.folder));
    snprintf(world.path, sizeof world.path, "%s/s", world.folder);
    assert_int_equal(grpc_loop_new(&world.grpc), 0);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;
    leave(&world->first);
    leave(&world->second);
    fake_loop_free(world->loop);
    grpc_loop_free(world->grpc);
    scenario_free(world->scenario);
    return rmdir(world->folder);
}

/* ---- silence ---- */

static void a_silent_connection_stays_up_and_does_what_its_server_still_does(void **state)
{
    static const struct {
        const char *server;
        bool answers;
        bool reads;
    } rows[] = {
        {"answers pings", true, true},
        {"only reads", false, true},
        {"does nothing", false, false},
    };
    struct world *world = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char steps[400];
        (void)snprintf(steps, sizeof steps,
                       "given: {containers: [{id: web}]}\nsteps:\n  - silence: {connection: all, server: %s}\n"
                       "  - exit: {container: web, code: 0}\n    at: +30ms\n"
                       "  - disconnect: {connection: all}\n    at: +150ms\n",
                       rows[i].server);
        serve(world, steps);
        assert_int_equal(visit(world, &world->first), 0);
        subscribe(&world->first);
        play_to(world, "silence ");
        ping(&world->first);
        play_to(world, "silence exit ");
        assert_int_equal(world->first.pongs, rows[i].answers);
        assert_int_equal(has_unread(&world->first), !rows[i].reads);
        assert_int_equal(world->first.messages, 0);
        assert_false(world->first.gone);
        /* Who comes later is served. */
        assert_int_equal(visit(world, &world->second), 0);
        ping(&world->second);
        turn(world, 10);
        assert_int_equal(world->second.pongs, 1);
        play_to(world, "silence exit disconnect ");
        assert_true(world->first.gone && world->second.gone);
        leave(&world->first);
        leave(&world->second);
        fake_loop_free(world->loop);
        scenario_free(world->scenario);
        world->loop = NULL;
        world->scenario = NULL;
        world->steps[0] = '\0';
    }
}

/* ---- what a path shows ---- */

static void who_connects_where_nobody_accepts_waits_and_is_cut_off(void **state)
{
    struct world *world = *state;
    serve(world, "given: {socket: never accepts}\nsteps:\n  - advance: 60ms\n  - socket: serves\n");
    assert_int_equal(visit(world, &world->first), 0);
    subscribe(&world->first);
    turn(world, 20);
    assert_false(world->first.gone);
    assert_int_equal(world->first.bytes, 0);
    play_to(world, "socket ");
    assert_true(world->first.gone);
    assert_int_equal(world->first.bytes, 0);
    assert_int_equal(visit(world, &world->second), 0);
    ping(&world->second);
    turn(world, 10);
    assert_int_equal(world->second.pongs, 1);
}

static void who_is_accepted_in_silence_hears_nothing_not_even_settings(void **state)
{
    struct world *world = *state;
    serve(world, "given: {socket: stays silent}\nsteps:\n"
                 "  - restart: {down: 60ms, socket: stays silent}\n    at: +60ms\n");
    assert_int_equal(visit(world, &world->first), 0);
    ping(&world->first);
    turn(world, 20);
    assert_false(has_unread(&world->first));
    assert_false(world->first.gone);
    play_to(world, "restart ");
    assert_true(world->first.gone);
    assert_int_equal(world->first.bytes, 0);
    assert_int_equal(visit(world, &world->second), 0);
    turn(world, 10);
    assert_false(world->second.gone);
    for (int i = 0; i < TURNS_MAX && !world->second.gone; i++)
        turn(world, 1);
    assert_true(world->second.gone);
    assert_int_equal(world->second.bytes, 0);
}

static void a_path_that_is_removed_and_made_anew_leaves_connections_alone(void **state)
{
    struct world *world = *state;
    serve(world,
          "steps:\n  - socket: missing\n  - socket: refuses\n    at: +50ms\n  - socket: serves\n    at: +50ms\n");
    assert_int_equal(visit(world, &world->first), 0);
    subscribe(&world->first);
    play_to(world, "socket ");
    assert_int_equal(visit(world, &world->second), ENOENT);
    leave(&world->second);
    play_to(world, "socket socket ");
    assert_int_equal(visit(world, &world->second), ECONNREFUSED);
    leave(&world->second);
    play_to(world, "socket socket socket ");
    assert_int_equal(visit(world, &world->second), 0);
    ping(&world->first);
    turn(world, 10);
    assert_int_equal(world->first.pongs, 1);
    assert_false(world->first.gone);
}

int main(void)
{
#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_silent_connection_stays_up_and_does_what_its_server_still_does),
        WORLD_TEST(who_connects_where_nobody_accepts_waits_and_is_cut_off),
        WORLD_TEST(who_is_accepted_in_silence_hears_nothing_not_even_settings),
        WORLD_TEST(a_path_that_is_removed_and_made_anew_leaves_connections_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
