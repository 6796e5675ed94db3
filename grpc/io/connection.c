/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/io/connection.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/time.h"
#include "grpc/io/loop_private.h"

enum {
    /* Rounds of taking and writing before other connections have their turn. */
    ROUNDS_MAX = 16,
    /* An output buffer that has grown beyond this gives its memory back when it is empty. */
    OUTPUT_KEPT_MAX = 16 * 1024
};

struct grpc_connection {
    struct grpc_loop *loop;
    int fd;
    const struct grpc_connection_calls *calls;
    void *context;
    struct event *readable, *writable, *timer, *woken;
    struct buffer out;
    size_t out_written;
    int64_t timer_ns; /* what the timer is set to, or TIME_NEVER */
    int64_t cut_off_ns;
    bool finishing; /* nothing is read any more */
    bool stalled;   /* nothing is read, for good */
    bool unheard;   /* the peer takes nothing any more; what it said is still read until cut_off_ns */
    int unheard_problem;
    bool gone; /* to be freed when no call is running */
    bool tell; /* closed is to be called before */
    int running;
    int code;
    char sentence[ERROR_TEXT_MAX];
};

/* ---- ending ---- */

static void connection_free(struct grpc_connection *connection)
{
    struct event *events[] = {connection->readable, connection->writable, connection->timer, connection->woken};

    for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
        if (events[i] != NULL)
            event_free(events[i]);
    }
    close(connection->fd);
    /* So that a grpc_connection_close in this call finds one running. */
    connection->running++;
    if (connection->tell)
        connection->calls->closed(connection->context, connection->code, text_of(connection->sentence));
    buffer_release(&connection->out);
    free(connection);
}

/* From here on only what the session has ready is written. The first reason counts. */
static void start_finishing(struct grpc_connection *connection, int code, const char *sentence)
{
    if (connection->finishing)
        return;
    connection->code = code;
    snprintf(connection->sentence, sizeof(connection->sentence), "%s", sentence);
    connection->finishing = true;
    connection->cut_off_ns = grpc_loop_now_ns(connection->loop) + GRPC_CONNECTION_LINGER_MS * TIME_MILLISECOND;
}

/* Ends it when the running calls have returned, for the reason with which it began to finish. */
static void end_finishing(struct grpc_connection *connection)
{
    if (connection->gone)
        return;
    connection->gone = true;
    connection->tell = true;
}

static void end(struct grpc_connection *connection, int code, const char *sentence)
{
    start_finishing(connection, code, sentence);
    end_finishing(connection);
}

static void end_by_errno(struct grpc_connection *connection, int problem)
{
    end(connection, problem == ECONNRESET || problem == EPIPE ? ERROR_CLOSED : ERROR_IO, strerror(problem));
}

/* The peer takes nothing any more, but what it said before it left may still wait to be read: there is a while for
 * that. */
static void stop_writing(struct grpc_connection *connection, int problem)
{
    connection->unheard = true;
    connection->unheard_problem = problem;
    connection->cut_off_ns = grpc_loop_now_ns(connection->loop) + GRPC_CONNECTION_LINGER_MS * TIME_MILLISECOND;
}

/* ---- writing ---- */

static size_t unwritten(const struct grpc_connection *connection)
{
    return connection->out.length - connection->out_written;
}

/* False when the socket takes no more, or is broken. */
static bool write_some(struct grpc_connection *connection)
{
    while (unwritten(connection) > 0 && !connection->unheard) {
        ssize_t written =
            send(connection->fd, connection->out.bytes + connection->out_written, unwritten(connection), MSG_NOSIGNAL);

        if (written < 0) {
            if (errno == EINTR)
                continue;
            if (errno == EAGAIN)
                return false;
            if (connection->finishing || (errno != EPIPE && errno != ECONNRESET)) {
                end_by_errno(connection, errno);
                return false;
            }
            stop_writing(connection, errno);
            break;
        }
        connection->out_written += (size_t)written;
    }
    connection->out_written = 0;
    buffer_clear(&connection->out);
    return true;
}

/* Takes from the session what there is room for. False when that was nothing. */
static bool take_some(struct grpc_connection *connection)
{
    size_t before = connection->out.length;
    int code = connection->calls->send(connection->context, &connection->out, GRPC_CONNECTION_OUTPUT_MAX);

    if (connection->gone)
        return false;
    if (code != 0)
        start_finishing(connection, code, error_text(code));
    return connection->out.length > before;
}

/* True when all that the session had is written. */
static bool flush(struct grpc_connection *connection)
{
    for (int round = 0; round < ROUNDS_MAX; round++) {
        bool written = write_some(connection);

        /* Asked for what it has even where the socket is full: it may have come to its end. */
        bool taken = !connection->gone && take_some(connection);
        if (!written || connection->gone)
            return false;
        if (!taken)
            return true;
    }
    grpc_connection_wake(connection);
    return false;
}

/* ---- what is waited for ---- */

/* A session whose owner keeps its deadline has none of its own. */
static int64_t session_deadline_ns(const struct grpc_connection *connection)
{
    return connection->calls->deadline_ns != NULL ? connection->calls->deadline_ns(connection->context) : TIME_NEVER;
}

static bool session_is_done(const struct grpc_connection *connection)
{
    return connection->calls->done != NULL && connection->calls->done(connection->context);
}

static void set_timer(struct grpc_connection *connection)
{
    int64_t then_ns =
        connection->finishing || connection->unheard ? connection->cut_off_ns : session_deadline_ns(connection);

    if (connection->gone || then_ns == connection->timer_ns)
        return;
    connection->timer_ns = then_ns;
    if (then_ns == TIME_NEVER) {
        event_del(connection->timer);
        return;
    }
    struct timeval left = grpc_loop_until(connection->loop, then_ns);
    if (event_add(connection->timer, &left) != 0)
        end(connection, ERROR_NO_MEMORY, error_text(ERROR_NO_MEMORY));
}

static void set_events(struct grpc_connection *connection)
{
    bool write = unwritten(connection) > 0;
    bool read = !connection->finishing && !connection->stalled;

    if ((write ? event_add(connection->writable, NULL) : event_del(connection->writable)) != 0 ||
        (read ? event_add(connection->readable, NULL) : event_del(connection->readable)) != 0)
        end(connection, ERROR_NO_MEMORY, error_text(ERROR_NO_MEMORY));
}

/* ---- the loop's calls: each goes in and out through these two ---- */

static void enter(struct grpc_connection *connection)
{
    connection->running++;
}

static void leave(struct grpc_connection *connection)
{
    bool flushed = !connection->gone && flush(connection);

    if (flushed && !connection->finishing && session_is_done(connection))
        start_finishing(connection, 0, "finished");
    if (flushed && connection->finishing)
        end_finishing(connection);
    if (!connection->gone) {
        if (unwritten(connection) == 0 && connection->out.capacity > OUTPUT_KEPT_MAX)
            buffer_release(&connection->out);
        set_events(connection);
        set_timer(connection);
    }
    connection->running--;
    if (connection->gone && connection->running == 0)
        connection_free(connection);
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    struct grpc_connection *connection = context;
    unsigned char *bytes = grpc_loop_read_buffer(connection->loop);
    ssize_t length = recv(fd, bytes, GRPC_CONNECTION_READ_MAX, 0);

    (void)what;
    enter(connection);
    if (length == 0) {
        end(connection, ERROR_CLOSED, "the peer closed the connection");
    } else if (length < 0) {
        if (errno != EAGAIN && errno != EINTR)
            end_by_errno(connection, errno);
    } else {
        int code =
            connection->calls->receive(connection->context, bytes, (size_t)length, grpc_loop_now_ns(connection->loop));

        if (code != 0 && !connection->gone)
            start_finishing(connection, code, error_text(code));
    }
    leave(connection);
}

static void on_writable(evutil_socket_t fd, short what, void *context)
{
    (void)fd;
    (void)what;
    enter(context);
    leave(context);
}

static void on_timer(evutil_socket_t fd, short what, void *context)
{
    struct grpc_connection *connection = context;

    (void)fd;
    (void)what;
    enter(connection);
    connection->timer_ns = TIME_NEVER;
    if (connection->finishing) {
        if (grpc_loop_now_ns(connection->loop) >= connection->cut_off_ns)
            end_finishing(connection);
    } else if (connection->unheard) {
        if (grpc_loop_now_ns(connection->loop) >= connection->cut_off_ns)
            end_by_errno(connection, connection->unheard_problem);
    } else {
        int code = connection->calls->tick(connection->context, grpc_loop_now_ns(connection->loop));

        if (code != 0 && !connection->gone)
            start_finishing(connection, code, error_text(code));
    }
    leave(connection);
}

/* ---- making and commanding ---- */

static int make_events(struct grpc_connection *connection)
{
    struct event_base *base = grpc_loop_base(connection->loop);

    connection->readable = event_new(base, connection->fd, EV_READ | EV_PERSIST, on_readable, connection);
    connection->writable = event_new(base, connection->fd, EV_WRITE | EV_PERSIST, on_writable, connection);
    connection->timer = evtimer_new(base, on_timer, connection);
    connection->woken = event_new(base, -1, 0, on_writable, connection);
    if (connection->readable == NULL || connection->writable == NULL || connection->timer == NULL ||
        connection->woken == NULL)
        return ERROR_NO_MEMORY;
    return event_add(connection->readable, NULL) == 0 ? 0 : ERROR_NO_MEMORY;
}

int grpc_connection_new(struct grpc_loop *loop, int fd, const struct grpc_connection_calls *calls, void *context,
                        struct grpc_connection **ret_connection)
{
    struct grpc_connection *connection = calloc(1, sizeof(*connection));
    int flags = fcntl(fd, F_GETFL);
    int code = 0;

    if (connection == NULL) {
        close(fd);
        return ERROR_NO_MEMORY;
    }
    connection->loop = loop;
    connection->fd = fd;
    connection->calls = calls;
    connection->context = context;
    connection->timer_ns = TIME_NEVER;
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
        code = ERROR_IO;
    if (code == 0)
        code = make_events(connection);
    if (code != 0) {
        connection_free(connection);
        return code;
    }
    grpc_connection_wake(connection);
    *ret_connection = connection;
    return 0;
}

void grpc_connection_wake(struct grpc_connection *connection)
{
    event_active(connection->woken, EV_TIMEOUT, 0);
}

void grpc_connection_finish(struct grpc_connection *connection)
{
    start_finishing(connection, 0, "finished");
    grpc_connection_wake(connection);
}

void grpc_connection_stall(struct grpc_connection *connection)
{
    connection->stalled = true;
    grpc_connection_wake(connection);
}

void grpc_connection_close(struct grpc_connection *connection)
{
    if (connection == NULL)
        return;
    connection->gone = true;
    connection->tell = false;
    if (connection->running == 0)
        connection_free(connection);
}
