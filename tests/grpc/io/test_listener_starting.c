/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that start at the same moment, in one folder. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/time.h"
#include "tests/support/grpc_place.h"

static void a_folder_that_somebody_keeps_locked_is_used_all_the_same(void **state)
{
    struct place *place = *state;
    struct grpc_listener *listener;
    struct error error = {""};
    int other = open(place->folder, O_RDONLY | O_DIRECTORY);

    place_leave_stale_socket(place->path);
    assert_int_equal(flock(other, LOCK_EX), 0);
    int64_t start_ns = grpc_loop_now_ns(place->loop);
    assert_int_equal(place_listen(place, place->path, &listener, &error), 0);
    assert_true(grpc_loop_now_ns(place->loop) - start_ns >= GRPC_LISTENER_WAIT_MS_MAX * TIME_MILLISECOND);
    place_dial(place, place->path);
    assert_int_equal(place->code, 0);
    grpc_listener_free(listener);
    close(other);
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

    place_leave_stale_socket(place->path);
    pid_t child = replace_in_a_moment(place, &end);
    assert_int_equal(place_listen(place, place->path, &listener, &error), ERROR_IN_USE);
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
        bool served = grpc_loop_new(&own.loop) == 0 && place_listen(&own, path, &listener, NULL) == 0 &&
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
        place_leave_stale_socket(paths[i]);
        children[i] = start_program(paths[i]);
    }
    for (int i = 0; i < PROGRAMS; i++) {
        int status = -1;

        place->code = ERROR_REFUSED;
        while (waitpid(children[i], &status, WNOHANG) == 0 && place->code != 0) {
            place->dialled = 0;
            place_dial(place, paths[i]);
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

int main(void)
{
#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, place_set_up, place_tear_down)
    const struct CMUnitTest tests[] = {
        PLACE_TEST(a_folder_that_somebody_keeps_locked_is_used_all_the_same),
        PLACE_TEST(two_that_start_at_once_do_not_both_replace_a_stale_socket),
        PLACE_TEST(many_that_start_at_once_on_sockets_of_one_folder_all_serve),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
