/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/handler_world.h"

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

#include "base/status.h"
#include "base/time.h"

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
    BYTES(ENVELOPE "\x30\x0a\x1a"
                   "containerd.events.TaskExit"
                   "\x12\x12\x0a\x03web\x12\x03web\x18\x07\x20\x03\x2a\x02\x08\x05"),
};

/* The same without the start, in the API of 2017. */
static const struct text old_life[] = {BYTES("\x0a\x03web\x10\x02\x18\x07"), BYTES("\x0a\x03web\x18\x07\x20\x03")};

/* ---- the end ---- */

static void stop(evutil_socket_t fd, short what, void *context)
{
    struct handler_world *world = context;
    (void)fd;
    (void)what;
    world->stopped_at_ns = grpc_loop_now_ns(world->grpc);
    handler_loop_stop(world->handler);
}

/* As a signal does: while the handler waits. */
static void stop_later(struct handler_world *world)
{
    const struct timeval wait = {0, 10000};
    assert_int_equal(event_base_once(grpc_loop_base(world->grpc), -1, EV_TIMEOUT, stop, world, &wait), 0);
}

/* ---- the server ---- */

static void serve_subscription(struct handler_world *world, int32_t stream_id)
{
    world->subscriptions++;
    world->stream_id = stream_id;
    if (world->kind == SERVER_QUIET)
        return;
    if (world->kind == SERVER_LEAVES && world->subscriptions == 1) {
        grpc_connection_finish(world->connection);
        return;
    }
    if (world->kind == SERVER_OLD) {
        size_t told = (size_t)world->subscriptions - 1;
        if (told < sizeof old_life / sizeof old_life[0])
            assert_int_equal(grpc_server_send_message(world->server, stream_id, old_life[told]), 0);
        return;
    }
    world->task = TASK_STOPPED;
    for (size_t i = 0; i < sizeof life / sizeof life[0]; i++)
        assert_int_equal(grpc_server_send_message(world->server, stream_id, life[i]), 0);
}

static void answer(struct handler_world *world, int32_t stream_id, struct text message)
{
    assert_int_equal(grpc_server_send_message(world->server, stream_id, message), 0);
    assert_int_equal(grpc_server_finish(world->server, stream_id, STATUS_OK, text_of("")), 0);
}

/* The task as List and Get tell it: both answers look alike. */
static void tell_task(struct handler_world *world, int32_t stream_id, bool is_list)
{
    static const struct text tasks[] = {
        [TASK_NONE] = BYTES(""),
        [TASK_CREATED] = BYTES("\x0a\x09\x12\x03web\x18\x07\x20\x01"),
        [TASK_RUNNING] = BYTES("\x0a\x09\x12\x03web\x18\x07\x20\x02"),
        [TASK_STOPPED] = BYTES("\x0a\x0f\x12\x03web\x18\x07\x20\x03\x48\x03\x52\x02\x08\x05"),
    };
    if (world->task == TASK_NONE && !is_list)
        assert_int_equal(grpc_server_finish(world->server, stream_id, STATUS_NOT_FOUND, text_of("task web not found")),
                         0);
    else
        answer(world, stream_id, tasks[world->task]);
}

static void serve_call(struct handler_world *world, int32_t stream_id, struct text method)
{
    static const struct text deleted = BYTES("\x10\x07\x18\x03\x22\x00");
    static const struct text old_deleted = BYTES("\x10\x03\x1a\x00");
    static const struct text created = BYTES("\x0a\x03web\x10\x07");
    static const struct text started = BYTES("\x08\x07");

    if (text_is(method, "tasks.v1.Tasks/List") || text_is(method, "tasks.v1.Tasks/Get")) {
        tell_task(world, stream_id, text_is(method, "tasks.v1.Tasks/List"));
    } else if (text_is(method, "tasks.v1.Tasks/Create")) {
        world->task = TASK_CREATED;
        answer(world, stream_id, created);
    } else if (text_is(method, "tasks.v1.Tasks/Start")) {
        world->task = TASK_RUNNING;
        answer(world, stream_id, started);
    } else if (text_is(method, "tasks.v1.Tasks/Kill")) {
        world->task = TASK_STOPPED;
        assert_int_equal(grpc_server_send_message(world->server, world->stream_id, life[2]), 0);
        answer(world, stream_id, text_of(""));
    } else if (text_is(method, "containers.v1.Containers/Delete") || text_is(method, "tasks.v1.Tasks/Metrics")) {
        answer(world, stream_id, text_of(""));
    } else {
        bool is_old = world->kind == SERVER_OLD;
        assert_true(text_is(method, is_old ? "ContainerService/Delete" : "tasks.v1.Tasks/Delete"));
        world->deletions++;
        world->task = TASK_NONE;
        answer(world, stream_id, is_old ? old_deleted : deleted);
        if (world->stop_at_deletion)
            stop_later(world);
    }
}

static void serve(struct handler_world *world, const struct grpc_server_event *event)
{
    static const char *const prefixes[] = {"/containerd.services.", "/containerd.v1.services."};
    const char *prefix = prefixes[world->kind == SERVER_OLD];
    if (event->kind == GRPC_SERVER_CANCELLED && !event->connection_lost)
        world->cancelled++;
    if (event->kind != GRPC_SERVER_REQUEST)
        return;
    assert_true(text_starts_with(event->path, prefix));
    struct text method = {event->path.bytes + strlen(prefix), event->path.length - strlen(prefix)};
    if (text_is(method, "events.v1.Events/Subscribe") || text_is(method, "ContainerService/Events"))
        serve_subscription(world, event->stream_id);
    else
        serve_call(world, event->stream_id, method);
}

static int on_receive(void *context, const void *bytes, size_t length, int64_t now_ns)
{
    struct handler_world *world = context;
    struct grpc_server_event event;
    int code = grpc_server_receive(world->server, bytes, length, now_ns);
    while (grpc_server_next(world->server, &event))
        serve(world, &event);
    return code;
}

static int on_send(void *context, struct buffer *out, size_t bytes_max)
{
    return grpc_server_send(((struct handler_world *)context)->server, out, bytes_max);
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
    struct handler_world *world = context;
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
    struct handler_world *world = context;
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

static void on_tell(void *context, enum record_change change, const struct container_record *record, int64_t wall_ns)
{
    static const char letters[] = {
        [RECORD_CREATED] = 'c', [RECORD_STARTED] = 's', [RECORD_EXITED] = 'x', [RECORD_REMOVED] = 'r'};
    struct handler_world *world = context;
    size_t length = strlen(world->changes);
    assert_true(text_is(record->id, "web"));
    assert_true(wall_ns > 0);
    assert_true(length < sizeof world->changes - 1);
    world->changes[length] = letters[change];
    if (change == RECORD_EXITED) {
        assert_int_equal(record->exit_code, 3);
        if (world->stop_at_answers == 0 && !world->stop_at_deletion)
            stop(-1, 0, world);
    }
}

static void on_note(void *context, const struct note *note)
{
    struct handler_world *world = context;
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

static void on_answer(void *context, const struct operation *operation, struct outcome outcome,
                      const struct container_record *record)
{
    struct handler_world *world = context;
    size_t length = strlen(world->answers);
    assert_true(text_is(operation->container_id, "web"));
    assert_true(outcome.status != STATUS_OK || text_is(record->id, "web"));
    (void)snprintf(world->answers + length, sizeof world->answers - length, "%s%s %s", length > 0 ? ", " : "",
                   operation_name(operation->kind), status_name(outcome.status));
    if (++world->answer_count == world->stop_at_answers)
        stop(-1, 0, world);
}

const struct handler_loop_calls handler_world_calls = {on_tell, on_note, on_answer};

/* ---- the world ---- */

void handler_world_init_with(struct handler_world *world, enum handler_server_kind kind,
                             struct handler_loop_options options)
{
    *world =
        (struct handler_world){.folder = "/tmp/handler-loop.XXXXXX", .kind = kind, .odd_fd = -1, .text = BUFFER_INIT};
    assert_non_null(mkdtemp(world->folder));
    (void)snprintf(world->address, sizeof world->address, "%s/containerd.sock", world->folder);
    options.name_space = text_of("default");
    options.address = text_of(world->address);
    assert_int_equal(grpc_loop_new(&world->grpc), 0);
    assert_int_equal(handler_loop_new(&world->handler, world->grpc, &options, &handler_world_calls, world), 0);
}

void handler_world_init(struct handler_world *world, enum handler_server_kind kind, enum delete_option deletes)
{
    const struct handler_loop_options options = {.deletes = deletes, .policy = POLICY_RELIABLE};
    handler_world_init_with(world, kind, options);
}

void handler_world_listen(struct handler_world *world)
{
    assert_int_equal(
        grpc_listener_new(world->grpc, text_of(world->address), on_accepted, world, &world->listener, NULL), 0);
}

void handler_world_release(struct handler_world *world)
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

void handler_world_let_server_finish(struct handler_world *world)
{
    if (world->connection != NULL)
        assert_int_equal(grpc_loop_run(world->grpc), 0);
}
