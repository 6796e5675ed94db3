/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/wire/status.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

static const char *const http2_code_names[] = {
    "NO_ERROR",
    "PROTOCOL_ERROR",
    "INTERNAL_ERROR",
    "FLOW_CONTROL_ERROR",
    "SETTINGS_TIMEOUT",
    "STREAM_CLOSED",
    "FRAME_SIZE_ERROR",
    "REFUSED_STREAM",
    "CANCEL",
    "COMPRESSION_ERROR",
    "CONNECT_ERROR",
    "ENHANCE_YOUR_CALM",
    "INADEQUATE_SECURITY",
    "HTTP_1_1_REQUIRED",
};

int grpc_status_from_field(struct text field, enum status_code *ret_status)
{
    int number = 0;

    if (field.length == 0)
        return ERROR_MALFORMED;
    for (size_t i = 0; i < field.length; i++) {
        char c = field.bytes[i];

        if (c < '0' || c > '9')
            return ERROR_MALFORMED;
        /* Any number above the last code means the same, so it may stop growing there. */
        if (number < STATUS_COUNT)
            number = number * 10 + (c - '0');
    }
    *ret_status = number < STATUS_COUNT ? (enum status_code)number : STATUS_UNKNOWN;
    return 0;
}

const char *grpc_http2_code_name(uint32_t code)
{
    return code < sizeof(http2_code_names) / sizeof(http2_code_names[0]) ? http2_code_names[code] : "unknown";
}

enum status_code grpc_status_from_http2_code(uint32_t code)
{
    switch (code) {
    case GRPC_HTTP2_CANCEL: return STATUS_CANCELLED;
    case GRPC_HTTP2_REFUSED_STREAM: return STATUS_UNAVAILABLE;
    case GRPC_HTTP2_ENHANCE_YOUR_CALM: return STATUS_RESOURCE_EXHAUSTED;
    case GRPC_HTTP2_INADEQUATE_SECURITY: return STATUS_PERMISSION_DENIED;
    default: return STATUS_INTERNAL;
    }
}

enum status_code grpc_status_from_http_status(int http_status)
{
    switch (http_status) {
    case 400: return STATUS_INTERNAL;
    case 401: return STATUS_UNAUTHENTICATED;
    case 403: return STATUS_PERMISSION_DENIED;
    case 404: return STATUS_UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504: return STATUS_UNAVAILABLE;
    default: return STATUS_UNKNOWN;
    }
}

static bool stays_plain(unsigned char c)
{
    return c >= 0x20 && c <= 0x7e && c != '%';
}

void grpc_percent_encode(struct text plain, struct buffer *out)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < plain.length; i++) {
        unsigned char c = (unsigned char)plain.bytes[i];
        char escape[3] = {'%', digits[c >> 4], digits[c & 15]};

        if (stays_plain(c))
            buffer_append(out, &plain.bytes[i], 1);
        else
            buffer_append(out, escape, sizeof(escape));
    }
}

/* The value of a hexadecimal digit, or -1. */
static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

void grpc_percent_decode(struct text encoded, struct buffer *out)
{
    size_t i = 0;

    while (i < encoded.length) {
        const char *at = &encoded.bytes[i];
        bool whole = *at == '%' && encoded.length - i >= 3;
        int high = whole ? digit_value(at[1]) : -1;
        int low = whole ? digit_value(at[2]) : -1;

        if (high >= 0 && low >= 0) {
            unsigned char c = (unsigned char)(high * 16 + low);

            buffer_append(out, &c, 1);
            i += 3;
        } else {
            buffer_append(out, at, 1);
            i += 1;
        }
    }
}
