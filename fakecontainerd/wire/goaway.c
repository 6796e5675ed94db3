/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/wire/goaway.h"

#include "base/error.h"

static int32_t last_of(const struct fake_session *session, enum fake_goaway_last last)
{
    switch (last) {
    case FAKE_LAST_NONE: break;
    case FAKE_LAST_ALL: return grpc_server_last_stream_id(session->server);
    case FAKE_LAST_ANY: return GRPC_STREAM_ID_MAX;
    case FAKE_LAST_EVEN: return (grpc_server_last_stream_id(session->server) | 1) + 1;
    }
    return 0;
}

int fake_go_away(struct fake_session *session, const struct fake_goaway *goaway)
{
    int32_t last = last_of(session, goaway->last);
    bool later = session->drain != DRAIN_NOT && last > session->last_said;
    int result;

    if (goaway->last == FAKE_LAST_EVEN || later)
        result = grpc_server_goaway_raw(session->server, (uint32_t)last, goaway->http2_code);
    else
        result = grpc_server_goaway(session->server, last, goaway->http2_code);
    session->drain = goaway->close ? DRAIN_NOW : DRAIN_STREAMS;
    session->last_said = last;
    return result == ERROR_NO_MEMORY ? ERROR_NO_MEMORY : 0;
}
