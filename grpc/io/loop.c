/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/io/loop.h"

#include <event2/event.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "base/time.h"
#include "grpc/io/connection.h"
#include "grpc/io/loop_private.h"

struct grpc_loop {
    struct event_base *base;
    unsigned char *read_buffer;
};

int grpc_loop_new(struct grpc_loop **ret_loop)
{
    struct grpc_loop *loop = calloc(1, sizeof(*loop));
    struct event_config *config = event_config_new();
    int code = ERROR_NO_MEMORY;

    if (loop == NULL || config == NULL)
        goto fail;
    loop->read_buffer = malloc(GRPC_CONNECTION_READ_MAX);
    if (loop->read_buffer == NULL)
        goto fail;
    /* libevent's coarse clock would make a timer of 1 ms fire every 4 ms. */
    event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER);
    loop->base = event_base_new_with_config(config);
    if (loop->base == NULL) {
        code = ERROR_IO;
        goto fail;
    }
    event_config_free(config);
    *ret_loop = loop;
    return 0;
fail:
    if (config != NULL)
        event_config_free(config);
    grpc_loop_free(loop);
    return code;
}

void grpc_loop_free(struct grpc_loop *loop)
{
    if (loop == NULL)
        return;
    if (loop->base != NULL)
        event_base_free(loop->base);
    free(loop->read_buffer);
    free(loop);
}

struct event_base *grpc_loop_base(struct grpc_loop *loop)
{
    return loop->base;
}

int64_t grpc_loop_now_ns(const struct grpc_loop *loop)
{
    struct timespec now;

    (void)loop;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * TIME_SECOND + now.tv_nsec;
}

struct timeval grpc_loop_until(const struct grpc_loop *loop, int64_t then_ns)
{
    int64_t now_ns = grpc_loop_now_ns(loop);
    int64_t left_ns = then_ns > now_ns ? then_ns - now_ns : 0;
    int64_t left_us = left_ns / TIME_MICROSECOND + (left_ns % TIME_MICROSECOND != 0);

    return (struct timeval){.tv_sec = left_us / 1000000, .tv_usec = left_us % 1000000};
}

int grpc_loop_run(struct grpc_loop *loop)
{
    return event_base_dispatch(loop->base) < 0 ? ERROR_IO : 0;
}

void grpc_loop_stop(struct grpc_loop *loop)
{
    event_base_loopbreak(loop->base);
}

unsigned char *grpc_loop_read_buffer(struct grpc_loop *loop)
{
    return loop->read_buffer;
}
