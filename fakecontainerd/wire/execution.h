/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_WIRE_EXECUTION_H
#define FAKECONTAINERD_WIRE_EXECUTION_H

#include "fakecontainerd/wire/dialect.h"
#include "proto/check.h"

/*
 * containerd.v1.services.ContainerService of May 2017: its messages, for the table in execution.c. Arguments as in
 * dialect.h. A container of that API is a task of ours: one without a task is not there.
 */
void fake_execution_create_decode(const ProtobufCMessage *message, struct fake_request *request,
                                  struct dialect_room *room, struct refusal *refusal);
void fake_execution_start_decode(const ProtobufCMessage *message, struct fake_request *request,
                                 struct dialect_room *room, struct refusal *refusal);
void fake_execution_delete_decode(const ProtobufCMessage *message, struct fake_request *request,
                                  struct dialect_room *room, struct refusal *refusal);
void fake_execution_info_decode(const ProtobufCMessage *message, struct fake_request *request,
                                struct dialect_room *room, struct refusal *refusal);
void fake_execution_kill_decode(const ProtobufCMessage *message, struct fake_request *request,
                                struct dialect_room *room, struct refusal *refusal);

void fake_execution_create_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_execution_delete_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_execution_info_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_execution_list_encode(const struct fake_response *response, size_t index, struct buffer *out);

/* google.protobuf.Empty: Start, Kill. */
void fake_execution_empty_encode(const struct fake_response *response, size_t index, struct buffer *out);

bool fake_execution_event_encode(const struct fake_published *published, struct buffer *out);

#endif
