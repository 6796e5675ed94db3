/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/calls_v1.h"

#include "handler/wire/messages.h"
#include "proto/check.h"
#include "proto/metrics.pb-c.h"
#include "proto/tasks.pb-c.h"

/* ---- requests ---- */

/* Delete, Get, Create, Start of a task and Delete of a container: whatever else they could say has the same place for
 * the id. */
void calls_v1_encode_id(struct text container_id, uint32_t signal, struct buffer *out)
{
    Containerd__Tasks__GetRequest request = CONTAINERD__TASKS__GET_REQUEST__INIT;
    (void)signal;
    request.container_id = proto_bytes(container_id);
    message_pack(&request.base, out);
}

void calls_v1_encode_list(struct text container_id, uint32_t signal, struct buffer *out)
{
    Containerd__Tasks__ListTasksRequest request = CONTAINERD__TASKS__LIST_TASKS_REQUEST__INIT;
    (void)container_id;
    (void)signal;
    message_pack(&request.base, out);
}

void calls_v1_encode_kill(struct text container_id, uint32_t signal, struct buffer *out)
{
    Containerd__Tasks__KillRequest request = CONTAINERD__TASKS__KILL_REQUEST__INIT;
    request.container_id = proto_bytes(container_id);
    request.signal = signal;
    message_pack(&request.base, out);
}

void calls_v1_encode_metrics(struct text container_id, uint32_t signal, struct buffer *out)
{
    Containerd__Tasks__MetricsRequest request = CONTAINERD__TASKS__METRICS_REQUEST__INIT;
    struct buffer filter = BUFFER_INIT;

    (void)signal;
    (void)buffer_printf(&filter, "id==");
    (void)buffer_append_json(&filter, container_id);
    ProtobufCBinaryData filters[1] = {proto_bytes(buffer_text(&filter))};
    request.n_filters = 1;
    request.filters = filters;
    if (filter.failed)
        out->failed = true;
    else
        message_pack(&request.base, out);
    buffer_release(&filter);
}

/* ---- answers ---- */

int calls_v1_decode_deletion(struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    ProtobufCMessage *unpacked = NULL;
    int code =
        message_unpack(&unpacked, &containerd__tasks__delete_response__descriptor, message, "a DeleteResponse", error);
    if (code != 0)
        return code;
    const Containerd__Tasks__DeleteResponse *response = (const void *)unpacked;
    struct decoded_answer answer = {
        .process = {.pid = response->pid, .exit_status = response->exit_status, .tells_exit = true}};
    code = message_timestamp(response->exited_at, &answer.process.exited_at, "a DeleteResponse", error);
    proto_free(unpacked);
    if (code == 0)
        *ret_answer = answer;
    return code;
}

/* A number that the enum does not have stays a number in proto3. */
static enum process_status status_of(int status)
{
    switch (status) {
    case CONTAINERD__TASKS__STATUS__CREATED: return PROCESS_CREATED;
    case CONTAINERD__TASKS__STATUS__RUNNING: return PROCESS_RUNNING;
    case CONTAINERD__TASKS__STATUS__STOPPED: return PROCESS_STOPPED;
    case CONTAINERD__TASKS__STATUS__PAUSED:
    case CONTAINERD__TASKS__STATUS__PAUSING: return PROCESS_PAUSED;
    default: return PROCESS_UNKNOWN;
    }
}

static int read_process(const Containerd__Tasks__Process *from, struct process_state *process, const char *what,
                        struct error *error)
{
    *process =
        (struct process_state){.container_id = proto_text(from->container_id.len > 0 ? from->container_id : from->id),
                               .status = status_of((int)from->status),
                               .pid = from->pid,
                               .exit_status = from->exit_status};
    process->tells_exit = process->status == PROCESS_STOPPED;
    return message_timestamp(from->exited_at, &process->exited_at, what, error);
}

int calls_v1_decode_list(struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    static const char what[] = "a ListTasksResponse";
    struct decoded_answer answer = {.message = NULL};
    int code =
        message_unpack(&answer.message, &containerd__tasks__list_tasks_response__descriptor, message, what, error);
    if (code != 0)
        return code;
    const Containerd__Tasks__ListTasksResponse *response = (const void *)answer.message;
    code = decoded_answer_reserve(&answer, response->n_tasks, what, error);
    for (size_t i = 0; code == 0 && i < answer.process_count; i++)
        code = read_process(response->tasks[i], &answer.processes[i], what, error);
    if (code != 0)
        decoded_answer_release(&answer);
    else
        *ret_answer = answer;
    return code;
}

int calls_v1_decode_get(struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    static const char what[] = "a GetResponse";
    struct decoded_answer answer = {.message = NULL};
    int code = message_unpack(&answer.message, &containerd__tasks__get_response__descriptor, message, what, error);
    if (code != 0)
        return code;
    const Containerd__Tasks__GetResponse *response = (const void *)answer.message;
    if (response->process == NULL)
        code = error_set(error, ERROR_MALFORMED, "%s holds no process", what);
    else
        code = read_process(response->process, &answer.process, what, error);
    if (code != 0)
        decoded_answer_release(&answer);
    else
        *ret_answer = answer;
    return code;
}

int calls_v1_decode_create(struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    ProtobufCMessage *unpacked = NULL;
    int code = message_unpack(&unpacked, &containerd__tasks__create_task_response__descriptor, message,
                              "a CreateTaskResponse", error);
    if (code != 0)
        return code;
    ret_answer->process.pid = ((const Containerd__Tasks__CreateTaskResponse *)(const void *)unpacked)->pid;
    proto_free(unpacked);
    return 0;
}

int calls_v1_decode_start(struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    ProtobufCMessage *unpacked = NULL;
    int code =
        message_unpack(&unpacked, &containerd__tasks__start_response__descriptor, message, "a StartResponse", error);
    if (code != 0)
        return code;
    ret_answer->process.pid = ((const Containerd__Tasks__StartResponse *)(const void *)unpacked)->pid;
    proto_free(unpacked);
    return 0;
}

/* ---- metrics ---- */

static int read_cgroup_v1(struct text bytes, struct decoded_answer *ret_answer, struct error *error)
{
    ProtobufCMessage *unpacked = NULL;
    int code = message_unpack(&unpacked, &containerd__metrics__metrics_v1__descriptor, bytes, "cgroup metrics", error);
    if (code != 0)
        return code;
    const Containerd__Metrics__MetricsV1 *metrics = (const void *)unpacked;
    ret_answer->tells_kills = metrics->memory_oom_control != NULL;
    ret_answer->oom_kills = ret_answer->tells_kills ? metrics->memory_oom_control->oom_kill : 0;
    proto_free(unpacked);
    return 0;
}

static int read_cgroup_v2(struct text bytes, struct decoded_answer *ret_answer, struct error *error)
{
    ProtobufCMessage *unpacked = NULL;
    int code = message_unpack(&unpacked, &containerd__metrics__metrics_v2__descriptor, bytes, "cgroup metrics", error);
    if (code != 0)
        return code;
    const Containerd__Metrics__MetricsV2 *metrics = (const void *)unpacked;
    ret_answer->tells_kills = metrics->memory_events != NULL;
    ret_answer->oom_kills = ret_answer->tells_kills ? metrics->memory_events->oom_kill : 0;
    proto_free(unpacked);
    return 0;
}

/* One task was asked for. That there is none, or metrics of another kind, says nothing of kills. */
int calls_v1_decode_metrics(struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    ProtobufCMessage *unpacked = NULL;
    int code = message_unpack(&unpacked, &containerd__tasks__metrics_response__descriptor, message, "a MetricsResponse",
                              error);
    if (code != 0)
        return code;
    const Containerd__Tasks__MetricsResponse *response = (const void *)unpacked;
    const Google__Protobuf__Any *data = response->n_metrics > 0 ? response->metrics[0]->data : NULL;
    if (proto_any_is(data, "io.containerd.cgroups.v1.Metrics"))
        code = read_cgroup_v1(proto_text(data->value), ret_answer, error);
    else if (proto_any_is(data, "io.containerd.cgroups.v2.Metrics"))
        code = read_cgroup_v2(proto_text(data->value), ret_answer, error);
    proto_free(unpacked);
    return code;
}
