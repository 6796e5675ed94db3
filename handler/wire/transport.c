/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/transport.h"

#include "base/status.h"

static int tell_end(const struct grpc_client_event *ended, struct buffer *text)
{
    (void)buffer_append_text(text, ended->text);
    return (int)ended->status;
}

static struct outcome tell_loss(bool was_there, struct text said)
{
    (void)was_there;
    return (struct outcome){STATUS_UNAVAILABLE, said};
}

const struct transport transport_of_today = {
    .options = {.streams_max = TRANSPORT_STREAMS_MAX, .credit = GRPC_CREDIT_WHEN_READ},
    .no_connection = "there is no connection",
    .no_new_calls = "the server takes no new calls on this connection",
    .tell_end = tell_end,
    .tell_loss = tell_loss,
};
