/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_SERVER_H
#define GRPC_WIRE_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"
#include "grpc/wire/metadata.h"
#include "grpc/wire/options.h"
#include "grpc/wire/status.h"

/*
 * The server end of one gRPC connection, in memory: bytes of the peer go in, events come out; answers go in, bytes for
 * the peer come out. No clock, no socket. Unary calls and server streams: a request is one message. It guarantees:
 *
 *   a request is told once, when it is complete and well-formed; what is malformed is answered here, as grpc-go does:
 *   wrong method 405, wrong content-type 415, bad framing or no message by a status;
 *   a stream that was told and that the service has not finished or reset gives exactly one CANCELLED when it ends.
 *
 * Every call that names a stream which does not exist (any more) returns ERROR_MISSING and does nothing: a service need
 * not race the peer's cancels. After receive, send, tick and lost, pull events with grpc_server_next until there is
 * none; then write what grpc_server_send gives; then look at grpc_server_deadline_ns.
 */
struct grpc_server;

enum {
    GRPC_STREAM_ID_MAX = INT32_MAX,
    GRPC_STATUS_TEXT_MAX = 8 * 1024 /* bytes, before percent-encoding */
};

enum grpc_server_event_kind {
    GRPC_SERVER_REQUEST,
    GRPC_SERVER_CANCELLED, /* the peer reset the stream, or the connection is lost */
    GRPC_SERVER_DEADLINE, /* the request's grpc-timeout has passed; the stream stays open until the service finishes it,
                             which grpc-go does with DEADLINE_EXCEEDED */
    GRPC_SERVER_PONG,
    GRPC_SERVER_GOAWAY /* the peer opens no more streams */
};

struct grpc_server_event {
    enum grpc_server_event_kind kind;
    int32_t stream_id;                    /* REQUEST, CANCELLED, DEADLINE */
    struct text path;                     /* REQUEST: "/package.Service/Method" */
    struct text authority;                /* REQUEST */
    const struct grpc_metadata *metadata; /* REQUEST: all fields but the pseudo-fields of HTTP/2 */
    size_t metadata_count;
    int64_t timeout_ns;    /* REQUEST: 0 for none */
    struct text message;   /* REQUEST: without prefix */
    uint32_t http2_code;   /* CANCELLED, GOAWAY */
    bool connection_lost;  /* CANCELLED */
    unsigned char ping[8]; /* PONG */
};

/* A server whose SETTINGS wait to be sent. options may be NULL. 0 or ERROR_NO_MEMORY. */
int grpc_server_new(const struct grpc_options *options, struct grpc_server **ret_server);
void grpc_server_free(struct grpc_server *server);

/* ---- answers; each returns 0, ERROR_MISSING, ERROR_CLOSED when the stream has been finished, or ERROR_NO_MEMORY; and
 * ERROR_LIMIT when more than options.connection_queue_bytes_max would wait on the connection: then it is lost, every
 * stream told gets its CANCELLED, and it must be closed after what grpc_server_send still gives ---- */

/* Response headers now, before the first message. Without it they go out with the first message. ERROR_EXISTS when they
 * have been sent. */
int grpc_server_send_headers(struct grpc_server *server, int32_t stream_id);

/* Queues a message, with its prefix. ERROR_LIMIT also when the stream would have more than options.queue_bytes_max
 * bytes unsent (then nothing is queued, and the connection goes on). Messages share DATA frames. */
int grpc_server_send_message(struct grpc_server *server, int32_t stream_id, struct text message);

/* Ends the stream after what is queued, in trailers, or trailers-only when nothing was sent or queued before. A text
 * over GRPC_STATUS_TEXT_MAX is cut at a whole character. */
int grpc_server_finish(struct grpc_server *server, int32_t stream_id, enum status_code status, struct text text);

/* Drops what is queued and resets the stream. */
int grpc_server_reset(struct grpc_server *server, int32_t stream_id, uint32_t http2_code);

/* For whoever watches how much a session holds; our own rings are content with the limits. */

/* Bytes of the stream that are queued and not yet given to grpc_server_send; 0 for an unknown stream. A peer that does
 * not read lets them grow. */
size_t grpc_server_queued(const struct grpc_server *server, int32_t stream_id);

/* Requests told and neither finished, reset nor cancelled. */
size_t grpc_server_open_count(const struct grpc_server *server);

/* ---- the connection ---- */

/* Streams above last_stream_id are CANCELLED and new ones ignored; those up to it go on. GRPC_STREAM_ID_MAX announces
 * the end without refusing anything yet. A later call may only lower the id. 0, ERROR_INVALID, ERROR_NO_MEMORY. */

int grpc_server_goaway(struct grpc_server *server, int32_t last_stream_id, uint32_t http2_code);

/* The highest stream id seen so far: what an honest GOAWAY names. */
int32_t grpc_server_last_stream_id(const struct grpc_server *server);

/* As a server may that has not heard of its client for long; ours does not. The answer comes as PONG. */
int grpc_server_ping(struct grpc_server *server, const unsigned char bytes[8]);

/* Takes bytes of the peer. 0, or ERROR_PROTOCOL, ERROR_LIMIT (too many resets, too much that waits for a peer that does
 * not read), ERROR_CLOSED (after an error),
 * ERROR_NO_MEMORY: then the connection is lost, every stream told gets its CANCELLED, and it must be closed after what
 * grpc_server_send still gives. Most breaches of HTTP/2 are returned by the send that tells the peer of them. */
int grpc_server_receive(struct grpc_server *server, const void *bytes, size_t length, int64_t now_ns);

/* Appends what is ready to be written, until out holds bytes_max or more (by less than one frame of 16 KiB). 0, or as
 * for receive. */
int grpc_server_send(struct grpc_server *server, struct buffer *out, size_t bytes_max);
bool grpc_server_wants_write(const struct grpc_server *server);

/* The next event, in the order in which things happened; false when there is none. Texts and metadata are borrowed
 * until the next call of next, receive, send, tick or lost: answers may be given meanwhile. */
bool grpc_server_next(struct grpc_server *server, struct grpc_server_event *event);

/* When grpc_server_tick is to be called: the earliest grpc-timeout of a request, or TIME_NEVER. */
int64_t grpc_server_deadline_ns(const struct grpc_server *server);
void grpc_server_tick(struct grpc_server *server, int64_t now_ns);

/* The connection is gone: every stream told is CANCELLED with connection_lost. */
void grpc_server_lost(struct grpc_server *server);

/* True when the connection is lost, or a GOAWAY was sent or received and no stream is left: close it. */
bool grpc_server_done(const struct grpc_server *server);

/* ---- what only a misbehaving server does; returns as for answers ---- */

/* Response headers as given, among them ":status"; with end, they are the whole response. ERROR_LIMIT for more than
 * GRPC_METADATA_COUNT_MAX. */
int grpc_server_send_headers_raw(struct grpc_server *server, int32_t stream_id, const struct grpc_metadata *fields,
                                 size_t count, bool end);

/* Bytes into DATA as they are: half a message, a wrong flag. Limit as for send_message. */
int grpc_server_send_raw(struct grpc_server *server, int32_t stream_id, struct text bytes);

/* Ends the stream after what is queued, with trailers as given; with count 0, with END_STREAM on DATA, no trailers.
 * ERROR_LIMIT over the limits of metadata.h. */
int grpc_server_finish_raw(struct grpc_server *server, int32_t stream_id, const struct grpc_metadata *fields,
                           size_t count);

/* Ends the stream after what is queued, with RST_STREAM. */
int grpc_server_finish_reset(struct grpc_server *server, int32_t stream_id, uint32_t http2_code);

/* A GOAWAY that no server may say: of an even stream, or of a later one than it said before. What was ready goes before
 * it, and the server goes on as if it had said nothing. 0, ERROR_CLOSED or ERROR_NO_MEMORY. */
int grpc_server_goaway_raw(struct grpc_server *server, uint32_t last_stream_id, uint32_t http2_code);

#endif
