/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_LINK_FAKE_END_PRIVATE_H
#define HARNESS_LINK_FAKE_END_PRIVATE_H

#include "fakecontainerd/wire/dialect.h"
#include "harness/link/fake_end.h"
#include "harness/link/message.h"

/* What the files of the fake's end share. */

/* As in fakecontainerd/wire/session.h. */
enum link_session_state { LINK_SESSION_OPEN, LINK_SESSION_LOST, LINK_SESSION_DEAF };
enum link_drain { LINK_DRAIN_NOT, LINK_DRAIN_STREAMS, LINK_DRAIN_NOW, LINK_DRAIN_TOLD };

struct link_session {
    uint64_t connection_id;
    enum link_session_state state;
    enum link_drain drain;
    bool introduced;
    bool finished;
    bool is_cut;
    enum fake_silence silence;
    bool is_leaving; /* a GOAWAY is still to be sent: it ends the streams above refused_above */
    uint32_t refused_above;
    bool has_left; /* it has been sent, and was no mere notice: what is asked from now on is not heard */
    uint32_t last_stream_id;
};

/* When the headers of an answer went out. */
enum link_headers { LINK_HEADERS_NOT, LINK_HEADERS_NOW, LINK_HEADERS_BEFORE };

/* A request that has no end yet. */
struct link_stream {
    uint64_t connection_id;
    uint32_t stream_id;
    enum monitor_call call; /* where it is one */
    bool subscribes;
    enum link_headers headers;
    bool refused;   /* by a GOAWAY */
    int64_t due_ns; /* or TIME_NEVER */
};

enum { LINK_SESSIONS_MAX = 64 };

/* What the handler subscribes to, as the fake reads it: the same for an end and its clones, which share it. */
struct link_subscription {
    size_t references;
    char name_space[FAKE_ID_MAX + 1];
    ProtobufCMessage *message;
    struct fake_request request; /* borrows from it and from room */
    struct dialect_room room;
};

struct link_fake {
    const struct dialect *dialect;
    struct link_subscription *subscription;
    struct link_session *sessions; /* in the order in which they came */
    struct buffer *out;            /* by place */
    size_t session_count;
    size_t session_capacity;
    struct buffer streams; /* of struct link_stream, by connection and stream */
    struct buffer gone;    /* of struct link_stream: over without an answer, which is still to be told */
    uint64_t receiving;
    struct buffer in;
    size_t in_offset;
    struct buffer words;
    struct text filter; /* of the last request, in words */
};

/* With one reference. 0, ERROR_INVALID where the bytes are none, or ERROR_NO_MEMORY; to be released in any case. */
int link_subscription_new(struct link_subscription **ret_subscription, const struct dialect *dialect,
                          struct text name_space, struct text bytes);
struct link_subscription *link_subscription_share(struct link_subscription *subscription);

/* Drops a reference, and it with the last one. NULL is ignored. */
void link_subscription_release(struct link_subscription *subscription);

/* NULL where the dialect has none. */
const struct dialect_method *link_method_of(const struct dialect *dialect, enum fake_method method);

/* NULL where there is none that is served. */
struct link_session *link_session_of(struct link_fake *end, uint64_t connection_id);
struct link_stream *link_stream_find(const struct link_fake *end, uint64_t connection_id, uint32_t stream_id);

/* It is over; those behind it move up. */
void link_stream_end(struct link_fake *end, const struct link_stream *stream);
void link_streams_forget(struct link_fake *end, uint64_t connection_id);

bool link_has_streams(const struct link_fake *end, uint64_t connection_id);

/* Drops the sessions that nobody needs any more. */
void link_sessions_settle(struct link_fake *end);

/* Where the messages for the handler are put. */
struct buffer *link_session_out(struct link_fake *end, const struct link_session *session);
void link_put_end(struct buffer *out, uint32_t stream_id, const struct fake_stream_end *end);

#endif
