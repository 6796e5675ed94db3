/* SPDX-License-Identifier: Apache-2.0 */
#include "base/grow.h"

#include <stdlib.h>

#include "base/error.h"

int grow(void **items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return 0;
    size_t wanted = *capacity > 0 ? *capacity * 2 : 8;
    void *grown = realloc(*items, wanted * size);
    if (grown == NULL)
        return ERROR_NO_MEMORY;
    *items = grown;
    *capacity = wanted;
    return 0;
}
