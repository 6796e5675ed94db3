/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GRPC_WIRE_OPTIONS_H
#define GRPC_WIRE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/*
 * What a session can be told at its start. Zero in a number means its default, so `struct grpc_options o = {0}` is a
 * session with all defaults, and NULL in place of options too.
 */
enum grpc_credit {
    /* Connection credit is given back as bytes arrive. A client gives stream credit when the message has been pulled as
     * an event, so that one slow stream does not stall its neighbours; a server as bytes arrive, since a request is one
     * message. */
    GRPC_CREDIT_WHEN_READ,
    /* The client of 2017: as above, but what arrives on an abandoned stream is never given back, neither to the stream
     * nor to the connection, so leaked streams eat the connection's window until nothing moves. A server abandons the
     * rest of a request that it has answered already. */
    GRPC_CREDIT_NEVER_FOR_ABANDONED
};

enum {
    GRPC_WINDOW_DEFAULT = 4 * 1024 * 1024,
    GRPC_WINDOW_MIN = 65535, /* HTTP/2's initial window; a connection cannot have less */
    GRPC_STREAMS_MAX = 10000,
    GRPC_QUEUE_BYTES_MAX = 32 * 1024 * 1024,
    GRPC_CONNECTION_QUEUE_BYTES_MAX = 64 * 1024 * 1024,
    GRPC_ACKS_UNSENT_MAX = 1000, /* answers to PING and SETTINGS that wait to be sent; one more ends the connection */
    GRPC_RESETS_PER_SECOND_MAX = 100,
    GRPC_RESETS_BURST_MAX = 1000
};

struct grpc_options {
    uint32_t stream_window;     /* bytes a peer may send on one stream; default 4 MiB, at least 1 */
    uint32_t connection_window; /* bytes a peer may send on all; default 4 MiB, less than 65535 counts as 65535 */
    enum grpc_credit credit;    /* default GRPC_CREDIT_WHEN_READ */
    uint32_t message_size_max;  /* received messages; default GRPC_MESSAGE_MAX */
    uint32_t streams_max;       /* open at once: a client's own, or what a server announces; default GRPC_STREAMS_MAX */
    uint32_t queue_bytes_max;   /* server: unsent bytes of one stream; default GRPC_QUEUE_BYTES_MAX */
    uint32_t connection_queue_bytes_max; /* server: unsent bytes of all streams, header blocks and other frames; one
                                            more ends the connection; default GRPC_CONNECTION_QUEUE_BYTES_MAX */
    uint32_t resets_per_second_max;      /* server: RST_STREAM from the peer, after a burst of GRPC_RESETS_BURST_MAX */
    int64_t ping_timeout_ns; /* client: a PING unanswered for so long loses the connection; default: never */
    struct text user_agent;  /* client; must outlive the session; default "grpc-c" */
    struct text authority;   /* client; must outlive the session; default "localhost" */
};

/* Copies options (NULL: none) and puts every default in the place of its zero. */
void grpc_options_fill(struct grpc_options *filled, const struct grpc_options *options);

#endif
