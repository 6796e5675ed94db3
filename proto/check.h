/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PROTO_CHECK_H
#define PROTO_CHECK_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "proto/any.pb-c.h"
#include "proto/timestamp.pb-c.h"

/*
 * What both ends need between protobuf-c's messages and plain values: messages from a peer are unpacked here, with a
 * bound on memory and with the checks of text that proto3 demands and protobuf-c leaves out.
 */
enum {
    PROTO_UNPACKED_MAX = 128 << 20 /* bytes that one message may take in memory; two bytes on the wire can be 200 */
};

/* Unpacks bytes from a peer. Every text in it, at any depth, is then valid UTF-8 (NUL is allowed); the value of an Any
 * is not text. 0, or
 *     ERROR_MALFORMED  the bytes are not a message of that kind,
 *     ERROR_INVALID    a text is not UTF-8,
 *     ERROR_LIMIT      it would take more than PROTO_UNPACKED_MAX,
 *     ERROR_NO_MEMORY. */
int proto_unpack(ProtobufCMessage **ret_message, const ProtobufCMessageDescriptor *descriptor, struct text bytes);

/* Frees what proto_unpack gave; NULL is ignored. */
void proto_free(ProtobufCMessage *message);

/* The same bytes, borrowed. proto_bytes is for packing only: nothing may write through it. */
struct text proto_text(ProtobufCBinaryData bytes);
ProtobufCBinaryData proto_bytes(struct text text);

/* Wall-clock nanoseconds as seconds and nanoseconds, the latter never negative. Initializes *timestamp. */
void proto_timestamp_set(Google__Protobuf__Timestamp *timestamp, int64_t wall_ns);

/* Go's zero time, which containerd sends for "has not happened". Initializes *timestamp. */
void proto_timestamp_set_zero(Google__Protobuf__Timestamp *timestamp);

/* True iff there is an Any and its type_url is exactly this; containerd's events have no host before the name. */
bool proto_any_is(const Google__Protobuf__Any *any, const char *type_url);

#endif
