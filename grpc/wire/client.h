/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_CLIENT_H
#define GRPC_WIRE_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/text.h"
#include "grpc/wire/metadata.h"
#include "grpc/wire/options.h"
#include "grpc/wire/status.h"

/*
 * The client end of one gRPC connection, in memory: bytes of the peer go in, events come out; calls go in, bytes for
 * the peer come out. No clock, no socket. It guarantees:
 *
 *   every stream that was opened gives exactly one ENDED event, whatever the peer does (unless it is cancelled or
 *   abandoned by the caller, or the client is freed), and nothing after it;
 *   the same calls in the same order give the same bytes and the same events.
 *
 * After grpc_client_receive, _send, _tick, and _lost, pull events with grpc_client_next until there is none; then write
 * what grpc_client_send gives; then look at grpc_client_deadline_ns.
 */
struct grpc_client;

enum { GRPC_CLIENT_PINGS_MAX = 16 /* unanswered at once */ };

struct grpc_request {
    struct text path;                     /* "/package.Service/Method" */
    const struct grpc_metadata *metadata; /* names in lower case, sent after the fields of gRPC */
    size_t metadata_count;
    int64_t timeout_ns;  /* sent as grpc-timeout, and kept by the client itself; 0: none */
    struct text message; /* the one request message */
    bool streaming;      /* a server stream: any number of messages; else exactly one, or a status other than OK */
    bool end_apart;      /* END_STREAM in an empty DATA frame of its own, as clients of streaming methods send it */
};

enum grpc_client_event_kind {
    GRPC_CLIENT_SETTINGS, /* the peer's first SETTINGS have come: it speaks HTTP/2 */
    GRPC_CLIENT_HEADERS,  /* response headers of a stream, well-formed gRPC (not for trailers-only) */
    GRPC_CLIENT_MESSAGE,
    GRPC_CLIENT_ENDED,
    GRPC_CLIENT_GOAWAY,
    GRPC_CLIENT_PONG
};

enum grpc_end {
    GRPC_END_TRAILERS,      /* trailers with a grpc-status */
    GRPC_END_TRAILERS_ONLY, /* the same in the only header block */
    GRPC_END_NO_STATUS,     /* trailers without grpc-status: UNKNOWN */
    GRPC_END_NO_TRAILERS,   /* END_STREAM on DATA: INTERNAL */
    GRPC_END_RESET,         /* RST_STREAM from the peer: by its http2_code */
    GRPC_END_CONTENT_TYPE,  /* not application/grpc: by its http_status */
    GRPC_END_COMPRESSED,    /* compressed flag: UNIMPLEMENTED */
    GRPC_END_TOO_LARGE,     /* message over message_size_max: RESOURCE_EXHAUSTED */
    GRPC_END_TRUNCATED,     /* the stream ended inside a message: INTERNAL */
    GRPC_END_PROTOCOL,      /* any other breach of gRPC or HTTP/2 on this stream: INTERNAL */
    GRPC_END_DEADLINE,      /* the client's own clock: DEADLINE_EXCEEDED; the stream is reset */
    GRPC_END_GOAWAY,        /* above the last stream id of a GOAWAY: UNAVAILABLE, surely not processed */
    GRPC_END_CONNECTION     /* the connection is lost: UNAVAILABLE */
};

struct grpc_client_event {
    enum grpc_client_event_kind kind;
    int32_t stream_id;   /* HEADERS, MESSAGE, ENDED */
    struct text message; /* MESSAGE: without prefix */
    enum grpc_end end;   /* ENDED from here */
    enum status_code status;
    struct text text;         /* ENDED: the decoded grpc-message, or our own sentence; GOAWAY: its debug data */
    struct text content_type; /* ENDED by CONTENT_TYPE */
    int http_status;          /* ENDED by CONTENT_TYPE */
    uint32_t http2_code;      /* ENDED by RESET; GOAWAY */
    int32_t last_stream_id;   /* GOAWAY */
    unsigned char ping[8];    /* PONG */
};

/* A client whose preface and SETTINGS wait to be sent; it does not wait for the server's. options may be NULL.
 * 0 or ERROR_NO_MEMORY. */
int grpc_client_new(const struct grpc_options *options, struct grpc_client **ret_client);
void grpc_client_free(struct grpc_client *client);

/* Opens a stream; everything is copied. Streams over the peer's MAX_CONCURRENT_STREAMS wait here, in order, with their
 * deadlines running. 0; ERROR_LIMIT when options.streams_max are open, the stream ids are used up, or the metadata is
 * over its limits; ERROR_REFUSED after a GOAWAY; ERROR_CLOSED when the connection is lost; ERROR_INVALID for fields
 * that HTTP/2 does not carry or a message over 4 GiB; ERROR_NO_MEMORY. */
int grpc_client_open(struct grpc_client *client, const struct grpc_request *request, int64_t now_ns,
                     int32_t *ret_stream_id);

/* Resets the stream with CANCEL and forgets it: no event follows, not even one that waits to be pulled. Unknown and
 * ended streams are ignored. */
void grpc_client_cancel(struct grpc_client *client, int32_t stream_id);

/* Leaves the stream open without ever reading it again, as the client of 2017 does: no RST_STREAM, no event, until the
 * connection ends. The peer may go on sending; see enum grpc_credit for what that costs. */
void grpc_client_abandon(struct grpc_client *client, int32_t stream_id);

/* Sends a PING; its answer comes as PONG. With options.ping_timeout_ns, an answer that does not come in time loses the
 * connection. 0, ERROR_LIMIT with GRPC_CLIENT_PINGS_MAX unanswered, ERROR_CLOSED or ERROR_NO_MEMORY. */
int grpc_client_ping(struct grpc_client *client, const unsigned char bytes[8], int64_t now_ns);

/* Says goodbye (GOAWAY with NO_ERROR), as a client may that leaves while calls are open; ours just leaves. No stream
 * can be opened any more, open ones go on. */
void grpc_client_goaway(struct grpc_client *client);

/* Takes bytes of the peer. 0, or ERROR_PROTOCOL, ERROR_LIMIT (more than GRPC_ACKS_UNSENT_MAX answers wait),
 * ERROR_CLOSED (after an error), ERROR_NO_MEMORY: then the connection is lost, every stream gets its ENDED, and it must
 * be closed after what grpc_client_send still gives. Most breaches of HTTP/2 are returned by the send that tells the
 * peer of them. */
int grpc_client_receive(struct grpc_client *client, const void *bytes, size_t length, int64_t now_ns);

/* Appends what is ready to be written, until out holds bytes_max or more (by less than one frame of 16 KiB). 0, or as
 * for receive. */
int grpc_client_send(struct grpc_client *client, struct buffer *out, size_t bytes_max);

/* The next event, in the order in which things happened; false when there is none. Texts are borrowed until the next
 * call of next, receive, send, tick or lost. */
bool grpc_client_next(struct grpc_client *client, struct grpc_client_event *event);

/* When grpc_client_tick is to be called: the earliest deadline of a stream or PING, or TIME_NEVER. */
int64_t grpc_client_deadline_ns(const struct grpc_client *client);

/* Ends what is due. 0, or ERROR_CLOSED when a PING was not answered in time (as for receive). Any time may be given. */
int grpc_client_tick(struct grpc_client *client, int64_t now_ns);

/* The connection is gone: every stream ends with UNAVAILABLE and the sentence. Only the first loss counts. */
void grpc_client_lost(struct grpc_client *client, struct text sentence);

/* True when the connection is lost, or a GOAWAY was sent or received and no stream is left: close it. */
bool grpc_client_done(const struct grpc_client *client);

#endif
