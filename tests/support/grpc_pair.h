/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_GRPC_PAIR_H
#define TESTS_SUPPORT_GRPC_PAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "grpc/wire/client.h"
#include "grpc/wire/server.h"

/*
 * A client and a server joined in memory. What each tells is written down, a line an event, into a trace per side, so
 * that a test compares texts:
 *
 *   client:  settings | headers 1 | message 1 "text" | ended 1 trailers OK "text" | goaway 3 NO_ERROR | pong 12345678
 *   server:  request 1 /path "message" | cancelled 1 CANCEL | cancelled 1 lost | deadline 1 | goaway NO_ERROR
 *
 * A message over 40 bytes is written as its length.
 */
struct grpc_pair {
    struct grpc_client *client;
    struct grpc_server *server;
    int64_t now_ns;
    size_t chunk;      /* bytes handed over at once; 0: all there are */
    bool serve;        /* answer requests as grpc_service does, instead of writing them down */
    bool count_only;   /* messages are counted, not written down */
    bool stop_reading; /* the client gets nothing */
    size_t message_count;
    struct buffer to_server, to_client;
    struct buffer client_trace, server_trace;
    int client_code, server_code; /* the first error of receive or send */
};

/* Options may be NULL. Fails the test where memory is short. */
void grpc_pair_init(struct grpc_pair *pair, const struct grpc_options *client, const struct grpc_options *server);
void grpc_pair_release(struct grpc_pair *pair);

/* Moves bytes and events until nothing moves any more. */
void grpc_pair_settle(struct grpc_pair *pair);

/* Lets time pass, ticks both, settles. */
void grpc_pair_pass(struct grpc_pair *pair, int64_t duration_ns);

/* Opens a stream of /test.Test/method and settles; returns its id. */
int32_t grpc_pair_call(struct grpc_pair *pair, const char *method, const char *message, bool streaming);

/* Fails the test unless the trace reads so, lines joined by " | "; then empties it. */
void grpc_pair_client_told(struct grpc_pair *pair, const char *expected);
void grpc_pair_server_told(struct grpc_pair *pair, const char *expected);

/* Forgets both traces. */
void grpc_pair_forget(struct grpc_pair *pair);

const char *grpc_end_name(enum grpc_end end);

#endif
