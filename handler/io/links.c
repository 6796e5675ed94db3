/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/io/links.h"

#include <stdlib.h>

#include "base/error.h"
#include "grpc/io/connection.h"
#include "grpc/io/dial.h"

struct link {
    struct links *owner;
    uint64_t id;
    struct grpc_dial *dial;             /* until its result */
    struct grpc_connection *connection; /* from then on */
    struct link *next;
};

static int64_t now_ns(const struct link *link)
{
    return grpc_loop_now_ns(link->owner->loop);
}

static void forget(struct link *link)
{
    struct link **place = &link->owner->first;
    while (*place != link)
        place = &(*place)->next;
    *place = link->next;
    free(link);
}

static void lose(struct link *link, struct text sentence)
{
    struct links *links = link->owner;
    handler_wire_lost(links->wire, link->id, sentence, now_ns(link));
    forget(link);
    links->changed(links->context);
}

static int on_receive(void *context, const void *bytes, size_t length, int64_t received_at_ns)
{
    struct link *link = context;
    int code = handler_wire_receive(link->owner->wire, link->id, bytes, length, received_at_ns);
    link->owner->changed(link->owner->context);
    return code;
}

/* Requests are small and few, so all that is ready goes out at once, whatever bytes_max. */
static int on_send(void *context, struct buffer *out, size_t bytes_max)
{
    struct link *link = context;
    (void)bytes_max;
    return handler_wire_send(link->owner->wire, link->id, out, now_ns(link));
}

static void on_closed(void *context, int code, struct text sentence)
{
    struct link *link = context;
    (void)code;
    lose(link, sentence);
}

/* The loop keeps the deadline of all sessions together. */
static const struct grpc_connection_calls calls = {.receive = on_receive, .send = on_send, .closed = on_closed};

static void on_dialled(void *context, int fd, int code, struct text sentence)
{
    struct link *link = context;
    struct links *links = link->owner;

    link->dial = NULL;
    if (code != 0) {
        lose(link, sentence);
        return;
    }
    code = grpc_connection_new(links->loop, fd, &calls, link, &link->connection);
    if (code == 0)
        code = handler_wire_connected(links->wire, link->id, now_ns(link));
    if (code != 0) {
        grpc_connection_close(link->connection);
        lose(link, text_of(error_text(code)));
        return;
    }
    links->changed(links->context);
}

void links_dial(struct links *links, uint64_t connection_id)
{
    struct link *link = calloc(1, sizeof *link);
    if (link != NULL) {
        *link = (struct link){.owner = links, .id = connection_id, .next = links->first};
        links->first = link;
        if (grpc_dial_new(links->loop, links->address, on_dialled, link, &link->dial) == 0)
            return;
        forget(link);
    }
    handler_wire_lost(links->wire, connection_id, text_of(error_text(ERROR_NO_MEMORY)), grpc_loop_now_ns(links->loop));
    links->changed(links->context);
}

void links_close(struct links *links, uint64_t connection_id)
{
    struct link *link = links->first;
    while (link != NULL && link->id != connection_id)
        link = link->next;
    if (link == NULL)
        return;
    if (link->connection != NULL) {
        grpc_connection_finish(link->connection);
        return;
    }
    grpc_dial_cancel(link->dial);
    forget(link);
}

void links_wake(struct links *links)
{
    for (struct link *link = links->first; link != NULL; link = link->next)
        if (link->connection != NULL)
            grpc_connection_wake(link->connection);
}

void links_release(struct links *links)
{
    while (links->first != NULL) {
        struct link *link = links->first;
        grpc_dial_cancel(link->dial);
        grpc_connection_close(link->connection);
        forget(link);
    }
}
