/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clear.h"

#include <string.h>

/* Not inline, also where whole programs are optimized: else callers' lengths would be known again. */
__attribute__((noinline)) void clear_bytes(void *bytes, size_t length)
{
    memset(bytes, 0, length);
}
