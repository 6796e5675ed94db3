/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_CLIENT_PRIVATE_H
#define GRPC_WIRE_CLIENT_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "grpc/wire/client.h"
#include "grpc/wire/http2.h"
#include "grpc/wire/message.h"
#include "grpc/wire/streams.h"

/*
 * What the client*.c files share, and nobody else includes.
 */
enum { GRPC_CLIENT_FIELD_TEXT_MAX = 64 };

struct grpc_client_stream {
    struct grpc_stream_node node;
    struct buffer request; /* prefix and message, until they are sent */
    size_t request_sent;
    bool request_done; /* END_STREAM is given too */
    struct grpc_message_reader reader;
    bool streaming;
    bool end_apart;
    bool abandoned;
    bool headers_seen;
    bool message_seen;
    bool ended; /* its ENDED waits to be pulled */
    char encoding[GRPC_CLIENT_FIELD_TEXT_MAX];
};

/* An event in the queue. Its texts lie one after the other (message, text, content_type) in the client's bytes from
 * offset; their addresses are filled in when it is pulled. */
struct grpc_client_item {
    struct grpc_client_event event;
    size_t offset;
    size_t credit; /* bytes on the wire that its pulling gives back */
};

struct grpc_client {
    struct grpc_http2 *http2;
    struct grpc_options options;
    struct grpc_streams streams;
    struct buffer items; /* of struct grpc_client_item */
    size_t items_pulled;
    struct buffer bytes;
    int64_t pings_sent_ns[GRPC_CLIENT_PINGS_MAX]; /* unanswered ones, oldest first */
    size_t ping_count;
    bool goaway_sent;
    bool goaway_received;
    bool lost;
    char lost_text[ERROR_TEXT_MAX];
};

extern const struct grpc_http2_calls grpc_client_calls;

/* NULL where there is none. */
struct grpc_client_stream *grpc_client_stream_find(const struct grpc_client *client, int32_t stream_id);

/* Queues an event and its texts. 0 or ERROR_NO_MEMORY. */
int grpc_client_tell(struct grpc_client *client, const struct grpc_client_event *event, size_t credit);

/* Queues the stream's ENDED, unless it has one or was abandoned (then it is freed). 0 or ERROR_NO_MEMORY. */
int grpc_client_end(struct grpc_client *client, struct grpc_client_stream *stream,
                    const struct grpc_client_event *ended);

/* The same, from this side: the stream is reset too, and the text is a sentence of ours. */
int grpc_client_give_up(struct grpc_client *client, struct grpc_client_stream *stream, enum grpc_end end,
                        enum status_code status, const char *sentence);

void grpc_client_stream_free(struct grpc_client *client, struct grpc_client_stream *stream);

#endif
