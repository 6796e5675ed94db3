/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CLEAR_H
#define BASE_CLEAR_H

#include <stddef.h>
#include <string.h>

/*
 * memset to zero for pieces of some hundred bytes that are cleared often. Where a compiler knows the length it makes a
 * string instruction of memset, which takes longer to begin than the clearing; this is always a call.
 */
void clear_bytes(void *bytes, size_t length);

/* 128 bytes in line: in halves, which are too short for that instruction. */
static inline void clear_128(void *bytes)
{
    memset(bytes, 0, 64);
    memset((unsigned char *)bytes + 64, 0, 64);
}

#endif
