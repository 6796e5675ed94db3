/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_RETRY_H
#define HANDLER_CORE_RETRY_H

#include <stdint.h>

#include "base/time.h"
#include "handler/core/values.h"

/*
 * When to try again, and whether: the delays of the monitor's own backoff, 100 ms doubled up to 30 s, and what the
 * answer to a call means for the container that it was asked for.
 */

/* The delay after one failure more, which is counted. */
int64_t retry_delay_ns(uint32_t *attempt);

/* The same without counting. */
int64_t retry_same_delay_ns(uint32_t attempt);

/* The longest delay. */
int64_t retry_delay_max_ns(void);

#endif
