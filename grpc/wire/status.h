/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_STATUS_H
#define GRPC_WIRE_STATUS_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/status.h"
#include "base/text.h"

/*
 * How status codes (base/status.h) and their texts travel, and how other things that end a call are told as one of
 * them. All functions are pure.
 */

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

/* The value of a grpc-status field, decimal: 0 and *ret_status. A number above 16 gives STATUS_UNKNOWN; what is no
 * number gives ERROR_MALFORMED. */
int grpc_status_from_field(struct text field, enum status_code *ret_status);

/* "CANCEL", "REFUSED_STREAM", ...; "unknown" for a number that is none. Never NULL. */
const char *grpc_http2_code_name(uint32_t code);

/* What a client reports for RST_STREAM with this error code: never STATUS_OK. */
enum status_code grpc_status_from_http2_code(uint32_t code);

/* What a client reports for a response that is not gRPC, by its :status: never STATUS_OK. */
enum status_code grpc_status_from_http_status(int http_status);

/* grpc-message on the wire: bytes from 0x20 to 0x7e stay, except '%'; every other byte becomes %XX. Appends; failure
 * shows in out->failed. */
void grpc_percent_encode(struct text plain, struct buffer *out);

/* The reverse. An escape that is none ("%", "%4", "%zz") stays as it is. The result may hold any byte. */
void grpc_percent_decode(struct text encoded, struct buffer *out);

#endif
