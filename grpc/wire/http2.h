/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_HTTP2_H
#define GRPC_WIRE_HTTP2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"
#include "grpc/wire/metadata.h"

/*
 * One end of an HTTP/2 connection, in memory: all that gRPC needs of it, for both of its sessions and nobody else.
 * nghttp2 is behind this header and nowhere else. What it guarantees to its owner:
 *
 *   each stream that was opened (client) or whose header block was told (server) is told closed once, as the last thing
 *   about it, unless the connection breaks first;
 *   once broken, it makes no call to the owner any more, takes no bytes, and gives only what was ready before.
 */
struct grpc_http2;

enum { GRPC_HTTP2_FRAME_COST = 256 /* bytes that a frame in the queue takes, its fields apart */ };

enum grpc_http2_pull {
    GRPC_HTTP2_LATER,   /* no more now; grpc_http2_resume when there is */
    GRPC_HTTP2_END,     /* the last bytes: END_STREAM on DATA */
    GRPC_HTTP2_TRAILERS /* the last bytes; the owner has given trailers during this call */
};

/* Calls to the owner. Those that return int return 0, or an error code that breaks the connection. Texts are borrowed
 * during the call. reset and settings may be NULL. */
struct grpc_http2_calls {
    /* A whole header block, pseudo-fields included; with end, nothing follows it. */
    int (*fields)(void *owner, int32_t stream_id, const struct grpc_metadata *fields, size_t count, bool end);
    /* Bytes of DATA. The owner gives credit for them itself. */
    int (*data)(void *owner, int32_t stream_id, struct text bytes);
    /* END_STREAM on DATA. */
    int (*data_end)(void *owner, int32_t stream_id);
    /* RST_STREAM of the peer; closed follows. */
    int (*reset)(void *owner, int32_t stream_id, uint32_t code);
    int (*closed)(void *owner, int32_t stream_id, uint32_t code);
    /* Up to size bytes for DATA are written to bytes; returns how many. *ret_pull is GRPC_HTTP2_LATER unless set. */
    size_t (*pull)(void *owner, int32_t stream_id, unsigned char *bytes, size_t size, enum grpc_http2_pull *ret_pull);
    int (*goaway)(void *owner, int32_t last_stream_id, uint32_t code, struct text debug);
    int (*pong)(void *owner, const unsigned char bytes[8]);
    /* The first SETTINGS of the peer. */
    int (*settings)(void *owner);
};

struct grpc_http2_options {
    bool server;
    uint32_t stream_window;
    uint32_t connection_window;
    uint32_t streams_max;           /* server: announced */
    uint32_t resets_per_second_max; /* server */
};

/* calls and owner must outlive it. 0 or ERROR_NO_MEMORY. */
int grpc_http2_new(const struct grpc_http2_options *options, const struct grpc_http2_calls *calls, void *owner,
                   struct grpc_http2 **ret_http2);
void grpc_http2_free(struct grpc_http2 *http2);

/* 0, or the code it broke with: ERROR_PROTOCOL, ERROR_LIMIT (too many resets, too many answers to PING and SETTINGS
 * that the peer does not read), ERROR_NO_MEMORY, what a call returned; ERROR_CLOSED when it was broken before. A breach
 * of HTTP/2 by the peer shows in the send that says GOAWAY. */
int grpc_http2_receive(struct grpc_http2 *http2, const void *bytes, size_t length, int64_t now_ns);
int grpc_http2_send(struct grpc_http2 *http2, struct buffer *out, size_t bytes_max);
bool grpc_http2_wants_write(const struct grpc_http2 *http2);

/* True when broken, or when nothing is left to be read or written. */
bool grpc_http2_done(const struct grpc_http2 *http2);

/* Breaks it, as if a call had returned code. Only the first break counts. */
void grpc_http2_break(struct grpc_http2 *http2, int code);

/* Server: about how many bytes wait to be sent, DATA apart, which waits at the owner: header blocks, bytes that are
 * ready, and GRPC_HTTP2_FRAME_COST for each frame. */
size_t grpc_http2_unsent(const struct grpc_http2 *http2);

/* Breaks it with ERROR_LIMIT. The last that is sent is GOAWAY with ENHANCE_YOUR_CALM, and the next send returns
 * ERROR_LIMIT. */
void grpc_http2_end_at_limit(struct grpc_http2 *http2);

/* 0 or the code it broke with. */
int grpc_http2_broken(const struct grpc_http2 *http2);

/* What the peer did wrong, for a human; empty when it was nothing of HTTP/2. Borrowed while http2 lives. */
struct text grpc_http2_breach(const struct grpc_http2 *http2);

/* True iff HTTP/2 carries the field (the name in lower case). */
bool grpc_http2_field_valid(struct text name, struct text value);

/* ---- frames; each returns 0, or an error code after which the connection is broken ---- */

/* Opens a stream whose DATA is pulled. ERROR_LIMIT when the ids are used up (and nothing is broken). */
int grpc_http2_request(struct grpc_http2 *http2, const struct grpc_metadata *fields, size_t count,
                       int32_t *ret_stream_id);

/* With end: END_STREAM, and RST_STREAM with NO_ERROR after it where the request has not ended. Else DATA is pulled. */
int grpc_http2_response(struct grpc_http2 *http2, int32_t stream_id, const struct grpc_metadata *fields, size_t count,
                        bool end);
int grpc_http2_trailers(struct grpc_http2 *http2, int32_t stream_id, const struct grpc_metadata *fields, size_t count);
int grpc_http2_resume(struct grpc_http2 *http2, int32_t stream_id);
int grpc_http2_reset(struct grpc_http2 *http2, int32_t stream_id, uint32_t code);
int grpc_http2_ping(struct grpc_http2 *http2, const unsigned char bytes[8]);
int grpc_http2_goaway(struct grpc_http2 *http2, int32_t last_stream_id, uint32_t code);

/* A GOAWAY frame as it is, after all that is ready now, which changes nothing here. */
int grpc_http2_goaway_raw(struct grpc_http2 *http2, uint32_t last_stream_id, uint32_t code);
int32_t grpc_http2_last_stream_id(const struct grpc_http2 *http2);

/* Gives credit back. */
int grpc_http2_credit_connection(struct grpc_http2 *http2, size_t bytes);
int grpc_http2_credit_stream(struct grpc_http2 *http2, int32_t stream_id, size_t bytes);

#endif
