/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/net.h"

#include <string.h>

#include "base/error.h"

static enum net_side other(enum net_side side)
{
    return side == NET_HANDLER ? NET_FAKE : NET_HANDLER;
}

void net_init(struct net *net)
{
    memset(net, 0, sizeof *net);
    net->socket = NET_MISSING;
}

static void connection_clear(struct net_connection *connection)
{
    buffer_release(&connection->to[NET_HANDLER].bytes);
    buffer_release(&connection->to[NET_FAKE].bytes);
    memset(connection, 0, sizeof *connection);
}

void net_release(struct net *net)
{
    for (size_t i = 0; i < NET_CONNECTIONS_MAX; i++)
        connection_clear(&net->connections[i]);
}

int net_dial(struct net *net, uint64_t connection_id, int64_t now_ns)
{
    struct net_connection *connection = net_find(net, 0);
    if (connection == NULL)
        return ERROR_LIMIT;
    connection->id = connection_id;
    connection->dialing = true;
    connection->dial_sequence = ++net->sequence;
    connection->dial_time_ns = now_ns;
    return 0;
}

struct net_connection *net_find(struct net *net, uint64_t connection_id)
{
    for (size_t i = 0; i < NET_CONNECTIONS_MAX; i++)
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
    for (size_t i = 0; i < NET_CONNECTIONS_MAX; i++)
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
