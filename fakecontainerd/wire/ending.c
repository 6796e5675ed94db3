/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/wire/ending.h"

#include "base/contract.h"
#include "base/error.h"

/* A prefix that promises 16 bytes, and 8 of them; a message of one byte that claims to be compressed. */
static const struct text half_a_message = {"\0\0\0\0\x10\x0a\x0ehalf a", 13};
static const struct text compressed_message = {"\1\0\0\0\1\0", 6};

static const struct grpc_metadata no_status = {{"grpc-message", 12}, {"", 0}};
static const struct grpc_metadata plain_text[] = {
    {{":status", 7}, {"503", 3}},
    {{"content-type", 12}, {"text/plain", 10}},
};

static int end_as_plain_text(struct grpc_server *server, int32_t stream_id)
{
    int result = grpc_server_send_headers_raw(server, stream_id, plain_text, 2, true);
    return result == ERROR_EXISTS ? grpc_server_finish_raw(server, stream_id, &plain_text[1], 1) : result;
}

/* Then the stream ends as if all were well. */
static int end_after(struct grpc_server *server, int32_t stream_id, struct text bytes)
{
    int result = grpc_server_send_raw(server, stream_id, bytes);
    return result == 0 ? grpc_server_finish(server, stream_id, STATUS_OK, text_of("")) : result;
}

int fake_end_badly(struct grpc_server *server, int32_t stream_id, enum fake_stream_end_kind kind)
{
    CONTRACT(kind != FAKE_END_STATUS && kind != FAKE_END_RESET);
    switch (kind) {
    case FAKE_END_STATUS:
    case FAKE_END_RESET: break;
    case FAKE_END_NO_STATUS: return grpc_server_finish_raw(server, stream_id, &no_status, 1);
    case FAKE_END_NO_TRAILERS: return grpc_server_finish_raw(server, stream_id, NULL, 0);
    case FAKE_END_CONTENT_TYPE: return end_as_plain_text(server, stream_id);
    case FAKE_END_TRUNCATED: return end_after(server, stream_id, half_a_message);
    case FAKE_END_COMPRESSED: return end_after(server, stream_id, compressed_message);
    }
    return 0;
}
