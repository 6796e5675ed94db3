/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_METADATA_H
#define GRPC_WIRE_METADATA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/*
 * One field of a request or response: a name in lower case and its value. The values of names that end in "-bin" are
 * base64 on the wire and are handed on undecoded.
 */
struct grpc_metadata {
    struct text name;
    struct text value;
};

enum {
    GRPC_METADATA_COUNT_MAX = 128,      /* fields in one header block, those of HTTP/2 and gRPC included */
    GRPC_METADATA_BYTES_MAX = 64 * 1024 /* names and values of one header block together */
};

/* The value of the first field of that name; with found (may be NULL) whether there is one. */
struct text grpc_metadata_find(const struct grpc_metadata *metadata, size_t count, const char *name, bool *found);

/* True iff the value of a content-type field says gRPC: "application/grpc", alone or before '+' or ';'. */
bool grpc_content_type_valid(struct text content_type);

#endif
