/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "harness/client/messages.h"
#include "proto/check.h"
#include "proto/containers.pb-c.h"
#include "proto/leases.pb-c.h"
#include "proto/namespaces.pb-c.h"
#include "proto/tasks.pb-c.h"

/* Where what is read goes. */
struct reader {
    struct region *region;
    struct scenario_told_fields *fields;
    bool failed; /* memory is short */
};

int message_keep(struct region *region, struct text text, struct text *ret_copy)
{
    char *copy = region_alloc(region, text.length + 1);
    if (copy == NULL)
        return ERROR_NO_MEMORY;
    if (text.length > 0)
        memcpy(copy, text.bytes, text.length);
    copy[text.length] = '\0';
    *ret_copy = (struct text){copy, text.length};
    return 0;
}

static void keep(struct reader *reader, ProtobufCBinaryData from, struct text *to, uint32_t bit)
{
    if (message_keep(reader->region, proto_text(from), to) != 0)
        reader->failed = true;
    reader->fields->told |= bit;
}

static void keep_number(struct reader *reader, uint32_t from, uint32_t *to, uint32_t bit)
{
    *to = from;
    reader->fields->told |= bit;
}

static void keep_stamp(struct reader *reader, const Google__Protobuf__Timestamp *from)
{
    struct scenario_stamp *stamp = &reader->fields->exited_at;
    *stamp = (struct scenario_stamp){.absent = from == NULL};
    if (from != NULL) {
        stamp->seconds = from->seconds;
        stamp->nanos = from->nanos;
    }
    reader->fields->told |= SCENARIO_TOLD_EXITED_AT;
}

/* Makes room for more entries behind those that are there; NULL where memory is short. */
static void *more(struct reader *reader, const void *old, size_t count, size_t add, size_t size)
{
    unsigned char *items = region_array(reader->region, count + add, size);
    if (items == NULL)
        reader->failed = true;
    else if (count > 0)
        memcpy(items, old, count * size);
    return items;
}

static void keep_listed(struct reader *reader, size_t add, ProtobufCBinaryData (*id_at)(const void *, size_t),
                        const void *message)
{
    struct scenario_told_fields *fields = reader->fields;
    struct text *ids = more(reader, fields->ids, fields->id_count, add, sizeof *ids);
    fields->told |= SCENARIO_TOLD_IDS;
    for (size_t i = 0; i < add && ids != NULL; i++)
        keep(reader, id_at(message, i), &ids[fields->id_count + i], 0);
    if (ids == NULL)
        return;
    fields->ids = ids;
    fields->id_count += add;
}

static void keep_pids(struct reader *reader, size_t add, uint32_t (*pid_at)(const void *, size_t), const void *message)
{
    struct scenario_told_fields *fields = reader->fields;
    uint32_t *pids = more(reader, fields->pids, fields->pid_count, add, sizeof *pids);
    fields->told |= SCENARIO_TOLD_PIDS;
    for (size_t i = 0; i < add && pids != NULL; i++)
        pids[fields->pid_count + i] = pid_at(message, i);
    if (pids == NULL)
        return;
    fields->pids = pids;
    fields->pid_count += add;
}

/* ---- tasks ---- */

static enum scenario_task_state state_of(Containerd__Tasks__Status status)
{
    switch ((int)status) {
    case CONTAINERD__TASKS__STATUS__CREATED: return SCENARIO_TASK_CREATED;
    case CONTAINERD__TASKS__STATUS__RUNNING: return SCENARIO_TASK_RUNNING;
    case CONTAINERD__TASKS__STATUS__STOPPED: return SCENARIO_TASK_EXITED;
    case CONTAINERD__TASKS__STATUS__PAUSED: return SCENARIO_TASK_PAUSED;
    default: return SCENARIO_TASK_UNKNOWN;
    }
}

static void read_get(struct reader *reader, const void *message)
{
    const Containerd__Tasks__Process *process = ((const Containerd__Tasks__GetResponse *)message)->process;
    if (process == NULL)
        return;
    keep(reader, process->id, &reader->fields->id, SCENARIO_TOLD_ID);
    keep_number(reader, process->pid, &reader->fields->pid, SCENARIO_TOLD_PID);
    keep_number(reader, process->exit_status, &reader->fields->code, SCENARIO_TOLD_CODE);
    keep_stamp(reader, process->exited_at);
    reader->fields->state = state_of(process->status);
    reader->fields->told |= SCENARIO_TOLD_STATE;
}

static ProtobufCBinaryData task_id_at(const void *message, size_t i)
{
    return ((const Containerd__Tasks__ListTasksResponse *)message)->tasks[i]->id;
}

static uint32_t task_pid_at(const void *message, size_t i)
{
    return ((const Containerd__Tasks__ListTasksResponse *)message)->tasks[i]->pid;
}

static void read_list_tasks(struct reader *reader, const void *message)
{
    size_t count = ((const Containerd__Tasks__ListTasksResponse *)message)->n_tasks;
    keep_listed(reader, count, task_id_at, message);
    keep_pids(reader, count, task_pid_at, message);
}

static void read_create_task(struct reader *reader, const void *message)
{
    const Containerd__Tasks__CreateTaskResponse *response = message;
    keep(reader, response->container_id, &reader->fields->id, SCENARIO_TOLD_ID);
    keep_number(reader, response->pid, &reader->fields->pid, SCENARIO_TOLD_PID);
}

static void read_start(struct reader *reader, const void *message)
{
    keep_number(reader, ((const Containerd__Tasks__StartResponse *)message)->pid, &reader->fields->pid,
                SCENARIO_TOLD_PID);
}

static void read_delete(struct reader *reader, const void *message)
{
    const Containerd__Tasks__DeleteResponse *response = message;
    keep(reader, response->id, &reader->fields->id, SCENARIO_TOLD_ID);
    keep_number(reader, response->pid, &reader->fields->pid, SCENARIO_TOLD_PID);
    keep_number(reader, response->exit_status, &reader->fields->code, SCENARIO_TOLD_CODE);
    keep_stamp(reader, response->exited_at);
}

static void read_wait(struct reader *reader, const void *message)
{
    const Containerd__Tasks__WaitResponse *response = message;
    keep_number(reader, response->exit_status, &reader->fields->code, SCENARIO_TOLD_CODE);
    keep_stamp(reader, response->exited_at);
}

static uint32_t pid_at(const void *message, size_t i)
{
    return ((const Containerd__Tasks__ListPidsResponse *)message)->processes[i]->pid;
}

static void read_list_pids(struct reader *reader, const void *message)
{
    keep_pids(reader, ((const Containerd__Tasks__ListPidsResponse *)message)->n_processes, pid_at, message);
}

static ProtobufCBinaryData metric_id_at(const void *message, size_t i)
{
    return ((const Containerd__Tasks__MetricsResponse *)message)->metrics[i]->id;
}

static void read_metrics(struct reader *reader, const void *message)
{
    keep_listed(reader, ((const Containerd__Tasks__MetricsResponse *)message)->n_metrics, metric_id_at, message);
}

/* ---- containers, namespaces, leases ---- */

static void read_container(struct reader *reader, const void *message)
{
    const Containerd__Containers__Container *container =
        ((const Containerd__Containers__GetContainerResponse *)message)->container;
    if (container != NULL)
        keep(reader, container->id, &reader->fields->id, SCENARIO_TOLD_ID);
}

static ProtobufCBinaryData container_id_at(const void *message, size_t i)
{
    return ((const Containerd__Containers__ListContainersResponse *)message)->containers[i]->id;
}

static void read_containers(struct reader *reader, const void *message)
{
    keep_listed(reader, ((const Containerd__Containers__ListContainersResponse *)message)->n_containers,
                container_id_at, message);
}

static ProtobufCBinaryData streamed_id_at(const void *message, size_t i)
{
    (void)i;
    return ((const Containerd__Containers__ListContainerMessage *)message)->container->id;
}

static void read_streamed(struct reader *reader, const void *message)
{
    const Containerd__Containers__ListContainerMessage *one = message;
    keep_listed(reader, one->container != NULL, streamed_id_at, message);
}

static void read_name_space(struct reader *reader, const void *message)
{
    const Containerd__Namespaces__Namespace *name_space =
        ((const Containerd__Namespaces__GetNamespaceResponse *)message)->namespace_;
    if (name_space != NULL)
        keep(reader, name_space->name, &reader->fields->name, SCENARIO_TOLD_NAME);
}

static ProtobufCBinaryData name_at(const void *message, size_t i)
{
    return ((const Containerd__Namespaces__ListNamespacesResponse *)message)->namespaces[i]->name;
}

static void read_name_spaces(struct reader *reader, const void *message)
{
    keep_listed(reader, ((const Containerd__Namespaces__ListNamespacesResponse *)message)->n_namespaces, name_at,
                message);
}

static void read_lease(struct reader *reader, const void *message)
{
    const Containerd__Leases__Lease *lease = ((const Containerd__Leases__CreateResponse *)message)->lease;
    if (lease != NULL)
        keep(reader, lease->id, &reader->fields->id, SCENARIO_TOLD_ID);
}

/* ---- by rpc ---- */

static const struct {
    const char *rpc;
    const ProtobufCMessageDescriptor *descriptor;
    void (*read)(struct reader *reader, const void *message);
} answers[] = {
    {"Tasks.Get", &containerd__tasks__get_response__descriptor, read_get},
    {"Tasks.List", &containerd__tasks__list_tasks_response__descriptor, read_list_tasks},
    {"Tasks.Create", &containerd__tasks__create_task_response__descriptor, read_create_task},
    {"Tasks.Start", &containerd__tasks__start_response__descriptor, read_start},
    {"Tasks.Delete", &containerd__tasks__delete_response__descriptor, read_delete},
    {"Tasks.DeleteProcess", &containerd__tasks__delete_response__descriptor, read_delete},
    {"Tasks.Wait", &containerd__tasks__wait_response__descriptor, read_wait},
    {"Tasks.ListPids", &containerd__tasks__list_pids_response__descriptor, read_list_pids},
    {"Tasks.Metrics", &containerd__tasks__metrics_response__descriptor, read_metrics},
    {"Containers.Get", &containerd__containers__get_container_response__descriptor, read_container},
    {"Containers.Create", &containerd__containers__get_container_response__descriptor, read_container},
    {"Containers.Update", &containerd__containers__get_container_response__descriptor, read_container},
    {"Containers.List", &containerd__containers__list_containers_response__descriptor, read_containers},
    {"Containers.ListStream", &containerd__containers__list_container_message__descriptor, read_streamed},
    {"Namespaces.Get", &containerd__namespaces__get_namespace_response__descriptor, read_name_space},
    {"Namespaces.Create", &containerd__namespaces__get_namespace_response__descriptor, read_name_space},
    {"Namespaces.Update", &containerd__namespaces__get_namespace_response__descriptor, read_name_space},
    {"Leases.Create", &containerd__leases__create_response__descriptor, read_lease},
    {"Namespaces.List", &containerd__namespaces__list_namespaces_response__descriptor, read_name_spaces},
};

int message_read(struct text rpc, struct text message, struct region *region, struct scenario_told_fields *fields)
{
    struct reader reader = {.region = region, .fields = fields};
    ProtobufCMessage *unpacked;

    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (!text_is(rpc, answers[i].rpc))
            continue;
        int result = proto_unpack(&unpacked, answers[i].descriptor, message);
        if (result != 0)
            return result;
        answers[i].read(&reader, unpacked);
        proto_free(unpacked);
        return reader.failed ? ERROR_NO_MEMORY : 0;
    }
    return 0;
}
