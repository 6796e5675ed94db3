/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_STATUS_H
#define GRPC_WIRE_STATUS_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"

/*
 * gRPC's status codes, and how other things that end a call are told as one of them. All functions are pure.
 */
#define GRPC_STATUS_LIST(X)                               \
    X(GRPC_OK, 0, "OK")                                   \
    X(GRPC_CANCELLED, 1, "CANCELLED")                     \
    X(GRPC_UNKNOWN, 2, "UNKNOWN")                         \
    X(GRPC_INVALID_ARGUMENT, 3, "INVALID_ARGUMENT")       \
    X(GRPC_DEADLINE_EXCEEDED, 4, "DEADLINE_EXCEEDED")     \
    X(GRPC_NOT_FOUND, 5, "NOT_FOUND")                     \
    X(GRPC_ALREADY_EXISTS, 6, "ALREADY_EXISTS")           \
    X(GRPC_PERMISSION_DENIED, 7, "PERMISSION_DENIED")     \
    X(GRPC_RESOURCE_EXHAUSTED, 8, "RESOURCE_EXHAUSTED")   \
    X(GRPC_FAILED_PRECONDITION, 9, "FAILED_PRECONDITION") \
    X(GRPC_ABORTED, 10, "ABORTED")                        \
    X(GRPC_OUT_OF_RANGE, 11, "OUT_OF_RANGE")              \
    X(GRPC_UNIMPLEMENTED, 12, "UNIMPLEMENTED")            \
    X(GRPC_INTERNAL, 13, "INTERNAL")                      \
    X(GRPC_UNAVAILABLE, 14, "UNAVAILABLE")                \
    X(GRPC_DATA_LOSS, 15, "DATA_LOSS")                    \
    X(GRPC_UNAUTHENTICATED, 16, "UNAUTHENTICATED")

enum grpc_status {
#define GRPC_STATUS_ENUMERATOR(name, value, text) name = (value),
    GRPC_STATUS_LIST(GRPC_STATUS_ENUMERATOR)
#undef GRPC_STATUS_ENUMERATOR
};

enum { GRPC_STATUS_COUNT = 17 };

/* HTTP/2 error codes (RFC 9113, section 7), as RST_STREAM and GOAWAY carry them. */
enum grpc_http2_code {
    GRPC_HTTP2_NO_ERROR = 0,
    GRPC_HTTP2_PROTOCOL_ERROR = 1,
    GRPC_HTTP2_INTERNAL_ERROR = 2,
    GRPC_HTTP2_FLOW_CONTROL_ERROR = 3,
    GRPC_HTTP2_SETTINGS_TIMEOUT = 4,
    GRPC_HTTP2_STREAM_CLOSED = 5,
    GRPC_HTTP2_FRAME_SIZE_ERROR = 6,
    GRPC_HTTP2_REFUSED_STREAM = 7,
    GRPC_HTTP2_CANCEL = 8,
    GRPC_HTTP2_COMPRESSION_ERROR = 9,
    GRPC_HTTP2_CONNECT_ERROR = 10,
    GRPC_HTTP2_ENHANCE_YOUR_CALM = 11,
    GRPC_HTTP2_INADEQUATE_SECURITY = 12,
    GRPC_HTTP2_HTTP_1_1_REQUIRED = 13
};

/* "UNAVAILABLE"; "UNKNOWN" for a number that is none. Never NULL. */
const char *grpc_status_name(int status);

/* The reverse, exact: 0 and *ret_status, or ERROR_INVALID. */
int grpc_status_from_name(struct text name, enum grpc_status *ret_status);

/* The value of a grpc-status field, decimal: 0 and *ret_status. A number above 16 gives GRPC_UNKNOWN; what is no
 * number gives ERROR_MALFORMED. */
int grpc_status_from_field(struct text field, enum grpc_status *ret_status);

/* "CANCEL", "REFUSED_STREAM", ...; "unknown" for a number that is none. Never NULL. */
const char *grpc_http2_code_name(uint32_t code);

/* What a client reports for RST_STREAM with this error code: never GRPC_OK. */
enum grpc_status grpc_status_from_http2_code(uint32_t code);

/* What a client reports for a response that is not gRPC, by its :status: never GRPC_OK. */
enum grpc_status grpc_status_from_http_status(int http_status);

/* grpc-message on the wire: bytes from 0x20 to 0x7e stay, except '%'; every other byte becomes %XX. Appends; failure
 * shows in out->failed. */
void grpc_percent_encode(struct text plain, struct buffer *out);

/* The reverse. An escape that is none ("%", "%4", "%zz") stays as it is. The result may hold any byte. */
void grpc_percent_decode(struct text encoded, struct buffer *out);

#endif
