/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/eventmonitor/output.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

static int wait_writable(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLOUT};
    return poll(&poll_fd, 1, -1) < 0 && errno != EINTR ? errno : 0;
}

int output_write(int fd, struct text text)
{
    while (text.length > 0) {
        ssize_t written = write(fd, text.bytes, text.length);
        int failure = written < 0 ? errno : 0;
        if (failure == EAGAIN)
            failure = wait_writable(fd);
        if (failure != 0 && failure != EINTR)
            return failure;
        if (written > 0) {
            text.bytes += written;
            text.length -= (size_t)written;
        }
    }
    return 0;
}
