/* SPDX-License-Identifier: Apache-2.0 */
#include <event2/event.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/status.h"
#include "base/time.h"
#include "grpc/io/connection.h"
#include "grpc/io/listener.h"
#include "grpc/wire/server.h"
#include "handler/io/loop.h"

#define BYTES(literal)               \
    {                                \
        literal, sizeof(literal) - 1 \
    }

/* Events of the container "web" with pid 7 in "default": created, started, exited with 3. */
#define ENVELOPE     \
    "\x12\x07"       \
    "default"        \
    "\x1a\x06/tasks" \
    "\x22"
static const struct text life[] = {
    BYTES(ENVELOPE "\x27\x0a\x1c"
                   "containerd.events.TaskCreate"
                   "\x12\x07\x0a\x03web\x30\x07"),
    BYTES(ENVELOPE "\x26\x0a\x1b"
                   "containerd.events.TaskStart"
                   "\x12\x07\x0a\x03web\x10\x07"),
    BYTES(ENVELOPE "\x2e\x0a\x1a"
                   "containerd.events.TaskExit"
                   "\x12\x10\x0a\x03web\x12\x03web\x18\x07\x20\x03\x2a\x00"),
};

enum server_kind {
    SERVER_GOOD,   /* a container's life on the first subscription, Delete goes well */
    SERVER_LEAVES, /* closes the connection at the first subscription, then it is good */
    SERVER_ODD     /* says something that is not HTTP/2 */
};

/* A server on a real socket and the handler, on one loop, and what was seen. */
struct world {
    char folder[32];
    char address[64];
    struct grpc_loop *grpc;
    struct grpc_listener *listener;
    struct handler_loop *handler;
    enum server_kind kind;
    struct grpc_server *server; /* of the connection that there is */
    struct grpc_connection *connection;
    int odd_fd; /* open as long as the world: only what was said on it can end the connection */
    int accepted;
    int subscriptions;
    int deletions;
    int cancelled; /* by the client, not by a loss */
    int notes[64]; /* by kind */
    enum note_kind stop_at;
    int stop_at_count;
    int64_t stopped_at_ns;
    int64_t delay_ns; /* of the note at which it was stopped */
    char changes[64];
    struct buffer text; /* the outcome of the last note that had one */
};

/* ---- the server ---- */

static void serve_subscription(struct world *world, int32_t stream_id)
{
    world->subscriptions++;
    if (world->kind == SERVER_LEAVES && world->subscriptions == 1) {
        grpc_connection_finish(world->connection);
        return;
    }
    for (size_t i = 0; i < sizeof life / sizeof life[0]; i++)
        assert_int_equal(grpc_server_send_message(world->server, stream_id, life[i]), 0);
}

static void serve(struct world *world, const struct grpc_server_event *event)
{
    static const struct text deleted = BYTES("\x10\x07\x18\x03\x22\x00");
    if (event->kind == GRPC_SERVER_CANCELLED && !event->connection_lost)
        world->cancelled++;
    if (event->kind != GRPC_SERVER_REQUEST)
        return;
    if (text_is(event->path, "/containerd.services.events.v1.Events/Subscribe")) {
        serve_subscription(world, event->stream_id);
    } else {
        assert_true(text_is(event->path, "/containerd.services.tasks.v1.Tasks/Delete"));
        world->deletions++;
        assert_int_equal(grpc_server_send_message(world->server, event->stream_id, deleted), 0);
        assert_int_equal(grpc_server_finish(world->server, event->stream_id, STATUS_OK, text_of("")), 0);
    }
}

static int on_receive(void *context, const void *bytes, size_t length, int64_t now_ns)
{
    struct world *world = context;
    struct grpc_server_event event;
    int code = grpc_server_receive(world->server, bytes, length, now_ns);
    while (grpc_server_next(world->server, &event))
        serve(world, &event);
    return code;
}

static int on_send(void *context, struct buffer *out, size_t bytes_max)
{
    return grpc_server_send(((struct world *)context)->server, out, bytes_max);
}

static int64_t on_deadline_ns(void *context)
{
    (void)context;
    return TIME_NEVER;
}

static int on_tick(void *context, int64_t now_ns)
{
    (void)context;
    (void)now_ns;
    return 0;
}

static bool on_done(void *context)
{
    (void)context;
    return false;
}

static void on_closed(void *context, int code, struct text sentence)
{
    struct world *world = context;
    (void)code;
    (void)sentence;
    world->connection = NULL;
    grpc_server_free(world->server);
    world->server = NULL;
}

static const struct grpc_connection_calls server_calls = {on_receive, on_send, on_deadline_ns,
                                                          on_tick,    on_done, on_closed};

static void on_accepted(void *context, int fd)
{
    static const char nonsense[] = "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n";
    struct world *world = context;
    world->accepted++;
    if (world->kind == SERVER_ODD) {
        assert_int_equal(write(fd, nonsense, sizeof nonsense - 1), sizeof nonsense - 1);
        world->odd_fd = fd;
        return;
    }
    assert_null(world->connection);
    assert_int_equal(grpc_server_new(NULL, &world->server), 0);
    assert_int_equal(grpc_connection_new(world->grpc, fd, &server_calls, world, &world->connection), 0);
}

/* ---- what the handler's owner hears ---- */

static void stop(evutil_socket_t fd, short what, void *context)
{
    struct world *world = context;
    (void)fd;
    (void)what;
    world->stopped_at_ns = grpc_loop_now_ns(world->grpc);
    handler_loop_stop(world->handler);
}

/* As a signal does: while the handler waits. */
static void stop_later(struct world *world)
{
    const struct timeval wait = {0, 10000};
    assert_int_equal(event_base_once(grpc_loop_base(world->grpc), -1, EV_TIMEOUT, stop, world, &wait), 0);
}

static void on_tell(void *context, enum record_change change, const struct container_record *record, int64_t wall_ns)
{
    static const char letters[] = {[RECORD_CREATED] = 'c', [RECORD_STARTED] = 's', [RECORD_EXITED] = 'x'};
    struct world *world = context;
    size_t length = strlen(world->changes);
    assert_true(text_is(record->id, "web"));
    assert_true(wall_ns > 0);
    assert_true(length < sizeof world->changes - 1);
    world->changes[length] = letters[change];
    if (change == RECORD_EXITED) {
        assert_int_equal(record->exit_code, 3);
        stop(-1, 0, world);
    }
}

static void on_note(void *context, const struct note *note)
{
    struct world *world = context;
    world->notes[note->kind]++;
    if (note->outcome.text.length > 0) {
        buffer_clear(&world->text);
        assert_int_equal(buffer_append_text(&world->text, note->outcome.text), 0);
    }
    if (world->stop_at_count > 0 && note->kind == world->stop_at && world->notes[note->kind] == world->stop_at_count) {
        world->delay_ns = note->delay_ns;
        stop_later(world);
    }
}

static const struct handler_loop_calls handler_calls = {on_tell, on_note};

/* ---- the world ---- */

static void world_init(struct world *world, enum server_kind kind, enum delete_option deletes)
{
    struct handler_loop_options options = {
        .name_space = text_of("default"), .deletes = deletes, .policy = POLICY_RELIABLE};
    *world = (struct world){.folder = "/tmp/handler-loop.XXXXXX", .kind = kind, .odd_fd = -1, .text = BUFFER_INIT};
    assert_non_null(mkdtemp(world->folder));
    (void)snprintf(world->address, sizeof world->address, "%s/containerd.sock", world->folder);
    options.address = text_of(world->address);
    assert_int_equal(grpc_loop_new(&world->grpc), 0);
    assert_int_equal(handler_loop_new(&world->handler, world->grpc, &options, &handler_calls, world), 0);
}

static void listen_at_address(struct world *world)
{
    assert_int_equal(
        grpc_listener_new(world->grpc, text_of(world->address), on_accepted, world, &world->listener, NULL), 0);
}

static void world_release(struct world *world)
{
    handler_loop_free(world->handler);
    grpc_connection_close(world->connection);
    grpc_server_free(world->server);
    grpc_listener_free(world->listener);
    grpc_loop_free(world->grpc);
    if (world->odd_fd >= 0)
        (void)close(world->odd_fd);
    assert_int_equal(rmdir(world->folder), 0);
    buffer_release(&world->text);
}

/* The bytes that the handler sent last are in the socket when it has ended; the server may still have to read them. */
static void let_server_finish(struct world *world)
{
    if (world->connection != NULL)
        assert_int_equal(grpc_loop_run(world->grpc), 0);
}

/* ---- tests ---- */

static void a_life_is_told_and_its_task_deleted_over_a_real_socket(void **state)
{
    struct world world;
    (void)state;
    world_init(&world, SERVER_GOOD, DELETE_ALL);
    listen_at_address(&world);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_string_equal(world.changes, "csx");
    assert_int_equal(world.deletions, 1);
    assert_int_equal(world.subscriptions, 1);
    assert_int_equal(world.notes[NOTE_CONNECTED], 1);
    assert_int_equal(world.notes[NOTE_SUBSCRIBED], 1);
    assert_int_equal(world.notes[NOTE_CONNECTION_LOST], 0);
    world_release(&world);
}

static void an_observer_deletes_nothing(void **state)
{
    struct world world;
    (void)state;
    world_init(&world, SERVER_GOOD, DELETE_NONE);
    listen_at_address(&world);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_string_equal(world.changes, "csx");
    assert_int_equal(world.deletions, 0);
    world_release(&world);
}

static void a_lost_connection_is_made_again(void **state)
{
    struct world world;
    (void)state;
    world_init(&world, SERVER_LEAVES, DELETE_NONE);
    listen_at_address(&world);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_int_equal(world.accepted, 2);
    assert_int_equal(world.subscriptions, 2);
    assert_int_equal(world.notes[NOTE_CONNECTION_LOST], 1);
    assert_string_equal(world.changes, "csx");
    world_release(&world);
}

static void a_missing_socket_is_tried_again_and_a_stop_does_not_wait_for_that(void **state)
{
    struct world world;
    (void)state;
    world_init(&world, SERVER_GOOD, DELETE_NONE);
    world.stop_at = NOTE_CONNECT_FAILED;
    world.stop_at_count = 3;
    assert_int_equal(handler_loop_run(world.handler), 0);
    /* Nothing is left on the loop that it would wait for. */
    assert_int_equal(grpc_loop_run(world.grpc), 0);
    assert_true(grpc_loop_now_ns(world.grpc) - world.stopped_at_ns < world.delay_ns / 2);
    assert_true(world.delay_ns == 400 * TIME_MILLISECOND);
    assert_int_equal(world.notes[NOTE_CONNECT_FAILED], 3);
    assert_int_equal(buffer_append(&world.text, "", 1), 0);
    assert_non_null(strstr((const char *)world.text.bytes, "No such file or directory"));
    world_release(&world);
}

static void a_server_that_speaks_something_else_is_a_lost_connection(void **state)
{
    struct world world;
    (void)state;
    world_init(&world, SERVER_ODD, DELETE_NONE);
    world.stop_at = NOTE_CONNECTION_LOST;
    world.stop_at_count = 1;
    listen_at_address(&world);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_int_equal(world.accepted, 1);
    world_release(&world);
}

static void a_stop_cancels_the_subscription_at_the_server(void **state)
{
    struct world world;
    (void)state;
    world_init(&world, SERVER_GOOD, DELETE_NONE);
    listen_at_address(&world);
    assert_int_equal(handler_loop_run(world.handler), 0);
    grpc_listener_free(world.listener);
    world.listener = NULL;
    let_server_finish(&world);
    assert_int_equal(world.cancelled, 1);
    assert_null(world.connection);
    world_release(&world);
}

static void a_stop_before_the_run_makes_it_return_at_once(void **state)
{
    struct world world;
    (void)state;
    world_init(&world, SERVER_GOOD, DELETE_NONE);
    handler_loop_stop(world.handler);
    handler_loop_stop(world.handler);
    assert_int_equal(handler_loop_run(world.handler), 0);
    assert_int_equal(world.notes[NOTE_CONNECT_FAILED], 0);
    world_release(&world);
}

static void a_namespace_that_containerd_refuses_is_refused(void **state)
{
    const struct handler_loop_options options = {.address = text_of("/nowhere"), .name_space = text_of("-bad-")};
    struct handler_loop *handler = NULL;
    struct grpc_loop *grpc = NULL;
    (void)state;
    assert_int_equal(grpc_loop_new(&grpc), 0);
    assert_int_equal(handler_loop_new(&handler, grpc, &options, &handler_calls, NULL), ERROR_INVALID);
    assert_null(handler);
    grpc_loop_free(grpc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_life_is_told_and_its_task_deleted_over_a_real_socket),
        cmocka_unit_test(an_observer_deletes_nothing),
        cmocka_unit_test(a_lost_connection_is_made_again),
        cmocka_unit_test(a_missing_socket_is_tried_again_and_a_stop_does_not_wait_for_that),
        cmocka_unit_test(a_server_that_speaks_something_else_is_a_lost_connection),
        cmocka_unit_test(a_stop_cancels_the_subscription_at_the_server),
        cmocka_unit_test(a_stop_before_the_run_makes_it_return_at_once),
        cmocka_unit_test(a_namespace_that_containerd_refuses_is_refused),
    };
    return cmocka_run_group_tests_name("handler/io/loop", tests, NULL, NULL);
}
