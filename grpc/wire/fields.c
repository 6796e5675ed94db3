/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/wire/fields.h"

#include <string.h>

#include "base/error.h"

void grpc_fields_release(struct grpc_fields *fields)
{
    buffer_release(&fields->bytes);
    buffer_release(&fields->lengths);
    fields->count = 0;
}

void grpc_fields_clear(struct grpc_fields *fields)
{
    buffer_clear(&fields->bytes);
    buffer_clear(&fields->lengths);
    fields->count = 0;
}

int grpc_fields_add(struct grpc_fields *fields, struct text name, struct text value)
{
    size_t lengths[2] = {name.length, value.length};
    size_t left = GRPC_METADATA_BYTES_MAX - fields->bytes.length;

    if (fields->count == GRPC_METADATA_COUNT_MAX || name.length > left || value.length > left - name.length)
        return ERROR_LIMIT;
    buffer_append_text(&fields->bytes, name);
    buffer_append_text(&fields->bytes, value);
    buffer_append(&fields->lengths, lengths, sizeof(lengths));
    if (fields->bytes.failed || fields->lengths.failed)
        return ERROR_NO_MEMORY;
    fields->count++;
    return 0;
}

void grpc_fields_get(const struct grpc_fields *fields, struct grpc_metadata table[GRPC_METADATA_COUNT_MAX])
{
    const char *at = (const char *)fields->bytes.bytes;

    for (size_t i = 0; i < fields->count; i++) {
        size_t lengths[2];

        memcpy(lengths, fields->lengths.bytes + i * sizeof(lengths), sizeof(lengths));
        table[i].name = (struct text){at, lengths[0]};
        at += lengths[0];
        table[i].value = (struct text){at, lengths[1]};
        at += lengths[1];
    }
}
