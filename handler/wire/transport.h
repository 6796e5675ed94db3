/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_TRANSPORT_H
#define HANDLER_WIRE_TRANSPORT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "grpc/wire/client.h"
#include "handler/core/monitor.h"

/*
 * How a client speaks gRPC, whatever the API: its windows and requests, and what it makes of the ways in which a call,
 * a stream or a connection can end. Each transport is a table in a file of its own.
 */
struct transport {
    struct grpc_options options;
    bool subscribes_end_apart;   /* the subscription's END_STREAM in a frame of its own */
    bool leaves_unreadable_open; /* no RST_STREAM for a call whose answer cannot be read */
    const char *no_connection;   /* a call for which there is no connection, */
    const char *no_new_calls;    /* or one that takes no new calls; both UNAVAILABLE */
    /* Appends the text of the end of a stream (failure shows in text->failed) and returns its status. Never asked of
     * GRPC_END_CONNECTION: the loss is told by itself. */
    int (*tell_end)(const struct grpc_client_event *ended, struct buffer *text);
    /* A connection that was there is lost, or one that was not could not be made; how it came is said by the ring that
     * saw it. The text is static, or `said`. */
    struct outcome (*tell_loss)(bool was_there, struct text said);
};

/* Ends are told in gRPC's own codes, and in the words of whoever ended it. Windows are large, and what is not read is
 * given back. */
extern const struct transport transport_of_today;

/* The gRPC library of the 2017 monitor, as measured: windows of 65,535 bytes a stream and 1,048,560 bytes a connection,
 * which what comes on abandoned streams uses up for good. */
extern const struct transport transport_of_2017;

enum {
    /* Every record may have its call open at once; more than the server takes wait in the client. */
    TRANSPORT_STREAMS_MAX = MONITOR_CONTAINERS_MAX + 64
};

#endif
