/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "programs/eventmonitor/output.h"

static void fill(int fd)
{
    static const char page[4096];
    int flags = fcntl(fd, F_GETFL);
    assert_return_code(fcntl(fd, F_SETFL, flags | O_NONBLOCK), errno);
    while (write(fd, page, sizeof page) > 0)
        continue;
    assert_int_equal(errno, EAGAIN);
    assert_return_code(fcntl(fd, F_SETFL, flags), errno);
}

static void everything_is_written_in_its_order(void **state)
{
    static char sent[3 * 4096 + 5];
    static char got[sizeof sent];
    int fds[2];
    size_t length = 0;
    (void)state;
    for (size_t i = 0; i < sizeof sent; i++)
        sent[i] = (char)(i % 127);
    assert_return_code(pipe(fds), errno);
    struct text text = {sent, sizeof sent};
    assert_int_equal(output_write(fds[1], text, -1), 0);
    while (length < sizeof got) {
        ssize_t count = read(fds[0], got + length, sizeof got - length);
        assert_true(count > 0);
        length += (size_t)count;
    }
    assert_memory_equal(got, sent, sizeof sent);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void a_reader_who_has_gone_is_an_error(void **state)
{
    int fds[2];
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    assert_return_code(pipe(fds), errno);
    (void)close(fds[0]);
    assert_int_equal(output_write(fds[1], text_of("x"), -1), EPIPE);
    (void)close(fds[1]);
    assert_int_equal(output_write(fds[1], text_of("x"), -1), EBADF);
}

static void a_reader_who_sleeps_cannot_hold_up_the_end(void **state)
{
    int fds[2];
    int stop[2];
    (void)state;
    assert_return_code(pipe(fds), errno);
    assert_return_code(pipe(stop), errno);
    assert_int_equal(write(stop[1], "x", 1), 1);
    assert_int_equal(output_write(fds[1], text_of("there is room"), stop[0]), 0);
    fill(fds[1]);
    assert_int_equal(output_write(fds[1], text_of("x"), stop[0]), ECANCELED);
    for (size_t i = 0; i < 2; i++) {
        (void)close(fds[i]);
        (void)close(stop[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_written_in_its_order),
        cmocka_unit_test(a_reader_who_has_gone_is_an_error),
        cmocka_unit_test(a_reader_who_sleeps_cannot_hold_up_the_end),
    };
    return cmocka_run_group_tests_name("programs/eventmonitor/output", tests, NULL, NULL);
}
