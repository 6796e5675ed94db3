/* SPDX-License-Identifier: Apache-2.0 */
/* What the fake hears, from the handler's messages and from this side. */
#include <string.h>

#include "base/status.h"
#include "harness/link/calls.h"
#include "harness/link/fake_end_private.h"

static bool next_gone(struct link_fake *end, struct fake_event *event)
{
    static const struct fake_stream_end expired = {
        .kind = FAKE_END_STATUS, .status = STATUS_DEADLINE_EXCEEDED, .text = {"context deadline exceeded", 25}};
    struct link_stream past;
    while (end->gone.length > 0) {
        memcpy(&past, end->gone.bytes, sizeof past);
        buffer_consume(&end->gone, sizeof past);
        struct link_stream *stream = link_stream_find(end, past.connection_id, past.stream_id);
        struct link_session *session = link_session_of(end, past.connection_id);
        if (stream == NULL || session == NULL)
            continue;
        if (!past.refused && session->silence == FAKE_SILENCE_NONE)
            link_put_end(link_session_out(end, session), past.stream_id, &expired);
        /* Who is silent does not end it either: the client will. */
        if (past.refused || session->silence == FAKE_SILENCE_NONE)
            link_stream_end(end, stream);
        event->kind = FAKE_CANCELLED;
        event->connection_id = past.connection_id;
        event->stream_id = past.stream_id;
        return true;
    }
    return false;
}

static void fill_request(struct link_fake *end, const struct link_message *message, struct text container_id,
                         struct fake_request *request)
{
    if (message->request.subscribes) {
        *request = end->subscription->request;
        return;
    }
    const struct link_call *call = link_call_of(message->request.call);
    request->method = call->method;
    request->name_space = end->subscription->request.name_space;
    if (call->filtered) {
        buffer_clear(&end->words);
        (void)buffer_append_text(&end->words, text_of("id=="));
        (void)buffer_append_json(&end->words, container_id);
        end->filter = buffer_text(&end->words);
        request->filters = &end->filter;
        request->filter_count = 1;
    } else {
        request->container_id = container_id;
    }
    request->signal = message->request.signal;
    /* The API of 2017 knew no containers but those that run, and ended what it deleted. */
    request->kill = !end->dialect->has_name_spaces && request->method == FAKE_TASKS_DELETE;
    request->with_container = !end->dialect->has_name_spaces && request->method == FAKE_TASKS_CREATE;
}

static bool take(struct link_fake *end, const struct link_message *message, struct text container_id,
                 struct fake_event *event)
{
    struct link_session *session = link_session_of(end, end->receiving);
    struct link_stream *stream = link_stream_find(end, end->receiving, message->stream_id);

    if (session == NULL || session->state != LINK_SESSION_OPEN)
        return false;
    if (stream == NULL)
        return false;
    if (message->kind == LINK_CANCEL) {
        link_stream_end(end, stream);
        event->kind = FAKE_CANCELLED;
    } else {
        event->kind = FAKE_REQUEST;
        fill_request(end, message, container_id, &event->request);
    }
    event->connection_id = end->receiving;
    event->stream_id = message->stream_id;
    return message->kind == LINK_CANCEL || message->kind == LINK_REQUEST;
}

static bool is_drained(struct link_fake *end, const struct link_session *session)
{
    if (session->state != LINK_SESSION_OPEN || session->silence != FAKE_SILENCE_NONE ||
        link_session_out(end, session)->length > 0)
        return false;
    switch (session->drain) {
    case LINK_DRAIN_NOT:
    case LINK_DRAIN_TOLD: return false;
    case LINK_DRAIN_STREAMS: return !link_has_streams(end, session->connection_id);
    case LINK_DRAIN_NOW: return true;
    }
    return false;
}

static bool next_of(struct link_fake *end, struct link_session *session, struct fake_event *event)
{
    const struct link_message *message;

    event->connection_id = session->connection_id;
    if (session->state == LINK_SESSION_DEAF)
        return false;
    if (!session->introduced) {
        session->introduced = true;
        event->kind = FAKE_CONNECTED;
        return true;
    }
    while (session->connection_id == end->receiving && (message = link_take(&end->in, &end->in_offset)) != NULL)
        if (take(end, message, link_first_text(message), event))
            return true;
    if (is_drained(end, session)) {
        session->drain = LINK_DRAIN_TOLD;
        event->kind = FAKE_DRAINED;
        return true;
    }
    if (session->state != LINK_SESSION_LOST)
        return false;
    session->state = LINK_SESSION_DEAF;
    event->kind = FAKE_DISCONNECTED;
    return true;
}

bool link_fake_may_tell(const struct link_fake *end)
{
    bool may = end->gone.length > 0;
    for (size_t i = 0; i < end->session_count && !may; i++) {
        const struct link_session *session = &end->sessions[i];
        bool receives = session->connection_id == end->receiving && end->in_offset < end->in.length;
        may =
            receives || !session->introduced || session->drain != LINK_DRAIN_NOT || session->state == LINK_SESSION_LOST;
    }
    return may;
}

bool link_fake_next(struct link_fake *end, struct fake_event *event)
{
    link_sessions_settle(end);
    if (!link_fake_may_tell(end)) {
        end->in_offset = end->in.length;
        return false;
    }
    fake_event_clear(event);
    if (next_gone(end, event))
        return true;
    for (size_t i = 0; i < end->session_count; i++)
        if (next_of(end, &end->sessions[i], event))
            return true;
    /* What came on a connection that has been closed since is read by nobody. */
    end->in_offset = end->in.length;
    return false;
}
