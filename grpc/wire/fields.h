/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_FIELDS_H
#define GRPC_WIRE_FIELDS_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/text.h"
#include "grpc/wire/metadata.h"

/*
 * A list of fields that owns its texts. The zero value is empty. It takes at most GRPC_METADATA_COUNT_MAX fields of
 * together GRPC_METADATA_BYTES_MAX bytes.
 */
struct grpc_fields {
    struct buffer bytes;   /* name, value, name, value, ... */
    struct buffer lengths; /* their lengths, as size_t */
    size_t count;
};

void grpc_fields_release(struct grpc_fields *fields);

/* Empties the list, keeps the memory. */
void grpc_fields_clear(struct grpc_fields *fields);

/* Copies a field in. 0, ERROR_LIMIT (the list is as before) or ERROR_NO_MEMORY (the list must be released). */
int grpc_fields_add(struct grpc_fields *fields, struct text name, struct text value);

/* Writes the fields into a table, borrowed until the list is changed. */
void grpc_fields_get(const struct grpc_fields *fields, struct grpc_metadata table[GRPC_METADATA_COUNT_MAX]);

#endif
