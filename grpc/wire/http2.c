/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/wire/http2.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/contract.h"
#include "base/error.h"
#include "base/time.h"
#include "grpc/wire/http2_private.h"
#include "grpc/wire/options.h"

enum {
    FRAME_SIZE = 16384,
    /* What a client assumes until the server's SETTINGS have come. */
    PEER_STREAMS_ASSUMED = 100
};

static int make_session(struct grpc_http2 *http2)
{
    nghttp2_session_callbacks *callbacks = NULL;
    nghttp2_option *option = NULL;
    int result = ERROR_NO_MEMORY;

    if (grpc_http2_register_callbacks(&callbacks) != 0 || nghttp2_option_new(&option) != 0)
        goto out;
    nghttp2_option_set_no_closed_streams(option, 1);
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_option_set_max_outbound_ack(option, GRPC_ACKS_UNSENT_MAX);
    nghttp2_option_set_stream_reset_rate_limit(option, UINT64_MAX, UINT64_MAX);
    if (http2->server) {
        result = nghttp2_session_server_new2(&http2->session, callbacks, http2, option);
    } else {
        nghttp2_option_set_peer_max_concurrent_streams(option, PEER_STREAMS_ASSUMED);
        nghttp2_option_set_max_reserved_remote_streams(option, 0);
        result = nghttp2_session_client_new2(&http2->session, callbacks, http2, option);
    }
    result = result == 0 ? 0 : ERROR_NO_MEMORY;
out:
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    return result;
}

/* SETTINGS and the connection's window. What has HTTP/2's own default is not said. */
static int introduce(struct grpc_http2 *http2, const struct grpc_http2_options *options)
{
    nghttp2_settings_entry entries[3];
    size_t count = 0;

    if (http2->server) {
        entries[count++] = (nghttp2_settings_entry){NGHTTP2_SETTINGS_MAX_FRAME_SIZE, FRAME_SIZE};
        entries[count++] = (nghttp2_settings_entry){NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, options->streams_max};
    }
    if (options->stream_window != NGHTTP2_INITIAL_WINDOW_SIZE)
        entries[count++] = (nghttp2_settings_entry){NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options->stream_window};
    if (nghttp2_submit_settings(http2->session, NGHTTP2_FLAG_NONE, entries, count) != 0)
        return ERROR_NO_MEMORY;
    if (options->connection_window <= NGHTTP2_INITIAL_CONNECTION_WINDOW_SIZE)
        return 0;
    return nghttp2_session_set_local_window_size(http2->session, NGHTTP2_FLAG_NONE, 0,
                                                 (int32_t)options->connection_window) == 0
               ? 0
               : ERROR_NO_MEMORY;
}

int grpc_http2_new(const struct grpc_http2_options *options, const struct grpc_http2_calls *calls, void *owner,
                   struct grpc_http2 **ret_http2)
{
    struct grpc_http2 *http2 = calloc(1, sizeof(*http2));

    if (http2 == NULL)
        return ERROR_NO_MEMORY;
    http2->calls = calls;
    http2->owner = owner;
    http2->server = options->server;
    if (http2->server) {
        http2->reset_cost_ns = TIME_SECOND / options->resets_per_second_max;
        http2->resets_ns = http2->resets_ns_max = http2->reset_cost_ns * GRPC_RESETS_BURST_MAX;
    }
    if (make_session(http2) != 0 || introduce(http2, options) != 0) {
        grpc_http2_free(http2);
        return ERROR_NO_MEMORY;
    }
    *ret_http2 = http2;
    return 0;
}

void grpc_http2_free(struct grpc_http2 *http2)
{
    if (http2 == NULL)
        return;
    nghttp2_session_del(http2->session);
    grpc_fields_release(&http2->block);
    buffer_release(&http2->ready);
    free(http2);
}

/* ---- bytes ---- */

void grpc_http2_break(struct grpc_http2 *http2, int code)
{
    CONTRACT(code != 0);
    if (http2->broken == 0)
        http2->broken = code;
}

/* By hand: nghttp2 would say it after all that waits there, and not every GOAWAY. */
static int ready_goaway(struct grpc_http2 *http2, uint32_t last, uint32_t code)
{
    enum { PAYLOAD = 8, TYPE_GOAWAY = NGHTTP2_GOAWAY };
    const unsigned char frame[] = {0,
                                   0,
                                   PAYLOAD,
                                   TYPE_GOAWAY,
                                   0,
                                   0,
                                   0,
                                   0,
                                   0, /* the header: length, type, flags, stream */
                                   (unsigned char)(last >> 24),
                                   (unsigned char)(last >> 16),
                                   (unsigned char)(last >> 8),
                                   (unsigned char)last,
                                   (unsigned char)(code >> 24),
                                   (unsigned char)(code >> 16),
                                   (unsigned char)(code >> 8),
                                   (unsigned char)code};

    return buffer_append(&http2->ready, frame, sizeof(frame));
}

static int say_goodbye(struct grpc_http2 *http2)
{
    return ready_goaway(http2, (uint32_t)grpc_http2_last_stream_id(http2), NGHTTP2_ENHANCE_YOUR_CALM);
}

void grpc_http2_end_at_limit(struct grpc_http2 *http2)
{
    if (http2->broken != 0)
        return;
    http2->untold = ERROR_LIMIT;
    grpc_http2_break(http2, say_goodbye(http2) == 0 ? ERROR_LIMIT : ERROR_NO_MEMORY);
}

size_t grpc_http2_unsent(const struct grpc_http2 *http2)
{
    return http2->ready.length + http2->fields_unsent +
           nghttp2_session_get_outbound_queue_size(http2->session) * GRPC_HTTP2_FRAME_COST;
}

int grpc_http2_broken(const struct grpc_http2 *http2)
{
    return http2->broken;
}

struct text grpc_http2_breach(const struct grpc_http2 *http2)
{
    return text_of(http2->breach);
}

int grpc_http2_receive(struct grpc_http2 *http2, const void *bytes, size_t length, int64_t now_ns)
{
    if (http2->broken != 0)
        return ERROR_CLOSED;
    http2->now_ns = now_ns;
    ssize_t taken = nghttp2_session_mem_recv(http2->session, bytes, length);
    if (http2->broken == 0 && taken < 0) {
        snprintf(http2->breach, sizeof(http2->breach), "the peer broke HTTP/2: %s", nghttp2_strerror((int)taken));
        if (taken == NGHTTP2_ERR_FLOODED)
            grpc_http2_end_at_limit(http2);
        else
            grpc_http2_break(http2, taken == NGHTTP2_ERR_NOMEM ? ERROR_NO_MEMORY : ERROR_PROTOCOL);
    }
    return http2->broken;
}

/* Moves bytes from nghttp2 until out holds bytes_max or there are none. */
static int drain(struct grpc_http2 *http2, struct buffer *out, size_t bytes_max)
{
    while (http2->broken == 0 && out->length < bytes_max) {
        const uint8_t *bytes;
        ssize_t length = nghttp2_session_mem_send(http2->session, &bytes);

        if (http2->broken != 0 || length == 0)
            break;
        if (length < 0)
            grpc_http2_break(http2, length == NGHTTP2_ERR_NOMEM ? ERROR_NO_MEMORY : ERROR_PROTOCOL);
        else if (buffer_append(out, bytes, (size_t)length) != 0)
            grpc_http2_break(http2, ERROR_NO_MEMORY);
        else if (http2->goodbye_said)
            grpc_http2_break(http2, http2->limit_code != 0 ? http2->limit_code : ERROR_PROTOCOL);
    }
    return http2->broken;
}

int grpc_http2_send(struct grpc_http2 *http2, struct buffer *out, size_t bytes_max)
{
    size_t room = out->length < bytes_max ? bytes_max - out->length : 0;
    size_t now = http2->ready.length < room ? http2->ready.length : room;
    bool broken_before = http2->broken != 0;

    if (now > 0) {
        if (buffer_append(out, http2->ready.bytes, now) != 0)
            grpc_http2_break(http2, ERROR_NO_MEMORY);
        else
            buffer_consume(&http2->ready, now);
    }
    if (broken_before) {
        int code = http2->untold != 0 ? http2->untold : ERROR_CLOSED;

        http2->untold = 0;
        return code;
    }
    return drain(http2, out, bytes_max);
}

bool grpc_http2_wants_write(const struct grpc_http2 *http2)
{
    return http2->ready.length > 0 || (http2->broken == 0 && nghttp2_session_want_write(http2->session) != 0);
}

bool grpc_http2_done(const struct grpc_http2 *http2)
{
    return http2->broken != 0 || (nghttp2_session_want_read(http2->session) == 0 && !grpc_http2_wants_write(http2));
}

int grpc_http2_goaway_raw(struct grpc_http2 *http2, uint32_t last_stream_id, uint32_t code)
{
    if (drain(http2, &http2->ready, SIZE_MAX) == 0 && ready_goaway(http2, last_stream_id, code) != 0)
        grpc_http2_break(http2, ERROR_NO_MEMORY);
    return http2->broken;
}
