/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/wire/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/status.h"
#include "fakecontainerd/wire/ending.h"
#include "fakecontainerd/wire/goaway.h"
#include "proto/check.h"

/* The code of HTTP/2 for a peer that makes others hold too much. */
enum { ENHANCE_YOUR_CALM = 11 };

int fake_session_new(struct fake_session **ret_session, uint64_t connection_id, const struct dialect *dialect,
                     struct text name_space)
{
    struct fake_session *session = calloc(1, sizeof *session);
    if (session == NULL || grpc_server_new(NULL, &session->server) != 0) {
        free(session);
        return ERROR_NO_MEMORY;
    }
    session->connection_id = connection_id;
    session->dialect = dialect;
    session->name_space = name_space;
    *ret_session = session;
    return 0;
}

void fake_session_free(struct fake_session *session)
{
    if (session == NULL)
        return;
    fake_session_settle(session);
    grpc_server_free(session->server);
    buffer_release(&session->given_up);
    buffer_release(&session->room.labels);
    free(session);
}

void fake_session_settle(struct fake_session *session)
{
    proto_free(session->borrowed);
    session->borrowed = NULL;
}

/* What a call of the server means to the core: a stream that is gone is no error. */
static int settled(int result)
{
    return result == ERROR_NO_MEMORY ? ERROR_NO_MEMORY : 0;
}

static int finish(struct fake_session *session, int32_t stream_id, int status, struct text text)
{
    if (session->silence != FAKE_SILENCE_NONE)
        return 0;
    return settled(grpc_server_finish(session->server, stream_id, (enum status_code)status, text));
}

/* ---- requests ---- */

static int refuse_unpacking(struct fake_session *session, int32_t stream_id, int error, bool streaming)
{
    struct buffer sentence = BUFFER_INIT;
    int status = error == ERROR_LIMIT || error == ERROR_NO_MEMORY ? STATUS_RESOURCE_EXHAUSTED : STATUS_INTERNAL;
    const char *why = error == ERROR_MALFORMED ? "unexpected EOF"
                      : error == ERROR_INVALID ? "string field contains invalid UTF-8"
                                               : "it takes too much memory";

    (void)buffer_append_text(&sentence, text_of(streaming ? "grpc: failed to unmarshal the received message "
                                                          : "grpc: error unmarshalling request: "));
    (void)buffer_append_text(&sentence, text_of(why));
    int result = finish(session, stream_id, status, buffer_text(&sentence));
    buffer_release(&sentence);
    return result;
}

/* True where the request is the core's; else it has been answered. */
static bool decode(struct fake_session *session, const struct dialect_method *method,
                   const struct grpc_server_event *from, struct fake_request *request)
{
    struct refusal refusal = {0, {NULL, 0}};
    int result = proto_unpack(&session->borrowed, method->request, from->message);
    if (result != 0) {
        (void)refuse_unpacking(session, from->stream_id, result, method->streaming);
        return false;
    }
    buffer_clear(&session->room.labels);
    request->method = method->method;
    request->name_space = session->name_space;
    if (session->dialect->has_name_spaces)
        request->name_space = grpc_metadata_find(from->metadata, from->metadata_count, "containerd-namespace", NULL);
    if (method->decode != NULL)
        method->decode(session->borrowed, request, &session->room, &refusal);
    if (session->room.labels.failed)
        refusal = (struct refusal){STATUS_RESOURCE_EXHAUSTED, text_of("it takes too much memory")};
    if (refusal.text.length == 0)
        return true;
    (void)finish(session, from->stream_id, refusal.status, refusal.text);
    return false;
}

static bool take_request(struct fake_session *session, const struct grpc_server_event *from, struct fake_event *event)
{
    struct buffer sentence = BUFFER_INIT;
    int status;
    const struct dialect_method *method = dialect_find(session->dialect, from->path, &status, &sentence);
    if (method == NULL)
        (void)finish(session, from->stream_id, status, buffer_text(&sentence));
    buffer_release(&sentence);
    event->kind = FAKE_REQUEST;
    event->stream_id = (uint32_t)from->stream_id;
    return method != NULL && decode(session, method, from, &event->request);
}

/* True where the core is to hear of it. */
static bool take(struct fake_session *session, const struct grpc_server_event *from, struct fake_event *event)
{
    switch (from->kind) {
    case GRPC_SERVER_REQUEST: return take_request(session, from, event);
    case GRPC_SERVER_DEADLINE:
        (void)finish(session, from->stream_id, STATUS_DEADLINE_EXCEEDED, text_of("context deadline exceeded"));
        event->kind = FAKE_CANCELLED;
        event->stream_id = (uint32_t)from->stream_id;
        return true;
    case GRPC_SERVER_CANCELLED:
        /* Of a lost connection the core hears once. */
        event->kind = FAKE_CANCELLED;
        event->stream_id = (uint32_t)from->stream_id;
        return !from->connection_lost;
    case GRPC_SERVER_PONG:
    case GRPC_SERVER_GOAWAY: return false;
    }
    return false;
}

static bool next_given_up(struct fake_session *session, struct fake_event *event)
{
    int32_t stream_id;
    if (session->given_up.length < sizeof stream_id)
        return false;
    memcpy(&stream_id, session->given_up.bytes, sizeof stream_id);
    buffer_consume(&session->given_up, sizeof stream_id);
    event->kind = FAKE_CANCELLED;
    event->stream_id = (uint32_t)stream_id;
    return true;
}

/* Whether nothing is left to do on a connection to which GOAWAY was said. */
static bool drained(const struct fake_session *session)
{
    if (session->state != SESSION_OPEN || session->silence != FAKE_SILENCE_NONE ||
        grpc_server_wants_write(session->server))
        return false;
    switch (session->drain) {
    case DRAIN_NOT:
    case DRAIN_TOLD: return false;
    case DRAIN_STREAMS: return grpc_server_done(session->server);
    case DRAIN_NOW: return true;
    }
    return false;
}

bool fake_session_next(struct fake_session *session, struct fake_event *event)
{
    struct grpc_server_event from;

    fake_session_settle(session);
    *event = (struct fake_event){.connection_id = session->connection_id};
    if (session->state == SESSION_DEAF)
        return false;
    if (!session->introduced) {
        session->introduced = true;
        event->kind = FAKE_CONNECTED;
        return true;
    }
    if (next_given_up(session, event))
        return true;
    while (grpc_server_next(session->server, &from)) {
        if (take(session, &from, event))
            return true;
        fake_session_settle(session);
        *event = (struct fake_event){.connection_id = session->connection_id};
    }
    if (drained(session)) {
        session->drain = DRAIN_TOLD;
        event->kind = FAKE_DRAINED;
        return true;
    }
    if (session->state != SESSION_LOST)
        return false;
    session->state = SESSION_DEAF;
    event->kind = FAKE_DISCONNECTED;
    return true;
}

/* ---- answers ---- */

static const struct dialect_method *method_of(const struct fake_session *session, enum fake_method method)
{
    for (size_t i = 0; i < session->dialect->method_count; i++)
        if (session->dialect->methods[i].method == method)
            return &session->dialect->methods[i];
    return NULL;
}

/* Sends what was encoded, and empties it. A client that lets too much pile up loses the stream. */
static int send_encoded(struct fake_session *session, int32_t stream_id, struct buffer *encoded)
{
    int result = ERROR_NO_MEMORY;
    if (!encoded->failed)
        result = grpc_server_send_message(session->server, stream_id, buffer_text(encoded));
    buffer_clear(encoded);
    if (result != ERROR_LIMIT)
        return settled(result);
    (void)grpc_server_reset(session->server, stream_id, ENHANCE_YOUR_CALM);
    return buffer_append(&session->given_up, &stream_id, sizeof stream_id);
}

static int refuse(struct fake_session *session, int32_t stream_id, struct fake_response response)
{
    if (session->dialect->translate != NULL && !response.scripted)
        session->dialect->translate(&response);
    return finish(session, stream_id, response.status, response.message);
}

static int reply(struct fake_session *session, int32_t stream_id, const struct fake_action *action)
{
    const struct fake_response *response = &action->response;
    const struct dialect_method *method = method_of(session, action->method);
    size_t count = method->streaming ? response->count : 1;
    struct buffer encoded = BUFFER_INIT;
    int result = 0;

    if (response->status != STATUS_OK)
        return refuse(session, stream_id, *response);
    for (size_t i = 0; i < count && result == 0; i++) {
        method->encode(response, i, &encoded);
        result = send_encoded(session, stream_id, &encoded);
    }
    buffer_release(&encoded);
    return result == 0 ? finish(session, stream_id, STATUS_OK, (struct text){NULL, 0}) : result;
}

/* The prefix of a message of that length. */
static int add_prefix(struct buffer *out, bool compressed, size_t length)
{
    const unsigned char prefix[5] = {compressed, (unsigned char)(length >> 24), (unsigned char)(length >> 16),
                                     (unsigned char)(length >> 8), (unsigned char)length};
    return buffer_append(out, prefix, sizeof prefix);
}

/* As it is, though its prefix says that it is compressed. */
static int send_as_compressed(struct fake_session *session, int32_t stream_id, const struct buffer *encoded)
{
    struct buffer out = BUFFER_INIT;
    int result = ERROR_NO_MEMORY;
    if (!encoded->failed && add_prefix(&out, true, encoded->length) == 0 &&
        buffer_append_text(&out, buffer_text(encoded)) == 0)
        result = settled(grpc_server_send_raw(session->server, stream_id, buffer_text(&out)));
    buffer_release(&out);
    return result;
}

/* The prefix and the beginning of what was encoded; nothing more is said, and the connection is to be closed. */
static int send_cut(struct fake_session *session, int32_t stream_id, const struct buffer *encoded, uint32_t cut_after)
{
    size_t length = encoded->length;
    size_t begun = length == 0 ? 0 : cut_after < length ? cut_after : length - 1;
    struct buffer out = BUFFER_INIT;
    int result = ERROR_NO_MEMORY;

    session->drain = DRAIN_NOW;
    session->is_cut = true;
    if (!encoded->failed && add_prefix(&out, false, length) == 0 &&
        (begun == 0 || buffer_append(&out, encoded->bytes, begun) == 0))
        result = settled(grpc_server_send_raw(session->server, stream_id, buffer_text(&out)));
    buffer_release(&out);
    return result;
}

static int send_event(struct fake_session *session, int32_t stream_id, const struct fake_action *action)
{
    const struct fake_published *published = &action->published;
    struct buffer encoded = BUFFER_INIT;
    bool sent = true;
    if (published->has_bytes)
        (void)buffer_append_text(&encoded, published->bytes);
    else
        sent = session->dialect->encode_event(published, &encoded);
    if (published->damage == FAKE_DAMAGE_OVERSIZE)
        dialect_pack_padding(&encoded);
    int result = 0;
    if (action->cut)
        result = send_cut(session, stream_id, &encoded, action->cut_after);
    else if (sent && published->damage == FAKE_DAMAGE_COMPRESSED)
        result = send_as_compressed(session, stream_id, &encoded);
    else if (sent)
        result = send_encoded(session, stream_id, &encoded);
    buffer_release(&encoded);
    return result;
}

static int end_stream(struct fake_session *session, int32_t stream_id, const struct fake_stream_end *end)
{
    switch (end->kind) {
    case FAKE_END_STATUS: return finish(session, stream_id, end->status, end->text);
    case FAKE_END_RESET: return settled(grpc_server_finish_reset(session->server, stream_id, end->http2_code));
    case FAKE_END_NO_STATUS:
    case FAKE_END_NO_TRAILERS:
    case FAKE_END_CONTENT_TYPE:
    case FAKE_END_TRUNCATED:
    case FAKE_END_COMPRESSED: return settled(fake_end_badly(session->server, stream_id, end->kind));
    }
    return 0;
}

int fake_session_perform(struct fake_session *session, const struct fake_action *action)
{
    int32_t stream_id = (int32_t)action->stream_id;
    if (session->is_cut)
        return 0;
    switch (action->kind) {
    case FAKE_REPLY: return reply(session, stream_id, action);
    case FAKE_SEND_HEADERS: return settled(grpc_server_send_headers(session->server, stream_id));
    case FAKE_SEND_EVENT: return send_event(session, stream_id, action);
    case FAKE_END_STREAM: return end_stream(session, stream_id, &action->end);
    case FAKE_GOAWAY: return fake_go_away(session, &action->goaway);
    case FAKE_SILENCE: session->silence = action->silence; return 0;
    case FAKE_CLOSE_CONNECTION:
    case FAKE_LISTEN:
    case FAKE_UNLISTEN:
    case FAKE_DID: return 0;
    }
    return 0;
}

int fake_session_send(struct fake_session *session, struct buffer *out, size_t bytes_max)
{
    bool is_mute = session->silence > FAKE_SILENCE_ANSWERS_PINGS;
    return !session->introduced || is_mute ? 0 : grpc_server_send(session->server, out, bytes_max);
}
