/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/error.h"
#include "base/time.h"
#include "grpc/wire/http2_private.h"
#include "grpc/wire/status.h"

/* What a callback returns to nghttp2 after a call to the owner. */
static int after_call(struct grpc_http2 *http2, int code)
{
    if (code == 0)
        return 0;
    grpc_http2_break(http2, code);
    return NGHTTP2_ERR_CALLBACK_FAILURE;
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *user_data)
{
    struct grpc_http2 *http2 = user_data;

    (void)session;
    (void)frame;
    grpc_fields_clear(&http2->block);
    return http2->broken == 0 ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_length,
                     const uint8_t *value, size_t value_length, uint8_t flags, void *user_data)
{
    struct grpc_http2 *http2 = user_data;
    int code = grpc_fields_add(&http2->block, (struct text){(const char *)name, name_length},
                               (struct text){(const char *)value, value_length});

    (void)flags;
    if (code != ERROR_LIMIT)
        return after_call(http2, code);
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_ENHANCE_YOUR_CALM);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static int tell_fields(struct grpc_http2 *http2, const nghttp2_frame *frame)
{
    struct grpc_metadata table[GRPC_METADATA_COUNT_MAX];
    bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;

    grpc_fields_get(&http2->block, table);
    return http2->calls->fields(http2->owner, frame->hd.stream_id, table, http2->block.count, end);
}

static int tell_goaway(struct grpc_http2 *http2, const nghttp2_goaway *goaway)
{
    struct text debug = {(const char *)goaway->opaque_data, goaway->opaque_data_len};

    return http2->calls->goaway(http2->owner, goaway->last_stream_id, goaway->error_code, debug);
}

/* nghttp2's own limiter for resets reads the clock; this one is told the time. */
static int tell_reset(struct grpc_http2 *http2, const nghttp2_frame *frame)
{
    if (http2->server) {
        int64_t passed = http2->now_ns > http2->resets_at_ns ? http2->now_ns - http2->resets_at_ns : 0;
        int64_t filled = time_add(http2->resets_ns, passed);

        http2->resets_at_ns = http2->now_ns;
        http2->resets_ns = time_min(filled, http2->resets_ns_max);
        if (http2->resets_ns < http2->reset_cost_ns) {
            http2->limit_code = ERROR_LIMIT;
            return nghttp2_session_terminate_session(http2->session, NGHTTP2_ENHANCE_YOUR_CALM) == 0 ? 0
                                                                                                     : ERROR_NO_MEMORY;
        }
        http2->resets_ns -= http2->reset_cost_ns;
    }
    if (http2->calls->reset == NULL)
        return 0;
    return http2->calls->reset(http2->owner, frame->hd.stream_id, frame->rst_stream.error_code);
}

static int tell_settings(struct grpc_http2 *http2, const nghttp2_frame *frame)
{
    if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0 || http2->settings_seen)
        return 0;
    http2->settings_seen = true;
    return http2->calls->settings != NULL ? http2->calls->settings(http2->owner) : 0;
}

static int on_frame_recv(nghttp2_session *session, const nghttp2_frame *frame, void *user_data)
{
    struct grpc_http2 *http2 = user_data;
    int code = 0;

    (void)session;
    if (http2->broken != 0)
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    switch (frame->hd.type) {
    case NGHTTP2_HEADERS: code = tell_fields(http2, frame); break;
    case NGHTTP2_DATA:
        if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0)
            code = http2->calls->data_end(http2->owner, frame->hd.stream_id);
        break;
    case NGHTTP2_RST_STREAM: code = tell_reset(http2, frame); break;
    case NGHTTP2_SETTINGS: code = tell_settings(http2, frame); break;
    case NGHTTP2_GOAWAY: code = tell_goaway(http2, &frame->goaway); break;
    case NGHTTP2_PING:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0)
            code = http2->calls->pong(http2->owner, frame->ping.opaque_data);
        break;
    default: break;
    }
    return after_call(http2, code);
}

static int on_data_chunk(nghttp2_session *session, uint8_t flags, int32_t stream_id, const uint8_t *bytes,
                         size_t length, void *user_data)
{
    struct grpc_http2 *http2 = user_data;

    (void)session;
    (void)flags;
    if (http2->broken != 0)
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    return after_call(http2, http2->calls->data(http2->owner, stream_id, (struct text){(const char *)bytes, length}));
}

/* Where this callback fails while a request is being sent, nghttp2 1.52 loses the memory of that request. So a failure
 * is noted only, and the next callback stops nghttp2. */
static int on_stream_close(nghttp2_session *session, int32_t stream_id, uint32_t code, void *user_data)
{
    struct grpc_http2 *http2 = user_data;

    (void)session;
    if (http2->broken == 0)
        after_call(http2, http2->calls->closed(http2->owner, stream_id, code));
    return 0;
}

static void block_is_gone(struct grpc_http2 *http2, const nghttp2_frame *frame)
{
    if (http2->server && frame->hd.type == NGHTTP2_HEADERS)
        http2->fields_unsent -= grpc_http2_block_size(frame->headers.nva, frame->headers.nvlen);
}

/* Of a stream that was closed before. */
static int on_frame_not_send(nghttp2_session *session, const nghttp2_frame *frame, int why, void *user_data)
{
    (void)session;
    (void)why;
    block_is_gone(user_data, frame);
    return 0;
}

static int on_frame_send(nghttp2_session *session, const nghttp2_frame *frame, void *user_data)
{
    struct grpc_http2 *http2 = user_data;
    bool end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;

    block_is_gone(http2, frame);
    if (frame->hd.type == NGHTTP2_HEADERS && end && http2->server &&
        nghttp2_session_get_stream_remote_close(session, frame->hd.stream_id) == 0)
        return nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id, NGHTTP2_NO_ERROR);
    if (frame->hd.type != NGHTTP2_GOAWAY)
        return 0;
    if (http2->own_goaways > 0) {
        http2->own_goaways--;
        return 0;
    }
    snprintf(http2->breach, sizeof(http2->breach), "the peer broke HTTP/2: %s%s%.*s",
             grpc_http2_code_name(frame->goaway.error_code), frame->goaway.opaque_data_len > 0 ? ": " : "",
             (int)frame->goaway.opaque_data_len, (const char *)frame->goaway.opaque_data);
    http2->goodbye_said = true;
    return 0;
}

ssize_t grpc_http2_read_data(nghttp2_session *session, int32_t stream_id, uint8_t *bytes, size_t size, uint32_t *flags,
                             nghttp2_data_source *source, void *user_data)
{
    struct grpc_http2 *http2 = user_data;
    enum grpc_http2_pull pull = GRPC_HTTP2_LATER;
    size_t length = http2->broken == 0 ? http2->calls->pull(http2->owner, stream_id, bytes, size, &pull) : 0;

    (void)session;
    (void)source;
    if (http2->broken != 0)
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    switch (pull) {
    case GRPC_HTTP2_LATER: return length > 0 ? (ssize_t)length : NGHTTP2_ERR_DEFERRED;
    case GRPC_HTTP2_END: *flags |= NGHTTP2_DATA_FLAG_EOF; break;
    case GRPC_HTTP2_TRAILERS: *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM; break;
    }
    return (ssize_t)length;
}

int grpc_http2_register_callbacks(nghttp2_session_callbacks **ret_callbacks)
{
    if (nghttp2_session_callbacks_new(ret_callbacks) != 0)
        return ERROR_NO_MEMORY;
    nghttp2_session_callbacks_set_on_begin_headers_callback(*ret_callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(*ret_callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(*ret_callbacks, on_frame_recv);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(*ret_callbacks, on_data_chunk);
    nghttp2_session_callbacks_set_on_stream_close_callback(*ret_callbacks, on_stream_close);
    nghttp2_session_callbacks_set_on_frame_send_callback(*ret_callbacks, on_frame_send);
    nghttp2_session_callbacks_set_on_frame_not_send_callback(*ret_callbacks, on_frame_not_send);
    return 0;
}
