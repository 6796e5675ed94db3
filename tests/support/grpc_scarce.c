/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/grpc_scarce.h"

static long fail_at = -1;
static bool fail_for_good;
static long count;
static bool paused = true;

void scarce_fail_at(long number, bool for_good)
{
    fail_at = number;
    fail_for_good = for_good;
    count = 0;
}

long scarce_count(void)
{
    return count;
}

void scarce_pause(void)
{
    paused = true;
}

void scarce_resume(void)
{
    paused = false;
}

static bool fails_now(void)
{
    if (paused)
        return false;
    long number = count++;

    return fail_at >= 0 && (number == fail_at || (fail_for_good && number > fail_at));
}

void *scarce_malloc(size_t size)
{
    return fails_now() ? NULL : malloc(size);
}

void *scarce_calloc(size_t number, size_t size)
{
    return fails_now() ? NULL : calloc(number, size);
}

void *scarce_realloc(void *memory, size_t size)
{
    return fails_now() ? NULL : realloc(memory, size);
}
