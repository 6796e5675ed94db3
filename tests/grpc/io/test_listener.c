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
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/time.h"
#include "grpc/io/dial.h"
#include "tests/support/grpc_place.h"

static bool exists(const char *path)
{
    struct stat there;

    return lstat(path, &there) == 0;
}

/* ---- listening ---- */

static void second_listener_on_a_path_is_refused_and_the_first_goes_on(void **state)
{
    struct place *place = *state;
    struct grpc_listener *first, *second;
    struct error error = {""};
    char expected[2 * PATH_SIZE];

    assert_int_equal(place_listen(place, place->path, &first, &error), 0);
    assert_int_equal(place_listen(place, place->path, &second, &error), ERROR_IN_USE);
    snprintf(expected, sizeof(expected),
             "%s is in use: another program answers there; end that one, or take another path", place->path);
    assert_string_equal(error.text, expected);
    /* The question was a connection too, and the first may take it as one. */
    place_dial(place, place->path);
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

    place_leave_stale_socket(place->path);
    assert_int_equal(place_listen(place, place->path, &listener, &error), 0);
    place_dial(place, place->path);
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
    assert_int_equal(place_listen(place, place->path, &listener, &error), ERROR_EXISTS);
    snprintf(expected, sizeof(expected), "%s exists and is not a socket", place->path);
    assert_string_equal(error.text, expected);
    assert_true(exists(place->path));
    assert_int_equal(place_listen(place, place->folder, &listener, &error), ERROR_EXISTS);
}

static void path_that_no_socket_can_have_is_refused(void **state)
{
    static const char long_path[] =
        "/tmp/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaa";
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};

    assert_int_equal(place_listen(place, "", &listener, &error), ERROR_INVALID);
    assert_string_equal(error.text, "the path of the socket is empty");
    assert_int_equal(place_listen(place, "unix://", &listener, &error), ERROR_INVALID);
    assert_int_equal(place_listen(place, long_path, &listener, &error), ERROR_INVALID);
    assert_non_null(strstr(error.text, "the path of a socket has at most 107 bytes"));
    assert_int_equal(
        grpc_listener_new(place->loop, (struct text){"/tmp/\0x", 7}, place_count_accepted, place, &listener, &error),
        ERROR_INVALID);
    assert_string_equal(error.text, "the path of the socket holds a NUL");
}

static void folder_that_is_missing_is_told(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};

    assert_int_equal(place_listen(place, "/nowhere/at/all", &listener, &error), ERROR_IO);
    assert_string_equal(error.text, "/nowhere/at/all: No such file or directory");
}

static void unix_prefix_is_accepted_at_both_ends(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};
    char with_prefix[2 * PATH_SIZE];

    snprintf(with_prefix, sizeof(with_prefix), "unix://%s", place->path);
    assert_int_equal(place_listen(place, with_prefix, &listener, &error), 0);
    assert_true(exists(place->path));
    place_dial(place, with_prefix);
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
    assert_int_equal(place_listen(place, place->path, &listener, &error), 0);
    /* Made beside it and moved onto it, so that it cannot get the number of the one it replaces. */
    place_leave_stale_socket(other);
    assert_int_equal(rename(other, place->path), 0);
    grpc_listener_free(listener);
    assert_true(exists(place->path));
}

static void who_connects_to_a_listener_that_is_held_waits_until_it_is_freed(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};
    char byte;

    assert_int_equal(place_listen(place, place->path, &listener, &error), 0);
    grpc_listener_hold(listener);
    place_dial(place, place->path);
    assert_int_equal(place->code, 0);
    assert_true(event_base_loop(grpc_loop_base(place->loop), EVLOOP_NONBLOCK) >= 0);
    assert_int_equal(place->accepted, 0);
    assert_int_equal(recv(place->fd, &byte, 1, MSG_DONTWAIT), -1);
    assert_int_equal(errno, EAGAIN);
    grpc_listener_free(listener);
    assert_true(recv(place->fd, &byte, 1, MSG_DONTWAIT) == 0 || errno == ECONNRESET);
    close(place->fd);
}

static void a_path_that_is_taken_to_refuse_refuses_and_is_given_back(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};

    place_leave_stale_socket(place->path);
    assert_int_equal(grpc_listener_new(place->loop, text_of(place->path), NULL, NULL, &listener, &error), 0);
    place_dial(place, place->path);
    assert_int_equal(place->code, ERROR_REFUSED);
    grpc_listener_refuse(listener);
    assert_true(exists(place->path));
    grpc_listener_free(listener);
    assert_false(exists(place->path));
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
    assert_int_equal(place_listen(place, place->path, &listener, &error), 0);
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

    place_dial(place, place->path);
    assert_int_equal(place->code, ERROR_MISSING);
    assert_int_equal(place->fd, -1);
    snprintf(expected, sizeof(expected), "%s: No such file or directory", place->path);
    assert_string_equal(place->sentence, expected);

    place_leave_stale_socket(place->path);
    place->dialled = 0;
    place_dial(place, place->path);
    assert_int_equal(place->code, ERROR_REFUSED);
    snprintf(expected, sizeof(expected), "%s: Connection refused", place->path);
    assert_string_equal(place->sentence, expected);

    place->dialled = 0;
    place_dial(place, "");
    assert_int_equal(place->code, ERROR_INVALID);
    assert_string_equal(place->sentence, "the path of the socket is empty");

    place->dialled = 0;
    snprintf(expected, sizeof(expected), "%s/below", place->path);
    place_dial(place, expected);
    assert_int_equal(place->code, ERROR_IO);
}

static void dial_that_is_given_up_tells_nothing(void **state)
{
    struct place *place = *state;
    struct grpc_dial *dial;

    assert_int_equal(grpc_dial_new(place->loop, text_of(place->path), place_note_dialled, place, &dial), 0);
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
    assert_int_equal(grpc_dial_new(place->loop, text_of(place->path), place_note_dialled, place, &dial), 0);
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
#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, place_set_up, place_tear_down)
    const struct CMUnitTest tests[] = {
        PLACE_TEST(second_listener_on_a_path_is_refused_and_the_first_goes_on),
        PLACE_TEST(stale_socket_is_replaced),
        PLACE_TEST(what_is_no_socket_is_left_alone),
        PLACE_TEST(path_that_no_socket_can_have_is_refused),
        PLACE_TEST(folder_that_is_missing_is_told),
        PLACE_TEST(unix_prefix_is_accepted_at_both_ends),
        PLACE_TEST(socket_that_is_not_ours_any_more_is_not_unlinked),
        PLACE_TEST(who_connects_to_a_listener_that_is_held_waits_until_it_is_freed),
        PLACE_TEST(a_path_that_is_taken_to_refuse_refuses_and_is_given_back),
        PLACE_TEST(lack_of_descriptors_is_waited_for),
        PLACE_TEST(dial_says_why_it_failed),
        PLACE_TEST(dial_that_is_given_up_tells_nothing),
        PLACE_TEST(full_backlog_is_waited_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
