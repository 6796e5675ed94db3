/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_GRPC_SCARCE_H
#define TESTS_SUPPORT_GRPC_SCARCE_H

#include <stdbool.h>
#include <stdlib.h>

/*
 * Memory that runs out on demand, for a test that includes source files after this header: their allocations, and those
 * of the nghttp2 sessions they make, are counted and may fail. Everything else keeps the real functions.
 */

/* The allocation with this number fails, counted from the last call, and with for_good every later one; -1: none. */
void scarce_fail_at(long number, bool for_good);

/* Since the last scarce_fail_at. */
long scarce_count(void);

/* Between the two nothing is counted and nothing fails. */
void scarce_pause(void);
void scarce_resume(void);

void *scarce_malloc(size_t size);
void *scarce_calloc(size_t count, size_t size);
void *scarce_realloc(void *memory, size_t size);

#endif
