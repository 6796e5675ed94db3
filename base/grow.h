/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_GROW_H
#define BASE_GROW_H

#include <stddef.h>

/* Makes room for one more element of size bytes in a list of count. 0 or ERROR_NO_MEMORY (nothing has changed). */
int grow(void **items, size_t count, size_t *capacity, size_t size);

#endif
