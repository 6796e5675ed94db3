/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/status.h"
#include "handler/wire/transport.h"

#define LITERAL(string)              \
    {                                \
        (string), sizeof(string) - 1 \
    }
#define NO_CONNECTION "grpc: the connection is unavailable"

enum { STREAM_WINDOW = 65535, CONNECTION_WINDOW = 16 * STREAM_WINDOW };

/* The status for an RST_STREAM with each of HTTP/2's error codes, those of NO_ERROR first. */
static const enum status_code reset_statuses[] = {
    [GRPC_HTTP2_NO_ERROR] = STATUS_INTERNAL,
    [GRPC_HTTP2_PROTOCOL_ERROR] = STATUS_INTERNAL,
    [GRPC_HTTP2_INTERNAL_ERROR] = STATUS_INTERNAL,
    [GRPC_HTTP2_FLOW_CONTROL_ERROR] = STATUS_RESOURCE_EXHAUSTED,
    [GRPC_HTTP2_SETTINGS_TIMEOUT] = STATUS_INTERNAL,
    [GRPC_HTTP2_STREAM_CLOSED] = STATUS_INTERNAL,
    [GRPC_HTTP2_FRAME_SIZE_ERROR] = STATUS_INTERNAL,
    [GRPC_HTTP2_REFUSED_STREAM] = STATUS_UNAVAILABLE,
    [GRPC_HTTP2_CANCEL] = STATUS_CANCELLED,
    [GRPC_HTTP2_COMPRESSION_ERROR] = STATUS_INTERNAL,
    [GRPC_HTTP2_CONNECT_ERROR] = STATUS_INTERNAL,
    [GRPC_HTTP2_ENHANCE_YOUR_CALM] = STATUS_RESOURCE_EXHAUSTED,
    [GRPC_HTTP2_INADEQUATE_SECURITY] = STATUS_PERMISSION_DENIED,
    [GRPC_HTTP2_HTTP_1_1_REQUIRED] = STATUS_FAILED_PRECONDITION,
};

static int tell_reset(uint32_t http2_code, struct buffer *text)
{
    (void)buffer_printf(text, "stream terminated by RST_STREAM with error code: %" PRIu32, http2_code);
    return http2_code < sizeof reset_statuses / sizeof reset_statuses[0] ? (int)reset_statuses[http2_code]
                                                                         : STATUS_UNKNOWN;
}

/* The :status of the response was not looked at. */
static int tell_content_type(struct text content_type, struct buffer *text)
{
    (void)buffer_printf(text, "transport: received the unexpected content-type ");
    (void)buffer_append_json(text, content_type);
    return STATUS_FAILED_PRECONDITION;
}

static int tell_end(const struct grpc_client_event *ended, struct buffer *text)
{
    switch (ended->end) {
    case GRPC_END_RESET: return tell_reset(ended->http2_code, text);
    case GRPC_END_CONTENT_TYPE: return tell_content_type(ended->content_type, text);
    case GRPC_END_NO_STATUS: return STATUS_OK;
    case GRPC_END_COMPRESSED:
        (void)buffer_printf(text, "Decompressor is not installed for grpc-encoding \"\"");
        return STATUS_UNIMPLEMENTED;
    case GRPC_END_TRUNCATED: (void)buffer_printf(text, "unexpected EOF"); return STATUS_UNKNOWN;
    case GRPC_END_TRAILERS:
    case GRPC_END_TRAILERS_ONLY:
    case GRPC_END_NO_TRAILERS:
    case GRPC_END_TOO_LARGE:
    case GRPC_END_PROTOCOL:
    case GRPC_END_DEADLINE:
    case GRPC_END_GOAWAY:
    case GRPC_END_CONNECTION: break;
    }
    (void)buffer_append_text(text, ended->text);
    return (int)ended->status;
}

static struct outcome tell_loss(bool was_there, struct text said)
{
    (void)said;
    if (was_there)
        return (struct outcome){STATUS_INTERNAL, text_of("transport is closing")};
    return (struct outcome){STATUS_UNAVAILABLE, text_of(NO_CONNECTION)};
}

const struct transport transport_of_2017 = {
    .options = {.stream_window = STREAM_WINDOW,
                .connection_window = CONNECTION_WINDOW,
                .credit = GRPC_CREDIT_NEVER_FOR_ABANDONED,
                .streams_max = TRANSPORT_STREAMS_MAX,
                .user_agent = LITERAL("grpc-go/1.0"),
                .authority = LITERAL("unix")},
    .subscribes_end_apart = true,
    .leaves_unreadable_open = true,
    .no_connection = NO_CONNECTION,
    .no_new_calls = NO_CONNECTION,
    .tell_end = tell_end,
    .tell_loss = tell_loss,
};
