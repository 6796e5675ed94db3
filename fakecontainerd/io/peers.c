/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/io/peers.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"
#include "grpc/io/connection.h"

struct peer {
    struct peers *owner;
    uint64_t id;
    struct grpc_connection *connection;
    struct peer *next;
};

static int64_t now_ns(const struct peer *peer)
{
    return grpc_loop_now_ns(peer->owner->loop);
}

static void forget(struct peer *peer)
{
    struct peer **place = &peer->owner->first;
    while (*place != peer)
        place = &(*place)->next;
    *place = peer->next;
    peer->owner->count--;
    free(peer);
}

static int on_receive(void *context, const void *bytes, size_t length, int64_t received_at_ns)
{
    struct peer *peer = context;
    int code = fake_wire_receive(peer->owner->wire, peer->id, bytes, length, received_at_ns);
    peer->owner->changed(peer->owner->context);
    return code;
}

/* fake_wire_send fills out up to a limit of its own, some times bytes_max. What waits behind it for a client that does
 * not read grows until the session ends the connection, at grpc_options.connection_queue_bytes_max. */
static int on_send(void *context, struct buffer *out, size_t bytes_max)
{
    struct peer *peer = context;
    size_t before = out->length;
    int code = fake_wire_send(peer->owner->wire, peer->id, out, now_ns(peer));
    (void)bytes_max;
    if (out->length > before)
        peer->owner->changed(peer->owner->context);
    return code;
}

static void on_closed(void *context, int code, struct text sentence)
{
    struct peer *peer = context;
    struct peers *peers = peer->owner;
    (void)code;
    (void)sentence;
    fake_wire_lost(peers->wire, peer->id, now_ns(peer));
    forget(peer);
    peers->changed(peers->context);
}

/* The loop keeps the deadline of all sessions together. */
static const struct grpc_connection_calls calls = {.receive = on_receive, .send = on_send, .closed = on_closed};

int peers_accept(struct peers *peers, int fd)
{
    struct peer *peer = peers->count < PEERS_MAX ? calloc(1, sizeof *peer) : NULL;
    int code;
    if (peer == NULL) {
        (void)close(fd);
        return peers->count < PEERS_MAX ? ERROR_NO_MEMORY : ERROR_LIMIT;
    }
    *peer = (struct peer){.owner = peers, .id = ++peers->last_id, .next = peers->first};
    peers->first = peer;
    peers->count++;
    code = grpc_connection_new(peers->loop, fd, &calls, peer, &peer->connection);
    if (code == 0 && fake_wire_connected(peers->wire, peer->id, now_ns(peer)) != 0) {
        grpc_connection_close(peer->connection);
        code = ERROR_NO_MEMORY;
    }
    if (code != 0) {
        forget(peer);
        return code;
    }
    peers->changed(peers->context);
    return 0;
}

static struct peer *find(const struct peers *peers, uint64_t connection_id)
{
    struct peer *peer = peers->first;
    while (peer != NULL && peer->id != connection_id)
        peer = peer->next;
    return peer;
}

void peers_finish(struct peers *peers, uint64_t connection_id)
{
    struct peer *peer = find(peers, connection_id);
    if (peer != NULL)
        grpc_connection_finish(peer->connection);
}

void peers_stall(struct peers *peers, uint64_t connection_id)
{
    struct peer *peer = find(peers, connection_id);
    if (peer != NULL)
        grpc_connection_stall(peer->connection);
}

void peers_close(struct peers *peers, uint64_t connection_id)
{
    struct peer *peer = find(peers, connection_id);
    if (peer == NULL)
        return;
    grpc_connection_close(peer->connection);
    forget(peer);
}

void peers_wake(struct peers *peers)
{
    for (uint64_t id = fake_wire_unsent(peers->wire, 0); id != 0; id = fake_wire_unsent(peers->wire, id)) {
        struct peer *peer = find(peers, id);
        if (peer != NULL)
            grpc_connection_wake(peer->connection);
    }
}

void peers_release(struct peers *peers)
{
    while (peers->first != NULL) {
        grpc_connection_close(peers->first->connection);
        forget(peers->first);
    }
}
