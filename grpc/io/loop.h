/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_IO_LOOP_H
#define GRPC_IO_LOOP_H

#include <stddef.h>
#include <stdint.h>

struct event_base;

/*
 * One libevent loop with a precise clock, and the read buffer that all its connections share. Single-threaded. Signals,
 * timers and other descriptors of a program are added to its event_base directly.
 */
struct grpc_loop;

/* 0, ERROR_NO_MEMORY or ERROR_IO. */
int grpc_loop_new(struct grpc_loop **ret_loop);

/* Everything that lives on the loop must be gone. */
void grpc_loop_free(struct grpc_loop *loop);

struct event_base *grpc_loop_base(struct grpc_loop *loop);

/* CLOCK_MONOTONIC in ns: the one clock of both programs. */
int64_t grpc_loop_now_ns(const struct grpc_loop *loop);

/* Runs until grpc_loop_stop, or until nothing is left to wait for. 0 or ERROR_IO. */
int grpc_loop_run(struct grpc_loop *loop);

/* Ends grpc_loop_run after the callback that calls it. */
void grpc_loop_stop(struct grpc_loop *loop);

#endif
