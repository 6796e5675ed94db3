/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_WIRE_V1_H
#define FAKECONTAINERD_WIRE_V1_H

#include "fakecontainerd/wire/dialect.h"
#include "proto/check.h"

/*
 * containerd.services.*.v1: the messages of each service, for the table in v1.c. Arguments as in dialect.h.
 */
void fake_v1_tasks_get_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                              struct refusal *refusal);
void fake_v1_tasks_delete_decode(const ProtobufCMessage *message, struct fake_request *request,
                                 struct dialect_room *room, struct refusal *refusal);
void fake_v1_tasks_get_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_tasks_list_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_tasks_delete_encode(const struct fake_response *response, size_t index, struct buffer *out);

/* No message has less in it: that of an answer which says no more than OK. */
void fake_v1_empty_encode(const struct fake_response *response, size_t index, struct buffer *out);

/* That of Pause is also for what says no more than which task (Resume, ListPids), that of Get for what says no more
 * than which process (Start, Wait, DeleteProcess). */
void fake_v1_tasks_create_decode(const ProtobufCMessage *message, struct fake_request *request,
                                 struct dialect_room *room, struct refusal *refusal);
void fake_v1_tasks_kill_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                               struct refusal *refusal);
void fake_v1_tasks_exec_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                               struct refusal *refusal);
void fake_v1_tasks_pause_decode(const ProtobufCMessage *message, struct fake_request *request,
                                struct dialect_room *room, struct refusal *refusal);
void fake_v1_tasks_metrics_decode(const ProtobufCMessage *message, struct fake_request *request,
                                  struct dialect_room *room, struct refusal *refusal);
void fake_v1_tasks_create_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_tasks_start_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_tasks_wait_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_tasks_delete_process_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_tasks_list_pids_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_tasks_metrics_encode(const struct fake_response *response, size_t index, struct buffer *out);

void fake_v1_containers_get_decode(const ProtobufCMessage *message, struct fake_request *request,
                                   struct dialect_room *room, struct refusal *refusal);
void fake_v1_containers_create_decode(const ProtobufCMessage *message, struct fake_request *request,
                                      struct dialect_room *room, struct refusal *refusal);
void fake_v1_containers_update_decode(const ProtobufCMessage *message, struct fake_request *request,
                                      struct dialect_room *room, struct refusal *refusal);
void fake_v1_containers_list_decode(const ProtobufCMessage *message, struct fake_request *request,
                                    struct dialect_room *room, struct refusal *refusal);
void fake_v1_containers_get_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_containers_list_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_containers_list_stream_encode(const struct fake_response *response, size_t index, struct buffer *out);

/* That of Get is also for Delete. */
void fake_v1_namespaces_get_decode(const ProtobufCMessage *message, struct fake_request *request,
                                   struct dialect_room *room, struct refusal *refusal);
void fake_v1_namespaces_create_decode(const ProtobufCMessage *message, struct fake_request *request,
                                      struct dialect_room *room, struct refusal *refusal);
void fake_v1_namespaces_update_decode(const ProtobufCMessage *message, struct fake_request *request,
                                      struct dialect_room *room, struct refusal *refusal);
void fake_v1_namespaces_get_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_namespaces_list_encode(const struct fake_response *response, size_t index, struct buffer *out);

/* Also for Delete. */
void fake_v1_leases_create_decode(const ProtobufCMessage *message, struct fake_request *request,
                                  struct dialect_room *room, struct refusal *refusal);
void fake_v1_leases_create_encode(const struct fake_response *response, size_t index, struct buffer *out);

void fake_v1_subscribe_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                              struct refusal *refusal);
void fake_v1_publish_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                            struct refusal *refusal);
bool fake_v1_event_encode(const struct fake_published *published, struct buffer *out);

void fake_v1_health_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                           struct refusal *refusal);
void fake_v1_health_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_version_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_plugins_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                            struct refusal *refusal);
void fake_v1_plugins_encode(const struct fake_response *response, size_t index, struct buffer *out);
void fake_v1_introspection_encode(const struct fake_response *response, size_t index, struct buffer *out);

/* Borrows the filters; those beyond FAKE_FILTERS_MAX are counted and not kept, for the core to refuse them. */
void fake_v1_filters_decode(const ProtobufCBinaryData *from, size_t count, struct fake_request *request,
                            struct dialect_room *room);

/* When the process ended, as it is to be told; NULL where that is to be left out. */
Google__Protobuf__Timestamp *fake_v1_exited_at(const struct fake_process *process,
                                               Google__Protobuf__Timestamp *timestamp);

/* An instant of the wall clock; 0 becomes Go's zero time, which is what containerd sends for none. */
void fake_v1_timestamp(Google__Protobuf__Timestamp *timestamp, int64_t wall_ns);

#endif
