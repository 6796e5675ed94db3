/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_MESSAGES_H
#define HANDLER_WIRE_MESSAGES_H

#include <protobuf-c/protobuf-c.h>

#include "base/buffer.h"
#include "base/error.h"
#include "handler/core/values.h"
#include "proto/timestamp.pb-c.h"

/*
 * Protobuf messages as the dialects write and read them. What cannot be read is told in the words that clients of gRPC
 * in Go have for it, then in ours.
 */

/* Appends the whole message; failure shows in out->failed. */
void message_pack(const ProtobufCMessage *message, struct buffer *out);

/* Unpacks a message that the sentence calls `what`; to be freed with proto_free. 0, or as a decoder of the dialect. */
int message_unpack(ProtobufCMessage **ret_message, const ProtobufCMessageDescriptor *descriptor, struct text bytes,
                   const char *what, struct error *error);

/* Reads a timestamp that may be absent: 0, or ERROR_MALFORMED with a sentence for one that Go would not take. */
int message_timestamp(const Google__Protobuf__Timestamp *from, struct timestamp *ret_timestamp, const char *what,
                      struct error *error);

#endif
