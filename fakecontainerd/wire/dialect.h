/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_WIRE_DIALECT_H
#define FAKECONTAINERD_WIRE_DIALECT_H

#include <protobuf-c/protobuf-c.h>

#include "base/buffer.h"
#include "fakecontainerd/core/fake.h"
#include "proto/timestamp.pb-c.h"

/*
 * A dialect of the API: which paths there are, and how their messages become values and back. All that differs between
 * one API of containerd and another is in one of these.
 */

/* Why a request is answered without asking the core. Nothing where text is empty. */
struct refusal {
    int status;
    struct text text;
};

/* Where the lists of a request are kept that a message does not hold as the core wants them. */
struct dialect_room {
    struct text filters[FAKE_FILTERS_MAX];
    struct buffer labels; /* of struct fake_label; marked as failed where memory is short */
};

struct dialect_method {
    const char *service; /* "containerd.services.tasks.v1.Tasks" */
    const char *name;    /* "Delete" */
    enum fake_method method;
    bool streaming; /* any number of messages, and its requests are read as a stream's are */
    const ProtobufCMessageDescriptor *request;
    /* Fills in what the message says; the request borrows from it and from the room, whose labels are
     * empty. NULL: it says nothing. */
    void (*decode)(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                   struct refusal *refusal);
    /* Appends one message of an answer with status OK: that of a unary method (index 0), or of a stream's item index.
     */
    void (*encode)(const struct fake_response *response, size_t index, struct buffer *out);
};

struct dialect {
    const struct dialect_method *methods;
    size_t method_count;
    /* False where the API has no such event: nothing is sent. */
    bool (*encode_event)(const struct fake_published *published, struct buffer *out);
    /* What is made of a status that the fake has found, before it is sent. NULL: it is sent as it is. */
    void (*translate)(struct fake_response *response);
    int malformed_path_status; /* what a path without a method is answered with */
    bool says_less;            /* "unknown method Foo", and not of which service */
    bool has_name_spaces;      /* requests name theirs; else all have the wire's */
};

extern const struct dialect fake_dialect_v1;
extern const struct dialect fake_dialect_execution;

/* The method of a path, NULL with the status and sentence with which gRPC answers one that is not there. */
const struct dialect_method *dialect_find(const struct dialect *dialect, struct text path, int *ret_status,
                                          struct buffer *sentence);

/* Seconds and nanoseconds as they are. */
void dialect_raw_time(const struct fake_exited_at *exited_at, Google__Protobuf__Timestamp *timestamp);

/* Appends a field that no message of containerd has. */
void dialect_pack_unknown_field(struct buffer *out);

/* Appends the beginning of a field that has no end. */
void dialect_pack_broken_field(struct buffer *out);

/* Appends a field that no message has, so long that the whole is longer than FAKE_CLIENT_MESSAGE_MAX. */
void dialect_pack_padding(struct buffer *out);

/* Appends the packed message; out is marked as failed where memory is short. */
void dialect_pack(const ProtobufCMessage *message, struct buffer *out);

#endif
