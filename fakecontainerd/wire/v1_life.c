/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a task as messages: Create, Start, Kill, Wait, Pause, Resume. */
#include "fakecontainerd/wire/v1.h"
#include "proto/tasks.pb-c.h"

void fake_v1_empty_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    (void)response;
    (void)index;
    (void)out;
}

void fake_v1_tasks_create_decode(const ProtobufCMessage *message, struct fake_request *request,
                                 struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Tasks__CreateTaskRequest *create = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(create->container_id);
}

void fake_v1_tasks_create_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Tasks__CreateTaskResponse message = CONTAINERD__TASKS__CREATE_TASK_RESPONSE__INIT;
    (void)index;
    message.container_id = proto_bytes(response->process.container_id);
    message.pid = response->process.pid;
    dialect_pack(&message.base, out);
}

void fake_v1_tasks_start_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Tasks__StartResponse message = CONTAINERD__TASKS__START_RESPONSE__INIT;
    (void)index;
    message.pid = response->process.pid;
    dialect_pack(&message.base, out);
}

void fake_v1_tasks_kill_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                               struct refusal *refusal)
{
    const Containerd__Tasks__KillRequest *kill = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(kill->container_id);
    request->exec_id = proto_text(kill->exec_id);
    request->signal = kill->signal;
    request->all = kill->all != 0;
}

void fake_v1_tasks_wait_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Tasks__WaitResponse message = CONTAINERD__TASKS__WAIT_RESPONSE__INIT;
    Google__Protobuf__Timestamp exited_at;
    (void)index;
    message.exit_status = response->process.exit_status;
    message.exited_at = fake_v1_exited_at(&response->process, &exited_at);
    dialect_pack(&message.base, out);
}

void fake_v1_tasks_pause_decode(const ProtobufCMessage *message, struct fake_request *request,
                                struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Tasks__PauseTaskRequest *pause = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(pause->container_id);
}
