/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/eventmonitor/output.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

static int wait_writable(int fd, int stop_fd)
{
    struct pollfd polled[] = {{.fd = fd, .events = POLLOUT}, {.fd = stop_fd, .events = POLLIN}};
    while (poll(polled, 2, -1) < 0)
        if (errno != EINTR)
            return errno;
    return polled[0].revents == 0 ? ECANCELED : 0;
}

int output_write(int fd, struct text text, int stop_fd)
{
    while (text.length > 0) {
        int failure = wait_writable(fd, stop_fd);
        if (failure != 0)
            return failure;
        /* A pipe that is ready takes that much without blocking. */
        ssize_t written = write(fd, text.bytes, text.length < PIPE_BUF ? text.length : PIPE_BUF);
        if (written < 0 && errno != EINTR && errno != EAGAIN)
            return errno;
        if (written > 0) {
            text.bytes += written;
            text.length -= (size_t)written;
        }
    }
    return 0;
}
