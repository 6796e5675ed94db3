/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_SERVER_PRIVATE_H
#define GRPC_WIRE_SERVER_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "grpc/wire/fields.h"
#include "grpc/wire/http2.h"
#include "grpc/wire/message.h"
#include "grpc/wire/server.h"
#include "grpc/wire/streams.h"

/*
 * What the server*.c files share, and nobody else includes.
 */

/* A request as it comes in, and until its event has been used. */
struct grpc_server_request {
    struct grpc_fields fields; /* all of the header block */
    struct buffer message;
    int64_t timeout_ns;
};

enum grpc_server_ending {
    GRPC_SERVER_OPEN,
    GRPC_SERVER_TRAILERS, /* when the queue is empty, the trailers */
    GRPC_SERVER_END,      /* END_STREAM on DATA */
    GRPC_SERVER_RESET     /* RST_STREAM */
};

struct grpc_server_stream {
    struct grpc_stream_node node;
    struct grpc_server_request *request; /* until it is told */
    struct grpc_message_reader reader;
    bool message_seen;
    bool told;
    bool headers_sent;
    enum grpc_server_ending ending;
    uint32_t reset_code;
    struct buffer queue; /* bytes for DATA */
    size_t queue_sent;
    struct grpc_fields trailers;
};

struct grpc_server_item {
    enum grpc_server_event_kind kind;
    int32_t stream_id;
    struct grpc_server_request *request; /* REQUEST: owned */
    uint32_t http2_code;
    unsigned char ping[8];
};

struct grpc_server {
    struct grpc_http2 *http2;
    struct grpc_options options;
    struct grpc_streams streams;
    size_t open_count;
    size_t queued_bytes; /* of all streams: DATA, and the trailers behind it */
    int64_t now_ns;      /* of the receive that is running */
    struct buffer items; /* of struct grpc_server_item */
    size_t items_pulled;
    struct grpc_server_request *pulled; /* what the last event points into */
    struct grpc_metadata table[GRPC_METADATA_COUNT_MAX];
    bool lost;
};

extern const struct grpc_http2_calls grpc_server_calls;

struct grpc_server_stream *grpc_server_stream_find(const struct grpc_server *server, int32_t stream_id);
void grpc_server_stream_free(struct grpc_server *server, struct grpc_server_stream *stream);
void grpc_server_request_free(struct grpc_server_request *request);

/* Queues an event. 0 or ERROR_NO_MEMORY (an item's request is then still the caller's). */
int grpc_server_tell(struct grpc_server *server, const struct grpc_server_item *item);

/* 0, or ERROR_LIMIT when so many more bytes would be more than may wait on the connection, which then has ended. */
int grpc_server_check_limit(struct grpc_server *server, size_t more);

/* Answers in the service's place, trailers-only. 0 or an error that broke the connection. */
int grpc_server_refuse(struct grpc_server *server, struct grpc_server_stream *stream, int http_status,
                       enum status_code status, const char *sentence);

/* DATA for a stream, from its queue. */
size_t grpc_server_pull(void *owner, int32_t stream_id, unsigned char *bytes, size_t size,
                        enum grpc_http2_pull *ret_pull);

#endif
