/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_DIALECT_H
#define HANDLER_WIRE_DIALECT_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "handler/core/monitor.h"

/*
 * One version of containerd's API, as far as the monitor speaks it: where its requests go, what they look like, and
 * what the answers mean. A dialect is a table in a file of its own; nothing else in wire knows a path or a message.
 */
enum {
    DIALECT_CALLS = MONITOR_CALL_REMOVE + 1,
    DIALECT_PROCESSES_MAX = 2 * MONITOR_CONTAINERS_MAX /* of one List; a longer one is refused whole with ERROR_LIMIT */
};

/* An event with the memory that its texts lie in. The zero value holds nothing. */
struct decoded_event {
    struct task_event task;
    ProtobufCMessage *envelope;
    ProtobufCMessage *body;
};

/* What the answer to a call says, with the memory that it lies in. The zero value holds nothing. */
struct decoded_answer {
    struct process_state process;
    struct process_state *processes; /* LIST */
    size_t process_count;
    uint64_t oom_kills;
    bool tells_kills;
    ProtobufCMessage *message;
};

/* The encoders append a whole message; failure shows in out->failed. The decoders take a whole message and return 0, or
 * ERROR_MALFORMED, ERROR_LIMIT (it would take too much memory) or ERROR_NO_MEMORY, each with a sentence. What they fill
 * must be empty; it is to be released after success only. */
struct dialect_call {
    const char *path;  /* NULL: the API has no such call, */
    int unsent_status; /* and this is what the monitor hears of it */
    void (*encode)(struct text container_id, uint32_t signal, struct buffer *out);
    /* NULL: the answer says no more than that it was done. */
    int (*decode)(struct text message, struct decoded_answer *ret_answer, struct error *error);
};

struct dialect {
    bool has_name_spaces; /* each request says in which one it is meant */
    const char *subscribe_path;
    const char *lookup_path; /* of a container's record, where its labels are; NULL where there are none, and then the
                                functions for it too */
    struct dialect_call calls[DIALECT_CALLS];
    void (*encode_subscribe)(struct text name_space, struct buffer *out);
    void (*encode_lookup)(struct text container_id, struct buffer *out);
    int (*decode_event)(struct text message, struct decoded_event *ret_event, struct error *error);
    /* Whether the record carries the label that makes its task ours to delete. */
    int (*decode_owned)(struct text message, bool *ret_owned, struct error *error);
};

/* containerd's API from 1.0 to today. */
extern const struct dialect dialect_v1;

/* containerd's API of May 2017. */
extern const struct dialect dialect_execution;

/* Each frees what it holds and makes it empty. */
void decoded_event_release(struct decoded_event *event);
void decoded_answer_release(struct decoded_answer *answer);

/* Makes room for the processes of a list: 0, ERROR_LIMIT or ERROR_NO_MEMORY, with a sentence that calls the message
 * `what`. */
int decoded_answer_reserve(struct decoded_answer *answer, size_t count, const char *what, struct error *error);

#endif
