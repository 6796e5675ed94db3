/* SPDX-License-Identifier: Apache-2.0 */
/* What the fake answers and sends, as messages for the handler. */
#include <string.h>

#include "base/error.h"
#include "base/status.h"
#include "harness/link/calls.h"
#include "harness/link/events.h"
#include "harness/link/fake_end_private.h"

void link_put_end(struct buffer *out, uint32_t stream_id, const struct fake_stream_end *end)
{
    struct link_message message;
    memset(&message, 0, sizeof message);
    message.kind = LINK_END;
    message.stream_id = stream_id;
    message.end.kind = end->kind;
    message.end.status = end->status;
    message.end.http2_code = end->http2_code;
    link_put(out, &message, &end->text, 1);
}

static enum process_status status_of(enum fake_process_status status)
{
    switch (status) {
    case FAKE_CREATED: return PROCESS_CREATED;
    case FAKE_RUNNING: return PROCESS_RUNNING;
    case FAKE_STOPPED: return PROCESS_STOPPED;
    case FAKE_PAUSED: return PROCESS_PAUSED;
    case FAKE_UNKNOWN: break;
    }
    return PROCESS_UNKNOWN;
}

/* An init is told by its container's id, an exec by its own. The API of 2017 keeps from who asks how it ended, tells of
 * what it deletes nothing else, and of what it starts nothing. */
static void put_process(struct link_fake *end, const struct link_call *call, const struct fake_process *from)
{
    struct text id = from->exec_id.length > 0 ? from->exec_id : from->container_id;
    bool is_today = end->dialect->has_name_spaces;
    struct link_process process;
    memset(&process, 0, sizeof process);
    if (call->tells_state) {
        process.status = status_of(from->status);
        process.id_length = (uint32_t)id.length;
    }
    bool keeps_pid = call->method == FAKE_TASKS_DELETE || call->method == FAKE_TASKS_START;
    if (call->tells_pid && (is_today || !keeps_pid))
        process.pid = from->pid;
    if (call->tells_end && (is_today || !call->tells_state)) {
        struct timestamp exited_at = link_timestamp(from->exited_at_ns);
        process.exit_status = from->exit_status;
        process.exited_at.present = true;
        process.exited_at.seconds = exited_at.seconds;
        process.exited_at.nanoseconds = exited_at.nanoseconds;
        process.tells_exit = !call->tells_state || from->status == FAKE_STOPPED;
    }
    (void)buffer_append(&end->words, &process, sizeof process);
    (void)buffer_append(&end->words, id.bytes, process.id_length);
}

/* A time that need not be one is the dialect's to say. */
static bool tells_made_up_end(const struct fake_response *response)
{
    for (size_t i = 0; response->processes != NULL && i < response->count; i++)
        if (response->processes[i].exited_at.kind != FAKE_EXITED_AT_TIME)
            return true;
    return false;
}

static void put_answer(struct link_fake *end, struct buffer *out, const struct link_stream *stream,
                       const struct fake_response *response)
{
    const struct link_call *call = link_call_of(stream->call);
    struct link_message message;
    memset(&message, 0, sizeof message);
    message.kind = LINK_ANSWER;
    message.stream_id = stream->stream_id;
    message.answer.encoded = !call->tells_kills && tells_made_up_end(response);
    buffer_clear(&end->words);
    message.answer.tells_kills = call->tells_kills && response->count > 0;
    if (message.answer.tells_kills)
        message.answer.oom_kills = response->processes[0].oom_kills;
    else if (message.answer.encoded)
        link_method_of(end->dialect, call->method)->encode(response, 0, &end->words);
    else
        for (size_t i = 0; response->processes != NULL && i < response->count; i++)
            put_process(end, call, &response->processes[i]);
    struct text text = buffer_text(&end->words);
    link_put(out, &message, &text, 1);
    out->failed = out->failed || end->words.failed;
}

static void reply(struct link_fake *end, struct buffer *out, const struct link_stream *stream,
                  const struct fake_action *action)
{
    if (action->response.status == STATUS_OK) {
        put_answer(end, out, stream, &action->response);
        return;
    }
    struct fake_response response = action->response;
    if (end->dialect->translate != NULL && !response.scripted)
        end->dialect->translate(&response);
    struct fake_stream_end ended = {.kind = FAKE_END_STATUS, .status = response.status, .text = response.message};
    link_put_end(out, stream->stream_id, &ended);
}

/* A message that makes the client take back its request. */
static void spoil(struct buffer *out, const struct fake_action *action)
{
    bool is_compressed = action->published.damage == FAKE_DAMAGE_COMPRESSED;
    struct text text = text_of("grpc: received message larger than max");
    struct link_message message;
    memset(&message, 0, sizeof message);
    message.kind = LINK_END;
    message.stream_id = action->stream_id;
    message.end.kind = is_compressed ? FAKE_END_COMPRESSED : FAKE_END_STATUS;
    message.end.status = STATUS_RESOURCE_EXHAUSTED;
    message.end.taken_back = true;
    link_put(out, &message, &text, 1);
}

/* In the API of today as values where they can say it, else in the dialect's bytes. */
static void send_event(struct link_fake *end, struct link_session *session, const struct fake_action *action)
{
    const struct fake_published *published = &action->published;
    struct buffer *out = link_session_out(end, session);
    struct link_message message;

    if (action->cut) {
        session->is_cut = true;
        session->drain = LINK_DRAIN_NOW;
        link_put_bare(out, LINK_PART, action->stream_id);
        return;
    }
    if (published->damage == FAKE_DAMAGE_COMPRESSED || published->damage == FAKE_DAMAGE_OVERSIZE) {
        spoil(out, action);
        return;
    }
    if (end->dialect->has_name_spaces && link_event_plain(published)) {
        link_event_put(out, action->stream_id, published);
        return;
    }
    buffer_clear(&end->words);
    if (published->has_bytes)
        (void)buffer_append_text(&end->words, published->bytes);
    else if (!end->dialect->encode_event(published, &end->words))
        return;
    struct text bytes = buffer_text(&end->words);
    memset(&message, 0, sizeof message);
    message.kind = LINK_ENCODED;
    message.stream_id = action->stream_id;
    link_put(out, &message, &bytes, 1);
    out->failed = out->failed || end->words.failed;
}

/* An even one is for bytes alone; here it refuses nothing. */
static uint32_t last_of(const struct link_session *session, enum fake_goaway_last last)
{
    switch (last) {
    case FAKE_LAST_NONE: return 0;
    case FAKE_LAST_ALL: return session->last_stream_id;
    case FAKE_LAST_ANY:
    case FAKE_LAST_EVEN: break;
    }
    return INT32_MAX;
}

static void go_away(struct link_fake *end, struct link_session *session, const struct fake_goaway *goaway)
{
    struct link_message message;
    memset(&message, 0, sizeof message);
    message.kind = LINK_GOAWAY;
    message.last_stream_id = last_of(session, goaway->last);
    /* A notice alone is no end: of its streams nghttp2 waits for the last only behind a GOAWAY that refuses some. */
    if (goaway->last != FAKE_LAST_ANY || goaway->close || session->drain != LINK_DRAIN_NOT)
        session->drain = goaway->close ? LINK_DRAIN_NOW : LINK_DRAIN_STREAMS;
    session->is_leaving = true;
    session->refused_above = message.last_stream_id;
    link_put(link_session_out(end, session), &message, NULL, 0);
}

static bool needs_data(const struct fake_action *action)
{
    if (action->kind == FAKE_REPLY)
        return action->response.status == STATUS_OK;
    return action->kind == FAKE_SEND_EVENT ||
           (action->end.kind != FAKE_END_STATUS && action->end.kind != FAKE_END_RESET &&
            action->end.kind != FAKE_END_CONTENT_TYPE);
}

/* Of the messages from that offset on, which are of one stream. */
static void set_rank(struct buffer *out, size_t offset, enum link_headers headers, const struct fake_action *action)
{
    enum link_rank rank = headers == LINK_HEADERS_BEFORE                      ? LINK_RANK_GOES_ON
                          : headers == LINK_HEADERS_NOW || needs_data(action) ? LINK_RANK_BEGINS
                                                                              : LINK_RANK_BARE;
    while (!out->failed && offset < out->length) {
        struct link_message *message = (struct link_message *)(void *)(out->bytes + offset);
        message->rank = rank;
        offset += message->size;
    }
}

static int perform(struct link_fake *end, struct link_session *session, const struct fake_action *action)
{
    struct buffer *out = link_session_out(end, session);
    struct link_stream *stream = link_stream_find(end, session->connection_id, action->stream_id);

    if (session->is_cut)
        return 0;
    if (action->kind == FAKE_GOAWAY)
        go_away(end, session, &action->goaway);
    if (action->kind == FAKE_SILENCE)
        session->silence = action->silence;
    /* The client, its deadline, or a GOAWAY was faster. */
    if (stream == NULL || stream->refused)
        return 0;
    size_t before = out->length;
    enum link_headers headers = stream->headers;
    if (action->kind == FAKE_SEND_EVENT && headers == LINK_HEADERS_NOT)
        stream->headers = LINK_HEADERS_NOW;
    if (action->kind == FAKE_SEND_EVENT) {
        send_event(end, session, action);
    } else if (action->kind == FAKE_REPLY) {
        reply(end, out, stream, action);
        link_stream_end(end, stream);
    } else if (action->kind == FAKE_END_STREAM) {
        link_put_end(out, action->stream_id, &action->end);
        link_stream_end(end, stream);
    }
    set_rank(out, before, headers, action);
    return out->failed ? ERROR_NO_MEMORY : 0;
}

int link_fake_perform(struct link_fake *end, const struct fake_action *action)
{
    struct link_session *session = link_session_of(end, action->connection_id);
    if (session == NULL)
        return 0;
    if (action->kind != FAKE_CLOSE_CONNECTION)
        return perform(end, session, action);
    link_streams_forget(end, action->connection_id);
    session->finished = true;
    session->state = LINK_SESSION_DEAF;
    return 0;
}
