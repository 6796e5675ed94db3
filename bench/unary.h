/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BENCH_UNARY_H
#define BENCH_UNARY_H

#include <stdint.h>

/*
 * Unary calls from a gRPC client to a server, both in memory: what exploring on the level of bytes is measured against.
 */

/* Makes that many calls over one connection, one after another, each with its answer. 0 or an error of the sessions. */
int unary_calls(uint64_t calls);

#endif
