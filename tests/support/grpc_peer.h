/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_SUPPORT_GRPC_PEER_H
#define TESTS_SUPPORT_GRPC_PEER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "grpc/io/connection.h"
#include "grpc/io/dial.h"
#include "grpc/io/listener.h"
#include "grpc/wire/client.h"
#include "grpc/wire/server.h"

/*
 * Both ends on real sockets, for tests: a server of grpc_service, and a client that tells its events.
 */
struct grpc_peer_connection;

struct grpc_peer_server {
    struct grpc_loop *loop;
    struct grpc_listener *listener;
    struct grpc_peer_connection *first;
    size_t accepted_count;
    size_t open_count;
    int last_code; /* with which the last connection closed */
};

int grpc_peer_server_init(struct grpc_peer_server *server, struct grpc_loop *loop, const char *path,
                          struct error *error);

/* Cuts off what is open. */
void grpc_peer_server_release(struct grpc_peer_server *server);

struct grpc_peer_client {
    struct grpc_loop *loop;
    struct grpc_client *client;
    struct grpc_dial *dial;
    struct grpc_connection *connection;
    void (*tell)(void *context, const struct grpc_client_event *event);
    void *context;
    bool closed;
    int code; /* of the dial or of the connection, when closed */
    char sentence[ERROR_TEXT_MAX];
};

/* Begins to dial; calls may be opened at once. When it is closed, the loop is stopped. Fails for lack of memory only.
 */
int grpc_peer_client_init(struct grpc_peer_client *client, struct grpc_loop *loop, const char *path,
                          void (*tell)(void *context, const struct grpc_client_event *event), void *context);
void grpc_peer_client_release(struct grpc_peer_client *client);

#endif
