/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_TIMEOUT_H
#define GRPC_WIRE_TIMEOUT_H

#include <stdint.h>

#include "base/text.h"

/*
 * The grpc-timeout field: one to eight digits and a unit of H, M, S, m, u, n.
 */
enum { GRPC_TIMEOUT_TEXT_SIZE = 24 };

/* Writes timeout_ns (at least 1; less is written as 1n) in the finest unit whose number fits in eight digits, rounded
 * up, NUL-terminated. */
void grpc_timeout_encode(int64_t timeout_ns, char buffer[GRPC_TIMEOUT_TEXT_SIZE]);

/* 0 and *ret_ns >= 0, capped at INT64_MAX - 1; or ERROR_MALFORMED, *ret_ns untouched. */
int grpc_timeout_decode(struct text field, int64_t *ret_ns);

#endif
