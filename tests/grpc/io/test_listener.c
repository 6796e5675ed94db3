/* SPDX-License-Identifier: Apache-2.0 */
/* Taking a path, and dialling it. */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/time.h"
#include "grpc/io/dial.h"
#include "grpc/io/listener.h"

enum { PATH_SIZE = 100 };

struct place {
    struct grpc_loop *loop;
    char folder[PATH_SIZE / 4];
    char path[PATH_SIZE];
    int accepted;
    int dialled;
    int fd;
    int code;
    char sentence[ERROR_TEXT_MAX];
};

static struct place the_place;

static int set_up(void **state)
{
    struct place *place = &the_place;

    memset(place, 0, sizeof(*place));
    strcpy(place->folder, "/tmp/grpc-XXXXXX");
    assert_non_null(mkdtemp(place->folder));
    snprintf(place->path, sizeof(place->path), "%.25s/s", place->folder);
    assert_int_equal(grpc_loop_new(&place->loop), 0);
    place->fd = -1;
    *state = place;
    return 0;
}

static int tear_down(void **state)
{
    struct place *place = *state;

    if (place->fd >= 0)
        close(place->fd);
    grpc_loop_free(place->loop);
    unlink(place->path);
    return rmdir(place->folder);
}

static void count_accepted(void *context, int fd)
{
    struct place *place = context;

    place->accepted++;
    close(fd);
    grpc_loop_stop(place->loop);
}

static void note_dialled(void *context, int fd, int code, struct text sentence)
{
    struct place *place = context;

    place->dialled++;
    place->fd = fd;
    place->code = code;
    text_copy(sentence, place->sentence, sizeof(place->sentence));
    grpc_loop_stop(place->loop);
}

static int listen_at(struct place *place, const char *path, struct grpc_listener **ret_listener, struct error *error)
{
    return grpc_listener_new(place->loop, text_of(path), count_accepted, place, ret_listener, error);
}

static bool exists(const char *path)
{
    struct stat there;

    return lstat(path, &there) == 0;
}

/* A socket at the path that nobody listens on. */
static void leave_stale_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    strcpy(address.sun_path, path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
}

static void dial_and_run(struct place *place, const char *path)
{
    struct grpc_dial *dial;

    assert_int_equal(grpc_dial_new(place->loop, text_of(path), note_dialled, place, &dial), 0);
    assert_int_equal(place->dialled, 0);
    /* A listener on the same loop stops it too. */
    while (place->dialled == 0)
        assert_int_equal(grpc_loop_run(place->loop), 0);
}

/* ---- listening ---- */

static void second_listener_on_a_path_is_refused_and_the_first_goes_on(void **state)
{
    struct place *place = *state;
    struct grpc_listener *first, *second;
    struct error error = {""};
    char expected[2 * PATH_SIZE];

    assert_int_equal(listen_at(place, place->path, &first, &error), 0);
    assert_int_equal(listen_at(place, place->path, &second, &error), ERROR_IN_USE);
    snprintf(expected, sizeof(expected), "%s is in use: another program answers there", place->path);
    assert_string_equal(error.text, expected);
    /* The question was a connection too, and the first may take it as one. */
    dial_and_run(place, place->path);
    assert_int_equal(place->code, 0);
    while (place->accepted < 2)
        assert_int_equal(grpc_loop_run(place->loop), 0);
    grpc_listener_free(first);
    assert_false(exists(place->path));
}

static void stale_socket_is_replaced(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};

    leave_stale_socket(place->path);
    assert_int_equal(listen_at(place, place->path, &listener, &error), 0);
    dial_and_run(place, place->path);
    assert_int_equal(place->code, 0);
    grpc_listener_free(listener);
    assert_false(exists(place->path));
}

static void what_is_no_socket_is_left_alone(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};
    char expected[2 * PATH_SIZE];

    close(open(place->path, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(listen_at(place, place->path, &listener, &error), ERROR_EXISTS);
    snprintf(expected, sizeof(expected), "%s exists and is not a socket", place->path);
    assert_string_equal(error.text, expected);
    assert_true(exists(place->path));
    assert_int_equal(listen_at(place, place->folder, &listener, &error), ERROR_EXISTS);
}

static void path_that_no_socket_can_have_is_refused(void **state)
{
    static const char long_path[] =
        "/tmp/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};

    assert_int_equal(listen_at(place, "", &listener, &error), ERROR_INVALID);
    assert_string_equal(error.text, "the path of the socket is empty");
    assert_int_equal(listen_at(place, "unix://", &listener, &error), ERROR_INVALID);
    assert_int_equal(listen_at(place, long_path, &listener, &error), ERROR_INVALID);
    assert_non_null(strstr(error.text, "the path of a socket has at most 107 bytes"));
    assert_int_equal(
        grpc_listener_new(place->loop, (struct text){"/tmp/\0x", 7}, count_accepted, place, &listener, &error),
        ERROR_INVALID);
    assert_string_equal(error.text, "the path of the socket holds a NUL");
}

static void folder_that_is_missing_is_told(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};

    assert_int_equal(listen_at(place, "/nowhere/at/all", &listener, &error), ERROR_IO);
    assert_string_equal(error.text, "/nowhere/at/all: No such file or directory");
}

static void unix_prefix_is_accepted_at_both_ends(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};
    char with_prefix[2 * PATH_SIZE];

    snprintf(with_prefix, sizeof(with_prefix), "unix://%s", place->path);
    assert_int_equal(listen_at(place, with_prefix, &listener, &error), 0);
    assert_true(exists(place->path));
    dial_and_run(place, with_prefix);
    assert_int_equal(place->code, 0);
    grpc_listener_free(listener);
}

static void socket_that_is_not_ours_any_more_is_not_unlinked(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};
    char other[PATH_SIZE + 2];

    snprintf(other, sizeof(other), "%s2", place->path);
    assert_int_equal(listen_at(place, place->path, &listener, &error), 0);
    /* Made beside it and moved onto it, so that it cannot get the number of the one it replaces. */
    leave_stale_socket(other);
    assert_int_equal(rename(other, place->path), 0);
    grpc_listener_free(listener);
    assert_true(exists(place->path));
}

static void a_folder_that_somebody_keeps_locked_is_used_all_the_same(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};
    int other = open(place->folder, O_RDONLY | O_DIRECTORY);

    leave_stale_socket(place->path);
    assert_int_equal(flock(other, LOCK_EX), 0);
    int64_t start_ns = grpc_loop_now_ns(place->loop);
    assert_int_equal(listen_at(place, place->path, &listener, &error), 0);
    assert_true(grpc_loop_now_ns(place->loop) - start_ns >= GRPC_LISTENER_WAIT_MS_MAX * TIME_MILLISECOND);
    dial_and_run(place, place->path);
    assert_int_equal(place->code, 0);
    grpc_listener_free(listener);
    close(other);
}

static void a_path_that_is_taken_to_refuse_refuses_and_is_given_back(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};

    leave_stale_socket(place->path);
    assert_int_equal(grpc_listener_new(place->loop, text_of(place->path), NULL, NULL, &listener, &error), 0);
    dial_and_run(place, place->path);
    assert_int_equal(place->code, ERROR_REFUSED);
    grpc_listener_refuse(listener);
    assert_true(exists(place->path));
    grpc_listener_free(listener);
    assert_false(exists(place->path));
}

/* Forks a program that has the folder locked when this returns, and then, before it lets go, makes a socket at the path
 * in place of the one that is there. It ends when the descriptor that is given back is closed. */
static pid_t replace_in_a_moment(const struct place *place, int *ret_end)
{
    const struct timespec moment = {.tv_nsec = 50 * TIME_MILLISECOND};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int ready[2], end[2];
    char byte;

    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(end), 0);
    pid_t child = fork();
    if (child == 0) {
        int folder = open(place->folder, O_RDONLY | O_DIRECTORY);
        int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        close(end[1]);
        strcpy(address.sun_path, place->path);
        if (flock(folder, LOCK_EX) == 0 && write(ready[1], "x", 1) == 1)
            nanosleep(&moment, NULL);
        unlink(place->path);
        if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 1) == 0)
            flock(folder, LOCK_UN);
        _exit((int)read(end[0], &byte, 1));
    }
    close(ready[1]);
    close(end[0]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    *ret_end = end[1];
    return child;
}

static void two_that_start_at_once_do_not_both_replace_a_stale_socket(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};
    int end;

    leave_stale_socket(place->path);
    pid_t child = replace_in_a_moment(place, &end);
    assert_int_equal(listen_at(place, place->path, &listener, &error), ERROR_IN_USE);
    close(end);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

/* Listens at the path as a program of its own. Ends with 0 when it has served one connection. */
static pid_t start_program(const char *path)
{
    pid_t child = fork();

    if (child == 0) {
        struct place own = {.accepted = 0};
        struct grpc_listener *listener;
        bool served = grpc_loop_new(&own.loop) == 0 && listen_at(&own, path, &listener, NULL) == 0 &&
                      grpc_loop_run(own.loop) == 0 && own.accepted == 1;
        if (served) {
            grpc_listener_free(listener);
            grpc_loop_free(own.loop);
        }
        _exit(served ? 0 : 1);
    }
    return child;
}

/* All at once, and all of them behind a lock that is none of theirs. */
static void many_that_start_at_once_on_sockets_of_one_folder_all_serve(void **state)
{
    enum { PROGRAMS = 40 };
    struct place *place = *state;
    char paths[PROGRAMS][PATH_SIZE + 12];
    pid_t children[PROGRAMS];
    int other = open(place->folder, O_RDONLY | O_DIRECTORY);

    assert_int_equal(flock(other, LOCK_EX), 0);
    for (int i = 0; i < PROGRAMS; i++) {
        snprintf(paths[i], sizeof(paths[i]), "%s%d", place->path, i);
        leave_stale_socket(paths[i]);
        children[i] = start_program(paths[i]);
    }
    for (int i = 0; i < PROGRAMS; i++) {
        int status = -1;

        place->code = ERROR_REFUSED;
        while (waitpid(children[i], &status, WNOHANG) == 0 && place->code != 0) {
            place->dialled = 0;
            dial_and_run(place, paths[i]);
            if (place->fd >= 0)
                close(place->fd);
            place->fd = -1;
        }
        if (status == -1)
            assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        unlink(paths[i]);
        assert_int_equal(status, 0);
    }
    close(other);
}

static void lack_of_descriptors_is_waited_for(void **state)
{
    struct place *place = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    struct grpc_listener *listener;
    struct error error = {""};
    struct rlimit before, none;

    strcpy(address.sun_path, place->path);
    assert_int_equal(listen_at(place, place->path, &listener, &error), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    /* One try, and then a rest, although the socket stays readable. */
    int64_t start_ns = grpc_loop_now_ns(place->loop);
    assert_int_equal(event_base_loop(grpc_loop_base(place->loop), EVLOOP_ONCE), 0);
    assert_int_equal(event_base_loop(grpc_loop_base(place->loop), EVLOOP_ONCE), 0);
    assert_true(grpc_loop_now_ns(place->loop) - start_ns > 50 * TIME_MILLISECOND);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(grpc_loop_run(place->loop), 0);
    assert_int_equal(place->accepted, 1);
    grpc_listener_free(listener);
    close(fd);
}

/* ---- dialling ---- */

static void dial_says_why_it_failed(void **state)
{
    struct place *place = *state;
    char expected[2 * PATH_SIZE];

    dial_and_run(place, place->path);
    assert_int_equal(place->code, ERROR_MISSING);
    assert_int_equal(place->fd, -1);
    snprintf(expected, sizeof(expected), "%s: No such file or directory", place->path);
    assert_string_equal(place->sentence, expected);

    leave_stale_socket(place->path);
    place->dialled = 0;
    dial_and_run(place, place->path);
    assert_int_equal(place->code, ERROR_REFUSED);
    snprintf(expected, sizeof(expected), "%s: Connection refused", place->path);
    assert_string_equal(place->sentence, expected);

    place->dialled = 0;
    dial_and_run(place, "");
    assert_int_equal(place->code, ERROR_INVALID);
    assert_string_equal(place->sentence, "the path of the socket is empty");

    place->dialled = 0;
    snprintf(expected, sizeof(expected), "%s/below", place->path);
    dial_and_run(place, expected);
    assert_int_equal(place->code, ERROR_IO);
}

static void dial_that_is_given_up_tells_nothing(void **state)
{
    struct place *place = *state;
    struct grpc_dial *dial;

    assert_int_equal(grpc_dial_new(place->loop, text_of(place->path), note_dialled, place, &dial), 0);
    grpc_dial_cancel(dial);
    grpc_dial_cancel(NULL);
    assert_int_equal(grpc_loop_run(place->loop), 0);
    assert_int_equal(place->dialled, 0);
}

static void full_backlog_is_waited_for(void **state)
{
    struct place *place = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    int first = socket(AF_UNIX, SOCK_STREAM, 0);
    struct grpc_dial *dial;

    strcpy(address.sun_path, place->path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 0), 0);
    assert_int_equal(connect(first, (struct sockaddr *)&address, sizeof(address)), 0);
    /* Full now: a further one waits until the first is taken, which is done between two tries of the dial. */
    assert_int_equal(grpc_dial_new(place->loop, text_of(place->path), note_dialled, place, &dial), 0);
    for (int i = 0; i < 3; i++)
        event_base_loop(grpc_loop_base(place->loop), EVLOOP_ONCE);
    assert_int_equal(place->dialled, 0);
    close(accept(fd, NULL, NULL));
    assert_int_equal(grpc_loop_run(place->loop), 0);
    assert_int_equal(place->code, 0);
    close(first);
    close(fd);
}

int main(void)
{
#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        PLACE_TEST(second_listener_on_a_path_is_refused_and_the_first_goes_on),
        PLACE_TEST(stale_socket_is_replaced),
        PLACE_TEST(what_is_no_socket_is_left_alone),
        PLACE_TEST(path_that_no_socket_can_have_is_refused),
        PLACE_TEST(folder_that_is_missing_is_told),
        PLACE_TEST(unix_prefix_is_accepted_at_both_ends),
        PLACE_TEST(socket_that_is_not_ours_any_more_is_not_unlinked),
        PLACE_TEST(two_that_start_at_once_do_not_both_replace_a_stale_socket),
        PLACE_TEST(a_folder_that_somebody_keeps_locked_is_used_all_the_same),
        PLACE_TEST(a_path_that_is_taken_to_refuse_refuses_and_is_given_back),
        PLACE_TEST(many_that_start_at_once_on_sockets_of_one_folder_all_serve),
        PLACE_TEST(lack_of_descriptors_is_waited_for),
        PLACE_TEST(dial_says_why_it_failed),
        PLACE_TEST(dial_that_is_given_up_tells_nothing),
        PLACE_TEST(full_backlog_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
