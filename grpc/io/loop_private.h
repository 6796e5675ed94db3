/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_IO_LOOP_PRIVATE_H
#define GRPC_IO_LOOP_PRIVATE_H

#include <sys/time.h>

#include "grpc/io/loop.h"

/*
 * What the files of grpc/io share, and nobody else includes.
 */

/* GRPC_CONNECTION_READ_MAX bytes, for whoever reads now. */
unsigned char *grpc_loop_read_buffer(struct grpc_loop *loop);

/* The time from now to then, rounded up to a microsecond, zero where then has passed. */
struct timeval grpc_loop_until(const struct grpc_loop *loop, int64_t then_ns);

#endif
