/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/retry.h"

#include "handler/core/backoff.h"

enum { ATTEMPTS_MAX = 32 }; /* from here on the delay is the longest, so nothing more is counted */

int64_t retry_same_delay_ns(uint32_t attempt)
{
    return backoff_delay_ns(&backoff_of_the_monitor, attempt, NULL);
}

int64_t retry_delay_ns(uint32_t *attempt)
{
    int64_t delay_ns = retry_same_delay_ns(*attempt);
    if (*attempt < ATTEMPTS_MAX)
        ++*attempt;
    return delay_ns;
}

int64_t retry_delay_max_ns(void)
{
    return backoff_of_the_monitor.maximum_ns;
}
