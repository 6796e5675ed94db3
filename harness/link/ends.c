/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/link/ends.h"

#include <stdio.h>

#include "base/status.h"

static struct grpc_client_event ended_by(enum grpc_end end, enum status_code status, const char *sentence)
{
    return (struct grpc_client_event){
        .kind = GRPC_CLIENT_ENDED, .end = end, .status = status, .text = text_of(sentence)};
}

static struct grpc_client_event reset(uint32_t code, char sentence[LINK_SENTENCE_MAX])
{
    (void)snprintf(sentence, LINK_SENTENCE_MAX, "stream terminated by RST_STREAM with error code: %s",
                   grpc_http2_code_name(code));
    struct grpc_client_event ended = ended_by(GRPC_END_RESET, grpc_status_from_http2_code(code), sentence);
    ended.http2_code = code;
    return ended;
}

/* Behind headers of gRPC only trailers can follow, and these have no status. */
static struct grpc_client_event not_grpc(bool headers_seen)
{
    if (headers_seen)
        return ended_by(GRPC_END_NO_STATUS, STATUS_UNKNOWN, "the response has no grpc-status");
    struct grpc_client_event ended = ended_by(GRPC_END_CONTENT_TYPE, grpc_status_from_http_status(503),
                                              "the response is not gRPC: HTTP status 503, content-type \"text/plain\"");
    ended.content_type = text_of("text/plain");
    ended.http_status = 503;
    return ended;
}

void link_end_told(const struct link_end *end, struct text text, bool headers_seen, struct grpc_client_event *ret_ended,
                   char sentence[LINK_SENTENCE_MAX])
{
    switch (end->kind) {
    case FAKE_END_STATUS:
        *ret_ended = ended_by(GRPC_END_TRAILERS, (enum status_code)end->status, "");
        ret_ended->text = text;
        return;
    case FAKE_END_RESET: *ret_ended = reset(end->http2_code, sentence); return;
    case FAKE_END_NO_STATUS:
        *ret_ended = ended_by(GRPC_END_NO_STATUS, STATUS_UNKNOWN, "the response has no grpc-status");
        return;
    case FAKE_END_NO_TRAILERS:
        *ret_ended =
            ended_by(GRPC_END_NO_TRAILERS, STATUS_INTERNAL, "server closed the stream without sending trailers");
        return;
    case FAKE_END_CONTENT_TYPE: *ret_ended = not_grpc(headers_seen); return;
    case FAKE_END_TRUNCATED: *ret_ended = ended_by(GRPC_END_TRUNCATED, STATUS_INTERNAL, "unexpected EOF"); return;
    case FAKE_END_COMPRESSED:
        *ret_ended = ended_by(GRPC_END_COMPRESSED, STATUS_UNIMPLEMENTED,
                              "grpc: Decompressor is not installed for grpc-encoding \"\"");
        return;
    }
}
