/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/common/read_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int read_file(const char *path, size_t size_max, struct buffer *content, struct error *error)
{
    FILE *file = fopen(path, "rb");
    int result = 0;

    if (file == NULL)
        return error_set(error, ERROR_IO, "%s: %s", path, strerror(errno));
    while (result == 0) {
        if (buffer_reserve(content, 65536) != 0) {
            result = error_set(error, ERROR_NO_MEMORY, "%s: out of memory", path);
            break;
        }
        size_t count = fread(content->bytes + content->length, 1, 65536, file);
        content->length += count;
        if (content->length > size_max)
            result = error_set(error, ERROR_LIMIT, "%s: larger than the %zu bytes that it may have", path, size_max);
        else if (ferror(file))
            result = error_set(error, ERROR_IO, "%s: %s", path, strerror(errno));
        else if (count == 0)
            break;
    }
    (void)fclose(file);
    return result;
}
