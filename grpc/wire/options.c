/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/wire/options.h"

#include "grpc/wire/message.h"

/* HTTP/2 cannot say more. */
static uint32_t window_or_default(uint32_t window)
{
    if (window == 0)
        return GRPC_WINDOW_DEFAULT;
    return window <= INT32_MAX ? window : INT32_MAX;
}

static uint32_t or_default(uint32_t value, uint32_t by_default)
{
    return value != 0 ? value : by_default;
}

void grpc_options_fill(struct grpc_options *filled, const struct grpc_options *options)
{
    *filled = options != NULL ? *options : (struct grpc_options){0};
    filled->stream_window = window_or_default(filled->stream_window);
    filled->connection_window = window_or_default(filled->connection_window);
    filled->message_size_max = or_default(filled->message_size_max, GRPC_MESSAGE_MAX);
    filled->streams_max = or_default(filled->streams_max, GRPC_STREAMS_MAX);
    filled->queue_bytes_max = or_default(filled->queue_bytes_max, GRPC_QUEUE_BYTES_MAX);
    filled->connection_queue_bytes_max =
        or_default(filled->connection_queue_bytes_max, GRPC_CONNECTION_QUEUE_BYTES_MAX);
    filled->resets_per_second_max = or_default(filled->resets_per_second_max, GRPC_RESETS_PER_SECOND_MAX);
    if (filled->user_agent.length == 0)
        filled->user_agent = text_of("grpc-c");
    if (filled->authority.length == 0)
        filled->authority = text_of("localhost");
}
