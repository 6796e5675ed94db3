/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/io/listener.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "grpc/io/address.h"

/* How long it rests when the process has no descriptor left: the socket would stay readable. */
enum { REST_MS = 100 };

/* How long it sleeps between two looks at a folder that another program has locked. */
enum { LOCK_STEP_MS = 10 };

struct grpc_listener {
    struct grpc_loop *loop;
    int fd;
    bool bound;
    struct sockaddr_un address;
    dev_t device;
    ino_t inode;
    struct event *readable;
    struct event *rested;
    grpc_accepted accepted;
    void *context;
};

/* ---- taking the path ---- */

/* True iff the path is a socket that nobody listens on. Else *ret_code, with its sentence. */
static bool is_stale(const struct sockaddr_un *address, int *ret_code, struct error *error)
{
    int fd = grpc_address_socket();
    int problem = fd < 0 || connect(fd, (const struct sockaddr *)address, sizeof(*address)) != 0 ? errno : 0;

    if (fd >= 0)
        close(fd);
    if (problem == ECONNREFUSED)
        return true;
    /* A full backlog is an answer too. */
    if (problem == 0 || problem == EAGAIN)
        *ret_code = error_set(error, ERROR_IN_USE,
                              "%s is in use: another program answers there; end that one, or take another path",
                              address->sun_path);
    else
        *ret_code = error_set(error, ERROR_IO, "%s: %s", address->sun_path, strerror(problem));
    return false;
}

/* Removes a stale socket. 0 also when there is nothing. */
static int clear_path(const struct sockaddr_un *address, struct error *error)
{
    struct stat there;
    int code = 0;

    if (lstat(address->sun_path, &there) != 0) {
        if (errno == ENOENT)
            return 0;
        return error_set(error, ERROR_IO, "%s: %s", address->sun_path, strerror(errno));
    }
    if (!S_ISSOCK(there.st_mode))
        return error_set(error, ERROR_EXISTS, "%s exists and is not a socket", address->sun_path);
    if (!is_stale(address, &code, error))
        return code;
    if (unlink(address->sun_path) != 0 && errno != ENOENT)
        return error_set(error, ERROR_IO, "%s is stale and cannot be removed: %s", address->sun_path, strerror(errno));
    return 0;
}

static int take_path(struct grpc_listener *listener, struct error *error)
{
    const char *path = listener->address.sun_path;
    struct stat made;
    int code = clear_path(&listener->address, error);

    if (code != 0)
        return code;
    if (bind(listener->fd, (const struct sockaddr *)&listener->address, sizeof(listener->address)) != 0)
        return error_set(error, errno == EADDRINUSE ? ERROR_IN_USE : ERROR_IO, "%s: %s", path, strerror(errno));
    if ((listener->accepted != NULL && listen(listener->fd, GRPC_LISTENER_BACKLOG) != 0) || lstat(path, &made) != 0)
        return error_set(error, ERROR_IO, "%s: %s", path, strerror(errno));
    listener->bound = true;
    listener->device = made.st_dev;
    listener->inode = made.st_ino;
    return 0;
}

/* Waits a while for the lock. Who keeps it for longer is no starting program: it is not waited for. */
static void lock_folder(int folder)
{
    const struct timespec step = {.tv_nsec = LOCK_STEP_MS * 1000000L};

    for (int waited_ms = 0; waited_ms < GRPC_LISTENER_WAIT_MS_MAX; waited_ms += LOCK_STEP_MS) {
        if (flock(folder, LOCK_EX | LOCK_NB) == 0 || (errno != EWOULDBLOCK && errno != EINTR))
            return;
        nanosleep(&step, NULL);
    }
}

/* Between the look at a stale socket and its replacement no other program that starts may do the same. The lock is the
 * folder's, so that nothing is left behind; where the folder cannot be opened, binding will say why. */
static int take_path_locked(struct grpc_listener *listener, struct error *error)
{
    char folder[sizeof(listener->address.sun_path)];
    char *slash;
    int code;

    text_copy(text_of(listener->address.sun_path), folder, sizeof(folder));
    slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder ? 1 : 0] = '\0';
    int lock = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock >= 0)
        lock_folder(lock);
    code = take_path(listener, error);
    if (lock >= 0)
        close(lock);
    return code;
}

/* ---- accepting ---- */

static void rest(struct grpc_listener *listener)
{
    struct timeval while_resting = {.tv_usec = REST_MS * 1000};

    if (event_add(listener->rested, &while_resting) == 0)
        event_del(listener->readable);
}

static void on_rested(evutil_socket_t unused, short what, void *context)
{
    struct grpc_listener *listener = context;

    (void)unused;
    (void)what;
    event_add(listener->readable, NULL);
}

static void on_readable(evutil_socket_t fd, short what, void *context)
{
    struct grpc_listener *listener = context;
    int peer = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    (void)what;
    if (peer >= 0)
        listener->accepted(listener->context, peer);
    else if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
        rest(listener);
}

/* ---- making and freeing ---- */

static int start(struct grpc_listener *listener)
{
    struct event_base *base = grpc_loop_base(listener->loop);

    listener->readable = event_new(base, listener->fd, EV_READ | EV_PERSIST, on_readable, listener);
    listener->rested = evtimer_new(base, on_rested, listener);
    if (listener->readable == NULL || listener->rested == NULL)
        return ERROR_NO_MEMORY;
    return listener->accepted == NULL || event_add(listener->readable, NULL) == 0 ? 0 : ERROR_NO_MEMORY;
}

int grpc_listener_new(struct grpc_loop *loop, struct text path, grpc_accepted accepted, void *context,
                      struct grpc_listener **ret_listener, struct error *error)
{
    struct grpc_listener *listener = calloc(1, sizeof(*listener));
    int code;

    if (listener == NULL)
        return error_set(error, ERROR_NO_MEMORY, "%s", error_text(ERROR_NO_MEMORY));
    listener->loop = loop;
    listener->accepted = accepted;
    listener->context = context;
    listener->fd = -1;
    code = grpc_address_parse(path, &listener->address, error);
    if (code != 0)
        goto fail;
    listener->fd = grpc_address_socket();
    if (listener->fd < 0) {
        code = error_set(error, ERROR_IO, "a socket cannot be made: %s", strerror(errno));
        goto fail;
    }
    code = take_path_locked(listener, error);
    if (code == 0 && start(listener) != 0)
        code = error_set(error, ERROR_NO_MEMORY, "%s", error_text(ERROR_NO_MEMORY));
    if (code != 0)
        goto fail;
    *ret_listener = listener;
    return 0;
fail:
    grpc_listener_free(listener);
    return code;
}

void grpc_listener_refuse(struct grpc_listener *listener)
{
    event_del(listener->readable);
    event_del(listener->rested);
    if (listener->fd >= 0)
        close(listener->fd);
    listener->fd = -1;
}

void grpc_listener_hold(struct grpc_listener *listener)
{
    event_del(listener->readable);
    event_del(listener->rested);
}

void grpc_listener_free(struct grpc_listener *listener)
{
    struct stat there;

    if (listener == NULL)
        return;
    if (listener->readable != NULL)
        event_free(listener->readable);
    if (listener->rested != NULL)
        event_free(listener->rested);
    if (listener->bound && lstat(listener->address.sun_path, &there) == 0 && there.st_dev == listener->device &&
        there.st_ino == listener->inode)
        unlink(listener->address.sun_path);
    if (listener->fd >= 0)
        close(listener->fd);
    free(listener);
}
