/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/net.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/grow.h"

static enum net_side other(enum net_side side)
{
    return side == NET_HANDLER ? NET_FAKE : NET_HANDLER;
}

void net_init(struct net *net)
{
    memset(net, 0, sizeof *net);
    net->socket = NET_MISSING;
}

/* The place keeps the memory of its queues for the next. */
static void connection_clear(struct net_connection *connection)
{
    struct buffer to_handler = connection->to[NET_HANDLER].bytes;
    struct buffer to_fake = connection->to[NET_FAKE].bytes;
    buffer_clear(&to_handler);
    buffer_clear(&to_fake);
    memset(connection, 0, sizeof *connection);
    connection->to[NET_HANDLER].bytes = to_handler;
    connection->to[NET_FAKE].bytes = to_fake;
}

void net_release(struct net *net)
{
    for (size_t i = 0; i < net->slots; i++) {
        buffer_release(&net->connections[i].to[NET_HANDLER].bytes);
        buffer_release(&net->connections[i].to[NET_FAKE].bytes);
    }
    free(net->connections);
    net_init(net);
}

static int direction_copy(struct net_direction *to, const struct net_direction *from)
{
    struct buffer bytes = to->bytes;
    *to = *from;
    to->bytes = bytes;
    buffer_clear(&to->bytes);
    return from->bytes.length > 0 ? buffer_append(&to->bytes, from->bytes.bytes, from->bytes.length) : 0;
}

static int connection_copy(struct net_connection *to, const struct net_connection *from)
{
    to->id = from->id;
    to->dialing = from->dialing;
    to->waits = from->waits;
    to->dial_sequence = from->dial_sequence;
    to->dial_time_ns = from->dial_time_ns;
    int result = direction_copy(&to->to[NET_HANDLER], &from->to[NET_HANDLER]);
    return result != 0 ? result : direction_copy(&to->to[NET_FAKE], &from->to[NET_FAKE]);
}

/* A further place, behind all others. */
static int add_slot(struct net *net)
{
    void *items = net->connections;
    int result = grow(&items, net->slots, &net->capacity, sizeof *net->connections);
    net->connections = items;
    if (result == 0)
        memset(&net->connections[net->slots++], 0, sizeof *net->connections);
    return result;
}

int net_copy(struct net *to, const struct net *from)
{
    int result = 0;
    while (result == 0 && to->slots < from->slots)
        result = add_slot(to);
    for (size_t i = 0; result == 0 && i < from->slots; i++)
        if (to->connections[i].id != 0 || from->connections[i].id != 0)
            result = connection_copy(&to->connections[i], &from->connections[i]);
    for (size_t i = from->slots; i < to->slots; i++)
        connection_clear(&to->connections[i]);
    to->socket = from->socket;
    to->newest = from->newest;
    to->sequence = from->sequence;
    return result;
}

static void direction_hash(const struct net_direction *direction, struct hash *hash)
{
    hash_u64(hash, (uint64_t)direction->ended << 1 | (uint64_t)direction->told);
    hash_bytes(hash, direction->bytes.bytes, direction->bytes.length);
}

void net_hash(const struct net *net, struct hash *hash)
{
    hash_u64(hash, (uint64_t)net->socket);
    for (size_t i = 0; i < net->slots; i++) {
        const struct net_connection *connection = &net->connections[i];
        if (connection->id == 0)
            continue;
        hash_u64(hash, i + 1);
        hash_u64(hash, net->newest - connection->id);
        hash_u64(hash, (uint64_t)connection->dialing << 1 | (uint64_t)connection->waits);
        direction_hash(&connection->to[NET_HANDLER], hash);
        direction_hash(&connection->to[NET_FAKE], hash);
    }
    hash_u64(hash, 0);
}

void net_hash_lateness(const struct net *net, int64_t now_ns, struct hash *hash)
{
    for (size_t i = 0; i < net->slots; i++) {
        const struct net_connection *connection = &net->connections[i];
        if (connection->id == 0)
            continue;
        if (connection->dialing)
            hash_i64(hash, now_ns - connection->dial_time_ns);
        for (size_t side = 0; side < 2; side++)
            if (net_pending(connection, (enum net_side)side))
                hash_i64(hash, now_ns - connection->to[side].time_ns);
    }
}

int net_dial(struct net *net, uint64_t connection_id, int64_t now_ns)
{
    struct net_connection *connection = net_find(net, 0);
    if (connection == NULL) {
        int result = net->slots == NET_CONNECTIONS_MAX ? ERROR_LIMIT : add_slot(net);
        if (result != 0)
            return result;
        connection = &net->connections[net->slots - 1];
    }
    net->newest = connection_id;
    connection->id = connection_id;
    connection->dialing = true;
    connection->dial_sequence = ++net->sequence;
    connection->dial_time_ns = now_ns;
    return 0;
}

struct net_connection *net_find(struct net *net, uint64_t connection_id)
{
    for (size_t i = 0; i < net->slots; i++)
        if (net->connections[i].id == connection_id)
            return &net->connections[i];
    return NULL;
}

struct buffer *net_outbox(struct net_connection *connection, enum net_side sender)
{
    return &connection->to[other(sender)].bytes;
}

static void mark_pending(struct net *net, struct net_direction *direction, int64_t now_ns)
{
    direction->sequence = ++net->sequence;
    direction->time_ns = now_ns;
}

void net_written(struct net *net, struct net_connection *connection, enum net_side sender, int64_t now_ns)
{
    struct net_direction *direction = &connection->to[other(sender)];
    if (direction->told)
        buffer_clear(&direction->bytes); /* the receiver is gone */
    else if (direction->bytes.length > 0)
        mark_pending(net, direction, now_ns);
}

void net_close(struct net *net, struct net_connection *connection, enum net_side closer, int64_t now_ns)
{
    struct net_direction *out = &connection->to[other(closer)];
    struct net_direction *in = &connection->to[closer];
    buffer_clear(&in->bytes);
    in->ended = true;
    in->told = true;
    if (!out->ended) {
        out->ended = true;
        if (!net_pending(connection, other(closer)) || out->bytes.length == 0)
            mark_pending(net, out, now_ns);
    }
}

void net_stall(struct net_connection *connection, enum net_side side)
{
    buffer_clear(&connection->to[side].bytes);
    connection->to[side].told = true;
}

void net_show(struct net *net, enum net_socket socket, int64_t now_ns)
{
    net->socket = socket;
    for (size_t i = 0; i < net->slots; i++)
        if (net->connections[i].waits)
            net_close(net, &net->connections[i], NET_FAKE, now_ns);
}

bool net_pending(const struct net_connection *connection, enum net_side receiver)
{
    const struct net_direction *direction = &connection->to[receiver];
    return !direction->told && (direction->bytes.length > 0 || direction->ended);
}

void net_settle(struct net_connection *connection)
{
    if (!connection->dialing && connection->to[NET_HANDLER].told && connection->to[NET_FAKE].told)
        connection_clear(connection);
}
