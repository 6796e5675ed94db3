/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_LINK_MESSAGE_H
#define HARNESS_LINK_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "fakecontainerd/core/fake.h"
#include "handler/core/monitor.h"

/*
 * What the two cores say to each other on the value level, where no byte of HTTP/2 or protobuf is made: plain values
 * one behind the other in a buffer, which is copied and hashed as it is, padding included. One message is what one
 * frame or a group of them would tell the other side.
 */
enum link_kind {
    LINK_REQUEST, /* to the fake: request; texts: container */
    LINK_CANCEL,  /* to the fake: the client does not want the stream any more */
    LINK_PING,    /* to the fake, whose transport answers it */
    LINK_EVENT,   /* to the handler: event; texts: topic, namespace, container, process */
    LINK_ENCODED, /* to the handler: an event as bytes of the dialect, for what the values cannot say; texts: bytes */
    LINK_ANSWER,  /* to the handler: answer, of an OK; texts: its processes */
    LINK_END,     /* to the handler: end; texts: message */
    LINK_PART,    /* to the handler: the beginning of a message that never becomes whole */
    LINK_GOAWAY,  /* to the handler: last_stream_id */
    LINK_PONG     /* to the handler */
};

struct link_request {
    bool subscribes;
    enum monitor_call call; /* else */
    uint32_t signal;
    int64_t timeout_ns; /* 0: none */
};

struct link_event {
    enum task_event_kind kind;
    uint32_t pid;
    uint32_t exit_status;
    struct timestamp exited_at;
    struct timestamp published_at;
};

/* One of an answer's processes, as they stand one behind the other in its first text, each followed by its id. */
struct link_process {
    enum process_status status;
    uint32_t pid;
    uint32_t exit_status;
    uint32_t id_length;
    struct timestamp exited_at;
    bool tells_exit;
};

struct link_answer {
    bool encoded;       /* the first text is the answer in the dialect's bytes */
    uint32_t oom_kills; /* of the first task, where that is what was asked, */
    bool tells_kills;   /* and there is one */
};

struct link_end {
    enum fake_stream_end_kind kind;
    int status;
    uint32_t http2_code;
    bool taken_back; /* it is the client that ends the stream, which goes on at the server until that arrives */
};

enum { LINK_TEXTS_MAX = 4 };

/* What is written together comes in the order in which nghttp2 writes it. */
enum link_rank {
    LINK_RANK_BARE,    /* what needs no DATA */
    LINK_RANK_GOES_ON, /* what is behind headers that were sent before */
    LINK_RANK_BEGINS   /* DATA behind headers that are sent with it */
};

struct link_message {
    uint32_t size; /* with what lies behind it, a multiple of 8 */
    enum link_kind kind;
    uint32_t stream_id;
    uint32_t rank; /* to the handler: enum link_rank */
    uint32_t lengths[LINK_TEXTS_MAX];
    union {
        struct link_request request;
        struct link_event event;
        struct link_end end;
        struct link_answer answer;
        uint32_t last_stream_id; /* GOAWAY */
    };
};

/* Appends it with its texts, whose lengths it fills in; message must have been zeroed. Failure shows in out->failed. */
void link_put(struct buffer *out, struct link_message *message, const struct text *texts, size_t text_count);

/* One that says nothing but its kind and stream. */
void link_put_bare(struct buffer *out, enum link_kind kind, uint32_t stream_id);

/* The message at an offset of the buffer, borrowed from it, and the offset behind it; NULL at the end. */
const struct link_message *link_take(const struct buffer *in, size_t *offset);

/* Its texts, borrowed likewise. */
void link_texts(const struct link_message *message, struct text texts[LINK_TEXTS_MAX]);

/* The first of them, which most have alone. */
static inline struct text link_first_text(const struct link_message *message)
{
    return (struct text){(const char *)message + sizeof *message, message->lengths[0]};
}

#endif
