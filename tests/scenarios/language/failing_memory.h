/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SCENARIOS_LANGUAGE_FAILING_MEMORY_H
#define TESTS_SCENARIOS_LANGUAGE_FAILING_MEMORY_H

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>

/*
 * Takes the place of malloc, calloc and realloc in the whole test program, libraries included, so that one chosen
 * allocation fails. To be included by the one source file of a test program.
 */

/* Allocations that still succeed; the one after them fails, and then all succeed again. */
static long memory_until_failure = LONG_MAX;
static int memory_has_failed;

/* What stands behind: the sanitizer's own functions where it is there, else the C library's. */
extern void *__interceptor_malloc(size_t size) __attribute__((weak));
extern void *__interceptor_calloc(size_t count, size_t size) __attribute__((weak));
extern void *__interceptor_realloc(void *old, size_t size) __attribute__((weak));
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static int memory_fails(void)
{
    if (memory_until_failure == LONG_MAX || memory_until_failure-- > 0)
        return 0;
    memory_until_failure = LONG_MAX;
    memory_has_failed = 1;
    return 1;
}

void *malloc(size_t size)
{
    if (memory_fails())
        return NULL;
    return __interceptor_malloc != NULL ? __interceptor_malloc(size) : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    if (memory_fails())
        return NULL;
    return __interceptor_calloc != NULL ? __interceptor_calloc(count, size) : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    if (memory_fails())
        return NULL;
    return __interceptor_realloc != NULL ? __interceptor_realloc(old, size) : __libc_realloc(old, size);
}

#endif
