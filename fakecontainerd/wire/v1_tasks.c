/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "fakecontainerd/wire/v1.h"
#include "proto/tasks.pb-c.h"

void fake_v1_tasks_get_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                              struct refusal *refusal)
{
    const Containerd__Tasks__GetRequest *get = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(get->container_id);
    request->exec_id = proto_text(get->exec_id);
}

void fake_v1_tasks_delete_decode(const ProtobufCMessage *message, struct fake_request *request,
                                 struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Tasks__DeleteTaskRequest *deletion = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(deletion->container_id);
}

static Containerd__Tasks__Status status_of(enum fake_process_status status)
{
    switch (status) {
    case FAKE_CREATED: return CONTAINERD__TASKS__STATUS__CREATED;
    case FAKE_RUNNING: return CONTAINERD__TASKS__STATUS__RUNNING;
    case FAKE_STOPPED: return CONTAINERD__TASKS__STATUS__STOPPED;
    case FAKE_PAUSED: return CONTAINERD__TASKS__STATUS__PAUSED;
    case FAKE_UNKNOWN: break;
    }
    return CONTAINERD__TASKS__STATUS__UNKNOWN;
}

/* A process with the time that it points to. */
struct packed_process {
    Containerd__Tasks__Process process;
    Google__Protobuf__Timestamp exited_at;
};

/* containerd leaves container_id out here; an exec and an init are told apart by nothing but their id. */
static void fill(struct packed_process *packed, const struct fake_process *process)
{
    Containerd__Tasks__Process *message = &packed->process;
    containerd__tasks__process__init(message);
    message->id = proto_bytes(process->exec_id.length > 0 ? process->exec_id : process->container_id);
    message->pid = process->pid;
    message->status = status_of(process->status);
    message->exit_status = process->exit_status;
    message->exited_at = fake_v1_exited_at(process, &packed->exited_at);
}

void fake_v1_tasks_get_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Tasks__GetResponse message = CONTAINERD__TASKS__GET_RESPONSE__INIT;
    struct packed_process packed;
    if (index < response->count) {
        fill(&packed, &response->processes[index]);
        message.process = &packed.process;
    }
    dialect_pack(&message.base, out);
}

void fake_v1_tasks_list_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Tasks__ListTasksResponse message = CONTAINERD__TASKS__LIST_TASKS_RESPONSE__INIT;
    size_t count = response->count;
    struct packed_process *packed = count > 0 ? calloc(count, sizeof *packed) : NULL;
    Containerd__Tasks__Process **tasks = count > 0 ? calloc(count, sizeof(Containerd__Tasks__Process *)) : NULL;

    (void)index;
    if (count > 0 && (packed == NULL || tasks == NULL)) {
        out->failed = true;
    } else {
        for (size_t i = 0; i < count; i++) {
            fill(&packed[i], &response->processes[i]);
            tasks[i] = &packed[i].process;
        }
        message.n_tasks = count;
        message.tasks = tasks;
        dialect_pack(&message.base, out);
    }
    free(tasks);
    free(packed);
}

void fake_v1_tasks_delete_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Tasks__DeleteResponse message = CONTAINERD__TASKS__DELETE_RESPONSE__INIT;
    Google__Protobuf__Timestamp exited_at;
    if (index < response->count) {
        const struct fake_process *process = &response->processes[index];
        message.pid = process->pid;
        message.exit_status = process->exit_status;
        message.exited_at = fake_v1_exited_at(process, &exited_at);
    }
    dialect_pack(&message.base, out);
}
