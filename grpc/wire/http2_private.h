/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_HTTP2_PRIVATE_H
#define GRPC_WIRE_HTTP2_PRIVATE_H

#include <nghttp2/nghttp2.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "grpc/wire/fields.h"
#include "grpc/wire/http2.h"

/*
 * What the http2*.c files share, and nobody else includes: the only header that knows nghttp2.
 */
enum { GRPC_HTTP2_BREACH_TEXT_MAX = 256 };

struct grpc_http2 {
    nghttp2_session *session;
    const struct grpc_http2_calls *calls;
    void *owner;
    bool server;
    int broken;
    int limit_code;    /* not 0: why we ask nghttp2 to end the connection */
    int untold;        /* not 0: the code of an end at a limit, which the next send returns */
    bool goodbye_said; /* nghttp2's own GOAWAY is among the bytes given: it reads nothing any more */
    unsigned own_goaways;
    bool settings_seen;
    struct grpc_fields block; /* the header block that is coming in */
    struct buffer ready;      /* bytes that were taken from nghttp2 before they were asked for */
    size_t fields_unsent;     /* server: bytes of the header blocks that wait in nghttp2 */
    int64_t now_ns;
    /* A bucket of time: each reset takes reset_cost_ns out, time fills it again. */
    int64_t resets_ns, resets_ns_max, reset_cost_ns, resets_at_ns;
    char breach[GRPC_HTTP2_BREACH_TEXT_MAX];
};

/* Registers every callback from nghttp2. 0 or ERROR_NO_MEMORY. */
int grpc_http2_register_callbacks(nghttp2_session_callbacks **ret_callbacks);

/* Bytes of names and values. */
size_t grpc_http2_block_size(const nghttp2_nv *fields, size_t count);

/* Callback of a data provider: pulls from the owner. */
ssize_t grpc_http2_read_data(nghttp2_session *session, int32_t stream_id, uint8_t *bytes, size_t size, uint32_t *flags,
                             nghttp2_data_source *source, void *user_data);

#endif
