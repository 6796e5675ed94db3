/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_WIRE_EVENT_V1_H
#define HANDLER_WIRE_EVENT_V1_H

#include "handler/wire/dialect.h"
#include "proto/timestamp.pb-c.h"

/*
 * Events of containerd's v1 API: an envelope around an Any. The type_url says what the body is, its path before the
 * last '/' does not matter; a body of a kind that the monitor has no use for gives TASK_EVENT_OTHER.
 */

/* As dialect.decode_event. */
int event_v1_decode(struct text message, struct decoded_event *ret_event, struct error *error);

/* Unpacks a message that the sentence calls `what`; returns and errors as a decoder of the dialect. */
int v1_unpack(ProtobufCMessage **ret_message, const ProtobufCMessageDescriptor *descriptor, struct text bytes,
              const char *what, struct error *error);

/* Reads a timestamp that may be absent: 0, or ERROR_MALFORMED with a sentence for one that Go would not take. */
int v1_timestamp(const Google__Protobuf__Timestamp *from, struct timestamp *ret_timestamp, const char *what,
                 struct error *error);

#endif
