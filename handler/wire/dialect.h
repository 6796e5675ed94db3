/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_DIALECT_H
#define HANDLER_WIRE_DIALECT_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "handler/core/values.h"

/*
 * One version of containerd's API, as far as the monitor speaks it: where its requests go, what they look like, and
 * what the answers mean. A dialect is a table in a file of its own; nothing else in wire knows a path or a message.
 */

/* An event with the memory that its texts lie in. The zero value holds nothing. */
struct decoded_event {
    struct task_event task;
    ProtobufCMessage *envelope;
    ProtobufCMessage *body;
};

struct decoded_deletion {
    uint32_t exit_status;
    struct timestamp exited_at;
};

/* The encoders append a whole message; failure shows in out->failed. The decoders take a whole message and return 0, or
 * ERROR_MALFORMED, ERROR_LIMIT (it would take too much memory) or ERROR_NO_MEMORY, each with a sentence. */
struct dialect {
    bool has_name_spaces; /* each request says in which one it is meant */
    const char *subscribe_path;
    const char *delete_path;
    const char *lookup_path; /* of a container's record, where its labels are; NULL where there are none, and then the
                                functions for it too */
    void (*encode_subscribe)(struct text name_space, struct buffer *out);
    void (*encode_delete)(struct text container_id, struct buffer *out);
    void (*encode_lookup)(struct text container_id, struct buffer *out);
    /* *ret_event must be empty; it is to be released after success only. */
    int (*decode_event)(struct text message, struct decoded_event *ret_event, struct error *error);
    int (*decode_deletion)(struct text message, struct decoded_deletion *ret_deletion, struct error *error);
    /* Whether the record carries the label that makes its task ours to delete. */
    int (*decode_owned)(struct text message, bool *ret_owned, struct error *error);
};

/* containerd's API from 1.0 to today. */
extern const struct dialect dialect_v1;

/* containerd's API of May 2017. */
extern const struct dialect dialect_execution;

/* Frees what the event holds and makes it empty. */
void decoded_event_release(struct decoded_event *event);

#endif
