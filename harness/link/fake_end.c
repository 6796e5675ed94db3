/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/contract.h"
#include "base/error.h"
#include "base/grow.h"
#include "base/time.h"
#include "harness/link/fake_end_private.h"

const struct dialect_method *link_method_of(const struct dialect *dialect, enum fake_method method)
{
    for (size_t i = 0; i < dialect->method_count; i++)
        if (dialect->methods[i].method == method)
            return &dialect->methods[i];
    return NULL;
}

int link_fake_new(struct link_fake **ret_end, const struct fake_wire_options *options, struct text subscription)
{
    struct link_fake *end = calloc(1, sizeof *end);
    if (end == NULL)
        return ERROR_NO_MEMORY;
    end->dialect = options->api == FAKE_API_EXECUTION ? &fake_dialect_execution : &fake_dialect_v1;
    int result = link_subscription_new(&end->subscription, end->dialect, options->name_space, subscription);
    if (result == 0)
        *ret_end = end;
    else
        link_fake_free(end);
    return result;
}

int link_fake_clone(struct link_fake **ret_clone, const struct link_fake *end)
{
    struct link_fake *clone = calloc(1, sizeof *clone);
    if (clone == NULL)
        return ERROR_NO_MEMORY;
    clone->dialect = end->dialect;
    clone->subscription = link_subscription_share(end->subscription);
    *ret_clone = clone;
    return link_fake_copy(clone, end);
}

void link_fake_free(struct link_fake *end)
{
    if (end == NULL)
        return;
    for (size_t i = 0; i < end->session_capacity; i++)
        buffer_release(&end->out[i]);
    free(end->out);
    free(end->sessions);
    buffer_release(&end->streams);
    buffer_release(&end->gone);
    buffer_release(&end->in);
    buffer_release(&end->words);
    link_subscription_release(end->subscription);
    free(end);
}

/* Room for so many sessions, each with its place for messages. */
static int make_room(struct link_fake *end, size_t count)
{
    int result = 0;
    while (result == 0 && end->session_capacity < count) {
        void *sessions = end->sessions;
        void *out = end->out;
        size_t before = end->session_capacity;
        size_t capacity = before;
        result = grow(&sessions, before, &capacity, sizeof *end->sessions);
        end->sessions = sessions;
        if (result == 0)
            result = grow(&out, before, &end->session_capacity, sizeof *end->out);
        end->out = out;
        if (result == 0)
            memset(&end->out[before], 0, (end->session_capacity - before) * sizeof *end->out);
    }
    return result;
}

int link_fake_copy(struct link_fake *to, const struct link_fake *from)
{
    CONTRACT(from->in_offset >= from->in.length);
    if (make_room(to, from->session_count) != 0)
        return ERROR_NO_MEMORY;
    for (to->session_count = 0; to->session_count < from->session_count; to->session_count++) {
        to->sessions[to->session_count] = from->sessions[to->session_count];
        buffer_clear(&to->out[to->session_count]);
    }
    buffer_clear(&to->gone);
    if (buffer_append(&to->gone, from->gone.bytes, from->gone.length) != 0)
        return ERROR_NO_MEMORY;
    buffer_clear(&to->in);
    to->in_offset = 0;
    buffer_clear(&to->streams);
    return buffer_append(&to->streams, from->streams.bytes, from->streams.length);
}

static struct link_stream *streams_of(const struct link_fake *end, size_t *ret_count)
{
    *ret_count = end->streams.length / sizeof(struct link_stream);
    return (void *)end->streams.bytes;
}

static void hash_session(const struct link_session *session, uint64_t newest_connection, struct hash *hash)
{
    hash_u64(hash, newest_connection - session->connection_id);
    hash_u64(hash, (uint64_t)session->state << 4 | (uint64_t)session->drain << 2 | (uint64_t)session->finished << 1 |
                       (uint64_t)session->is_cut);
    hash_u64(hash, (uint64_t)session->silence << 3 | (uint64_t)session->introduced << 2 |
                       (uint64_t)session->is_leaving << 1 | (uint64_t)session->has_left);
    hash_u64(hash, (uint64_t)session->last_stream_id << 32 | session->refused_above);
}

static void hash_streams(const struct buffer *buffer, int64_t now_ns, uint64_t newest_connection, struct hash *hash)
{
    const struct link_stream *streams = (const void *)buffer->bytes;
    size_t count = buffer->length / sizeof *streams;
    hash_u64(hash, count);
    for (size_t i = 0; i < count; i++) {
        hash_u64(hash, newest_connection - streams[i].connection_id);
        hash_u64(hash, streams[i].stream_id);
        hash_u64(hash, (uint64_t)streams[i].call << 4 | (uint64_t)streams[i].headers << 2 |
                           (uint64_t)streams[i].refused << 1 | (uint64_t)streams[i].subscribes);
        hash_i64(hash, streams[i].due_ns == TIME_NEVER ? -1 : streams[i].due_ns - now_ns);
    }
}

void link_fake_hash(const struct link_fake *end, int64_t now_ns, uint64_t newest_connection, struct hash *hash)
{
    for (size_t i = 0; i < end->session_count; i++)
        hash_session(&end->sessions[i], newest_connection, hash);
    hash_streams(&end->gone, now_ns, newest_connection, hash);
    hash_streams(&end->streams, now_ns, newest_connection, hash);
}

/* ---- sessions ---- */

struct link_session *link_session_of(struct link_fake *end, uint64_t connection_id)
{
    for (size_t i = 0; i < end->session_count; i++)
        if (end->sessions[i].connection_id == connection_id && !end->sessions[i].finished)
            return &end->sessions[i];
    return NULL;
}

struct buffer *link_session_out(struct link_fake *end, const struct link_session *session)
{
    return &end->out[session - end->sessions];
}

/* Sessions that nobody needs go. */
void link_sessions_settle(struct link_fake *end)
{
    for (size_t i = 0; i < end->session_count;) {
        struct buffer spare = end->out[i];
        size_t behind = end->session_count - i - 1;
        if (!end->sessions[i].finished || end->sessions[i].state != LINK_SESSION_DEAF) {
            i++;
            continue;
        }
        memmove(&end->sessions[i], &end->sessions[i + 1], behind * sizeof end->sessions[0]);
        memmove(&end->out[i], &end->out[i + 1], behind * sizeof end->out[0]);
        end->session_count--;
        buffer_clear(&spare);
        end->out[end->session_count] = spare;
    }
}

int link_fake_connected(struct link_fake *end, uint64_t connection_id)
{
    link_sessions_settle(end);
    if (end->session_count == LINK_SESSIONS_MAX)
        return ERROR_LIMIT;
    if (make_room(end, end->session_count + 1) != 0)
        return ERROR_NO_MEMORY;
    buffer_clear(&end->out[end->session_count]);
    struct link_session *session = &end->sessions[end->session_count++];
    memset(session, 0, sizeof *session);
    session->connection_id = connection_id;
    return 0;
}

struct link_stream *link_stream_find(const struct link_fake *end, uint64_t connection_id, uint32_t stream_id)
{
    size_t count;
    struct link_stream *streams = streams_of(end, &count);
    for (size_t i = 0; i < count; i++)
        if (streams[i].connection_id == connection_id && streams[i].stream_id == stream_id)
            return &streams[i];
    return NULL;
}

void link_stream_end(struct link_fake *end, const struct link_stream *stream)
{
    size_t count;
    struct link_stream *streams = streams_of(end, &count);
    size_t index = (size_t)(stream - streams);
    memmove(&streams[index], &streams[index + 1], (count - index - 1) * sizeof *streams);
    end->streams.length -= sizeof *streams;
}

void link_streams_forget(struct link_fake *end, uint64_t connection_id)
{
    size_t count;
    const struct link_stream *streams = streams_of(end, &count);
    while (count > 0)
        if (streams[--count].connection_id == connection_id)
            link_stream_end(end, &streams[count]);
}

bool link_has_streams(const struct link_fake *end, uint64_t connection_id)
{
    size_t count;
    const struct link_stream *streams = streams_of(end, &count);
    for (size_t i = 0; i < count; i++)
        if (streams[i].connection_id == connection_id)
            return true;
    return false;
}

void link_fake_lost(struct link_fake *end, uint64_t connection_id)
{
    struct link_session *session = link_session_of(end, connection_id);
    if (session == NULL)
        return;
    link_streams_forget(end, connection_id);
    if (session->state == LINK_SESSION_OPEN)
        session->state = LINK_SESSION_LOST;
    session->finished = true;
}

int link_fake_receive(struct link_fake *end, uint64_t connection_id, const void *bytes, size_t length, int64_t now_ns)
{
    struct link_session *session = link_session_of(end, connection_id);
    const struct link_message *message;
    if (session == NULL)
        return ERROR_CLOSED;
    CONTRACT(end->in_offset >= end->in.length);
    buffer_clear(&end->in);
    end->in_offset = 0;
    end->receiving = connection_id;
    if (buffer_append(&end->in, bytes, length) != 0)
        return ERROR_NO_MEMORY;
    for (size_t offset = 0; (message = link_take(&end->in, &offset)) != NULL;) {
        struct link_stream stream;
        /* Its session answers before anything of this is told. */
        if (message->kind == LINK_PING && session->state == LINK_SESSION_OPEN)
            link_put_bare(link_session_out(end, session), LINK_PONG, 0);
        if (message->kind != LINK_REQUEST || session->has_left)
            continue;
        memset(&stream, 0, sizeof stream);
        stream.connection_id = connection_id;
        stream.stream_id = message->stream_id;
        stream.call = message->request.call;
        stream.subscribes = message->request.subscribes;
        stream.due_ns = message->request.timeout_ns > 0 ? time_add(now_ns, message->request.timeout_ns) : TIME_NEVER;
        session->last_stream_id = message->stream_id;
        if (buffer_append(&end->streams, &stream, sizeof stream) != 0)
            return ERROR_NO_MEMORY;
    }
    return 0;
}

static void refuse_streams(struct link_fake *end, struct link_session *session)
{
    size_t count;
    struct link_stream *streams = streams_of(end, &count);
    session->is_leaving = false;
    session->has_left = session->has_left || session->refused_above != INT32_MAX;
    for (size_t i = 0; i < count; i++)
        if (streams[i].connection_id == session->connection_id && streams[i].stream_id > session->refused_above) {
            streams[i].refused = true;
            (void)buffer_append(&end->gone, &streams[i], sizeof streams[i]);
        }
}

/* True where an earlier message of the rank is of the same stream, and took this one with it. */
static bool is_written(const struct buffer *from, const struct link_message *message)
{
    size_t offset = 0;
    for (const struct link_message *earlier; (earlier = link_take(from, &offset)) != message;)
        if (earlier->rank == message->rank && earlier->stream_id == message->stream_id)
            return true;
    return false;
}

/* What a stream has to say at one time goes out in one piece. */
static int write_stream(const struct buffer *from, const struct link_message *first, struct buffer *out)
{
    const struct link_message *message;
    int result = 0;
    for (size_t offset = 0; result == 0 && (message = link_take(from, &offset)) != NULL;)
        if (message->rank == first->rank && message->stream_id == first->stream_id)
            result = buffer_append(out, message, message->size);
    return result;
}

static int write_rank(const struct buffer *from, enum link_rank rank, struct buffer *out)
{
    const struct link_message *message;
    int result = 0;
    for (size_t offset = 0; result == 0 && (message = link_take(from, &offset)) != NULL;) {
        if (message->rank != rank)
            continue;
        if (rank == LINK_RANK_BARE)
            result = buffer_append(out, message, message->size);
        else if (!is_written(from, message))
            result = write_stream(from, message, out);
    }
    return result;
}

static int write_in_order(const struct buffer *from, struct buffer *out)
{
    size_t behind = 0;
    int result;
    const struct link_message *first = link_take(from, &behind);
    if (first == NULL)
        return 0;
    /* Mostly there is but one. */
    if (behind == from->length)
        return buffer_append(out, first, first->size);
    result = write_rank(from, LINK_RANK_BARE, out);
    if (result == 0)
        result = write_rank(from, LINK_RANK_GOES_ON, out);
    return result != 0 ? result : write_rank(from, LINK_RANK_BEGINS, out);
}

static void headers_sent(struct link_fake *end, uint64_t connection_id)
{
    size_t count;
    struct link_stream *streams = streams_of(end, &count);
    for (size_t i = 0; i < count; i++)
        if (streams[i].connection_id == connection_id && streams[i].headers == LINK_HEADERS_NOW)
            streams[i].headers = LINK_HEADERS_BEFORE;
}

int link_fake_send(struct link_fake *end, uint64_t connection_id, struct buffer *out)
{
    struct link_session *session = link_session_of(end, connection_id);
    if (session == NULL)
        return ERROR_CLOSED;
    struct buffer *from = link_session_out(end, session);
    bool has_news = from->length > 0;
    if (!has_news && !session->is_leaving && !from->failed && !end->gone.failed)
        return 0;
    if (session->silence > FAKE_SILENCE_ANSWERS_PINGS)
        buffer_clear(from);
    int result = from->failed ? ERROR_NO_MEMORY : write_in_order(from, out);
    if (has_news)
        headers_sent(end, connection_id);
    buffer_clear(from);
    if (session->is_leaving)
        refuse_streams(end, session);
    return end->gone.failed ? ERROR_NO_MEMORY : result;
}

/* ---- time ---- */

int64_t link_fake_deadline_ns(const struct link_fake *end)
{
    size_t count;
    const struct link_stream *streams = streams_of(end, &count);
    int64_t deadline_ns = TIME_NEVER;
    for (size_t i = 0; i < count; i++)
        deadline_ns = time_min(deadline_ns, streams[i].due_ns);
    return deadline_ns;
}

void link_fake_time(struct link_fake *end, int64_t now_ns)
{
    size_t count;
    struct link_stream *streams = streams_of(end, &count);
    for (size_t i = 0; i < count; i++) {
        if (streams[i].due_ns > now_ns)
            continue;
        streams[i].due_ns = TIME_NEVER;
        (void)buffer_append(&end->gone, &streams[i], sizeof streams[i]);
    }
}
