/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/grpc_peer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/grpc_service.h"

struct grpc_peer_connection {
    struct grpc_peer_server *owner;
    struct grpc_peer_connection *previous, *next;
    struct grpc_server *server;
    struct grpc_connection *connection;
};

/* ---- server ---- */

static void serve_events(struct grpc_peer_connection *peer)
{
    struct grpc_server_event event;

    while (grpc_server_next(peer->server, &event))
        grpc_service_answer(peer->server, &event);
}

static int serve_receive(void *context, const void *bytes, size_t length, int64_t now_ns)
{
    struct grpc_peer_connection *peer = context;
    int code = grpc_server_receive(peer->server, bytes, length, now_ns);

    serve_events(peer);
    return code;
}

static int serve_send(void *context, struct buffer *out, size_t bytes_max)
{
    struct grpc_peer_connection *peer = context;
    int code = grpc_server_send(peer->server, out, bytes_max);

    serve_events(peer);
    return code;
}

static int64_t serve_deadline(void *context)
{
    return grpc_server_deadline_ns(((struct grpc_peer_connection *)context)->server);
}

static int serve_tick(void *context, int64_t now_ns)
{
    struct grpc_peer_connection *peer = context;

    grpc_server_tick(peer->server, now_ns);
    serve_events(peer);
    return 0;
}

static bool serve_done(void *context)
{
    return grpc_server_done(((struct grpc_peer_connection *)context)->server);
}

static void peer_connection_free(struct grpc_peer_connection *peer)
{
    if (peer->previous != NULL)
        peer->previous->next = peer->next;
    else
        peer->owner->first = peer->next;
    if (peer->next != NULL)
        peer->next->previous = peer->previous;
    peer->owner->open_count--;
    grpc_server_free(peer->server);
    free(peer);
}

static void serve_closed(void *context, int code, struct text sentence)
{
    struct grpc_peer_connection *peer = context;

    (void)sentence;
    peer->owner->last_code = code;
    grpc_server_lost(peer->server);
    serve_events(peer);
    peer_connection_free(peer);
}

static const struct grpc_connection_calls serve_calls = {
    .receive = serve_receive,
    .send = serve_send,
    .deadline_ns = serve_deadline,
    .tick = serve_tick,
    .done = serve_done,
    .closed = serve_closed,
};

static void on_accepted(void *context, int fd)
{
    struct grpc_peer_server *owner = context;
    struct grpc_peer_connection *peer = calloc(1, sizeof(*peer));

    if (peer == NULL || grpc_server_new(NULL, &peer->server) != 0) {
        free(peer);
        close(fd);
        return;
    }
    peer->owner = owner;
    peer->next = owner->first;
    if (peer->next != NULL)
        peer->next->previous = peer;
    owner->first = peer;
    owner->accepted_count++;
    owner->open_count++;
    if (grpc_connection_new(owner->loop, fd, &serve_calls, peer, &peer->connection) != 0)
        peer_connection_free(peer);
}

int grpc_peer_server_init(struct grpc_peer_server *server, struct grpc_loop *loop, const char *path,
                          struct error *error)
{
    memset(server, 0, sizeof(*server));
    server->loop = loop;
    return grpc_listener_new(loop, text_of(path), on_accepted, server, &server->listener, error);
}

void grpc_peer_server_release(struct grpc_peer_server *server)
{
    while (server->first != NULL) {
        grpc_connection_close(server->first->connection);
        peer_connection_free(server->first);
    }
    grpc_listener_free(server->listener);
    server->listener = NULL;
}

/* ---- client ---- */

static void tell_events(struct grpc_peer_client *client)
{
    struct grpc_client_event event;

    while (grpc_client_next(client->client, &event))
        client->tell(client->context, &event);
}

static int call_receive(void *context, const void *bytes, size_t length, int64_t now_ns)
{
    struct grpc_peer_client *client = context;
    int code = grpc_client_receive(client->client, bytes, length, now_ns);

    tell_events(client);
    return code;
}

static int call_send(void *context, struct buffer *out, size_t bytes_max)
{
    struct grpc_peer_client *client = context;
    int code = grpc_client_send(client->client, out, bytes_max);

    tell_events(client);
    return code;
}

static int64_t call_deadline(void *context)
{
    return grpc_client_deadline_ns(((struct grpc_peer_client *)context)->client);
}

static int call_tick(void *context, int64_t now_ns)
{
    struct grpc_peer_client *client = context;
    int code = grpc_client_tick(client->client, now_ns);

    tell_events(client);
    return code;
}

static bool call_done(void *context)
{
    return grpc_client_done(((struct grpc_peer_client *)context)->client);
}

static void call_closed(void *context, int code, struct text sentence)
{
    struct grpc_peer_client *client = context;

    client->connection = NULL;
    client->closed = true;
    client->code = code;
    text_copy(sentence, client->sentence, sizeof(client->sentence));
    grpc_client_lost(client->client, sentence);
    tell_events(client);
    grpc_loop_stop(client->loop);
}

static const struct grpc_connection_calls call_calls = {
    .receive = call_receive,
    .send = call_send,
    .deadline_ns = call_deadline,
    .tick = call_tick,
    .done = call_done,
    .closed = call_closed,
};

static void on_dialled(void *context, int fd, int code, struct text sentence)
{
    struct grpc_peer_client *client = context;

    client->dial = NULL;
    if (code == 0)
        code = grpc_connection_new(client->loop, fd, &call_calls, client, &client->connection);
    if (code != 0)
        call_closed(client, code, sentence);
}

int grpc_peer_client_init(struct grpc_peer_client *client, struct grpc_loop *loop, const char *path,
                          void (*tell)(void *context, const struct grpc_client_event *event), void *context)
{
    int code;

    memset(client, 0, sizeof(*client));
    client->loop = loop;
    client->tell = tell;
    client->context = context;
    code = grpc_client_new(NULL, &client->client);
    return code != 0 ? code : grpc_dial_new(loop, text_of(path), on_dialled, client, &client->dial);
}

void grpc_peer_client_release(struct grpc_peer_client *client)
{
    grpc_dial_cancel(client->dial);
    grpc_connection_close(client->connection);
    grpc_client_free(client->client);
}
