/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/wire/execution.h"
#include "proto/empty.pb-c.h"
#include "proto/execution.pb-c.h"

/* ---- requests ---- */

void fake_execution_create_decode(const ProtobufCMessage *message, struct fake_request *request,
                                  struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Execution__CreateRequest *create = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(create->id);
    request->with_container = true;
    request->runtime_name = proto_text(create->runtime);
    if (create->spec != NULL) {
        request->spec.type_url = proto_text(create->spec->type_url);
        request->spec.value = proto_text(create->spec->value);
    }
}

void fake_execution_start_decode(const ProtobufCMessage *message, struct fake_request *request,
                                 struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Execution__StartRequest *start = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(start->id);
}

void fake_execution_delete_decode(const ProtobufCMessage *message, struct fake_request *request,
                                  struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Execution__DeleteRequest *deletion = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(deletion->id);
    request->kill = true;
}

void fake_execution_info_decode(const ProtobufCMessage *message, struct fake_request *request,
                                struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Execution__InfoRequest *info = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(info->id);
}

void fake_execution_kill_decode(const ProtobufCMessage *message, struct fake_request *request,
                                struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Execution__KillRequest *kill = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(kill->id);
    request->signal = kill->signal;
}

/* ---- answers ---- */

void fake_execution_create_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Execution__CreateResponse message = CONTAINERD__EXECUTION__CREATE_RESPONSE__INIT;
    if (index < response->count) {
        message.id = proto_bytes(response->processes[index].container_id);
        message.pid = response->processes[index].pid;
    }
    dialect_pack(&message.base, out);
}

/* When the process ended, as it is to be told; NULL where that is to be left out. */
static Google__Protobuf__Timestamp *exited_at_of(const struct fake_process *process,
                                                 Google__Protobuf__Timestamp *timestamp)
{
    switch (process->exited_at.kind) {
    case FAKE_EXITED_AT_TIME: proto_timestamp_set(timestamp, process->exited_at_ns); return timestamp;
    case FAKE_EXITED_AT_ABSENT: break;
    case FAKE_EXITED_AT_RAW: dialect_raw_time(&process->exited_at, timestamp); return timestamp;
    }
    return NULL;
}

/* Which container it was is left out, as it was then. */
void fake_execution_delete_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Execution__DeleteResponse message = CONTAINERD__EXECUTION__DELETE_RESPONSE__INIT;
    Google__Protobuf__Timestamp exited_at;
    proto_timestamp_set_zero(&exited_at);
    message.exited_at = &exited_at;
    if (index < response->count) {
        message.exit_status = response->processes[index].exit_status;
        message.exited_at = exited_at_of(&response->processes[index], &exited_at);
    }
    dialect_pack(&message.base, out);
}

static Containerd__Execution__Status status_of(enum fake_process_status status)
{
    switch (status) {
    case FAKE_CREATED: return CONTAINERD__EXECUTION__STATUS__CREATED;
    case FAKE_RUNNING: return CONTAINERD__EXECUTION__STATUS__RUNNING;
    case FAKE_STOPPED: return CONTAINERD__EXECUTION__STATUS__STOPPED;
    case FAKE_PAUSED: return CONTAINERD__EXECUTION__STATUS__PAUSED;
    case FAKE_UNKNOWN: break;
    }
    return CONTAINERD__EXECUTION__STATUS__UNKNOWN;
}

static void fill(Containerd__Execution__Container *container, const struct fake_process *process)
{
    containerd__execution__container__init(container);
    container->id = proto_bytes(process->container_id);
    container->pid = process->pid;
    container->status = status_of(process->status);
}

void fake_execution_info_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Execution__Container container = CONTAINERD__EXECUTION__CONTAINER__INIT;
    if (index < response->count)
        fill(&container, &response->processes[index]);
    dialect_pack(&container.base, out);
}

/* A repeated message is its elements one behind the other, so the list needs no copy of all. */
void fake_execution_list_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Execution__ListResponse message = CONTAINERD__EXECUTION__LIST_RESPONSE__INIT;
    Containerd__Execution__Container container;
    Containerd__Execution__Container *one = &container;

    (void)index;
    message.n_containers = 1;
    message.containers = &one;
    for (size_t i = 0; i < response->count; i++) {
        fill(&container, &response->processes[i]);
        dialect_pack(&message.base, out);
    }
}

void fake_execution_empty_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Google__Protobuf__Empty message = GOOGLE__PROTOBUF__EMPTY__INIT;
    (void)response;
    (void)index;
    dialect_pack(&message.base, out);
}
