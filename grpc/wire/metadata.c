/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/wire/metadata.h"

struct text grpc_metadata_find(const struct grpc_metadata *metadata, size_t count, const char *name, bool *found)
{
    for (size_t i = 0; i < count; i++) {
        if (text_is(metadata[i].name, name)) {
            if (found != NULL)
                *found = true;
            return metadata[i].value;
        }
    }
    if (found != NULL)
        *found = false;
    return text_of(NULL);
}

bool grpc_content_type_valid(struct text content_type)
{
    size_t length = sizeof("application/grpc") - 1;

    if (!text_starts_with(content_type, "application/grpc"))
        return false;
    return content_type.length == length || content_type.bytes[length] == '+' || content_type.bytes[length] == ';';
}
