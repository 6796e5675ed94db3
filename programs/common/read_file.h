/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROGRAMS_COMMON_READ_FILE_H
#define PROGRAMS_COMMON_READ_FILE_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

/* Reads a whole file of at most size_max bytes. 0, or an error with a sentence that begins with the path. */
int read_file(const char *path, size_t size_max, struct buffer *content, struct error *error);

#endif
