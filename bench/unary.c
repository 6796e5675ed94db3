/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/unary.h"

#include "base/error.h"
#include "grpc/wire/client.h"
#include "grpc/wire/server.h"

enum { SEND_MAX = 256 * 1024 };

struct pair {
    struct grpc_client *client;
    struct grpc_server *server;
    struct buffer to_server;
    struct buffer to_client;
    uint64_t answered;
};

/* Everything that is ready goes to the other side. */
static int move_bytes(struct pair *pair)
{
    int result = grpc_client_send(pair->client, &pair->to_server, SEND_MAX);
    if (result == 0)
        result = grpc_server_receive(pair->server, pair->to_server.bytes, pair->to_server.length, 0);
    buffer_clear(&pair->to_server);
    if (result == 0)
        result = grpc_server_send(pair->server, &pair->to_client, SEND_MAX);
    if (result == 0)
        result = grpc_client_receive(pair->client, pair->to_client.bytes, pair->to_client.length, 0);
    buffer_clear(&pair->to_client);
    return result;
}

static int answer(struct pair *pair)
{
    static const char reply[] = "a reply as long as a small message is, about forty bytes";
    struct grpc_server_event event;
    int result = 0;
    while (result == 0 && grpc_server_next(pair->server, &event)) {
        if (event.kind != GRPC_SERVER_REQUEST)
            continue;
        result = grpc_server_send_message(pair->server, event.stream_id, text_of(reply));
        if (result == 0)
            result = grpc_server_finish(pair->server, event.stream_id, STATUS_OK, text_of(NULL));
    }
    return result;
}

static void listen(struct pair *pair)
{
    struct grpc_client_event event;
    while (grpc_client_next(pair->client, &event))
        pair->answered += event.kind == GRPC_CLIENT_ENDED && event.status == STATUS_OK;
}

static int call(struct pair *pair)
{
    static const struct grpc_metadata metadata[] = {{{"containerd-namespace", 20}, {"default", 7}}};
    struct grpc_request request = {.path = text_of("/containerd.services.tasks.v1.Tasks/Delete"),
                                   .metadata = metadata,
                                   .metadata_count = 1,
                                   .message = text_of("\n\003web")};
    int32_t stream_id;
    int result = grpc_client_open(pair->client, &request, 0, &stream_id);
    if (result == 0)
        result = move_bytes(pair);
    if (result == 0)
        result = answer(pair);
    if (result == 0)
        result = move_bytes(pair);
    listen(pair);
    return result;
}

int unary_calls(uint64_t calls)
{
    struct pair pair = {.to_server = BUFFER_INIT, .to_client = BUFFER_INIT};
    int result = grpc_client_new(NULL, &pair.client);
    if (result == 0)
        result = grpc_server_new(NULL, &pair.server);
    for (uint64_t i = 0; i < calls && result == 0; i++)
        result = call(&pair);
    grpc_client_free(pair.client);
    grpc_server_free(pair.server);
    buffer_release(&pair.to_server);
    buffer_release(&pair.to_client);
    return result == 0 && pair.answered != calls ? ERROR_PROTOCOL : result;
}
