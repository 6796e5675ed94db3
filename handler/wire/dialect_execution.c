/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "handler/wire/dialect.h"
#include "handler/wire/messages.h"
#include "proto/check.h"
#include "proto/execution.pb-c.h"

/*
 * The API of May 2017: one service, and events without topic, namespace, exec id or time of their own. An exit is the
 * kind of an event that names none, so a message without a byte is one: of pid 0, in a container without a name.
 */
#define SERVICE "/containerd.v1.services.ContainerService/"

static void encode_subscribe(struct text name_space, struct buffer *out)
{
    Containerd__Execution__EventsRequest request = CONTAINERD__EXECUTION__EVENTS_REQUEST__INIT;
    (void)name_space;
    message_pack(&request.base, out);
}

/* Create, Start, Delete and Info: whatever else they could say has the same place for the id. */
static void encode_id(struct text container_id, uint32_t signal, struct buffer *out)
{
    Containerd__Execution__InfoRequest request = CONTAINERD__EXECUTION__INFO_REQUEST__INIT;
    (void)signal;
    request.id = proto_bytes(container_id);
    message_pack(&request.base, out);
}

static void encode_list(struct text container_id, uint32_t signal, struct buffer *out)
{
    Containerd__Execution__ListRequest request = CONTAINERD__EXECUTION__LIST_REQUEST__INIT;
    (void)container_id;
    (void)signal;
    message_pack(&request.base, out);
}

static void encode_kill(struct text container_id, uint32_t signal, struct buffer *out)
{
    Containerd__Execution__KillRequest request = CONTAINERD__EXECUTION__KILL_REQUEST__INIT;
    request.id = proto_bytes(container_id);
    request.signal = signal;
    message_pack(&request.base, out);
}

/* ---- events ---- */

/* A number that the enum does not have stays a number in proto3. */
static enum task_event_kind kind_of(int type)
{
    switch (type) {
    case CONTAINERD__EXECUTION__EVENT_TYPE__EXIT: return TASK_EVENT_EXIT;
    case CONTAINERD__EXECUTION__EVENT_TYPE__OOM: return TASK_EVENT_OOM;
    case CONTAINERD__EXECUTION__EVENT_TYPE__CREATE: return TASK_EVENT_CREATE;
    case CONTAINERD__EXECUTION__EVENT_TYPE__START: return TASK_EVENT_START;
    case CONTAINERD__EXECUTION__EVENT_TYPE__EXEC_ADDED: return TASK_EVENT_EXEC_ADDED;
    case CONTAINERD__EXECUTION__EVENT_TYPE__EVENT_PAUSED: return TASK_EVENT_PAUSED;
    default: return TASK_EVENT_OTHER;
    }
}

static int decode_event(struct text message, struct decoded_event *ret_event, struct error *error)
{
    struct decoded_event event = {.envelope = NULL};
    int code = message_unpack(&event.envelope, &containerd__execution__event__descriptor, message, "an event", error);
    if (code != 0)
        return code;
    const Containerd__Execution__Event *unpacked = (const void *)event.envelope;
    event.task = (struct task_event){.kind = kind_of((int)unpacked->type),
                                     .container_id = proto_text(unpacked->id),
                                     .pid = unpacked->pid,
                                     .exit_status = unpacked->exit_status};
    code = message_timestamp(unpacked->exited_at, &event.task.exited_at, "an event", error);
    if (code != 0) {
        decoded_event_release(&event);
        return code;
    }
    *ret_event = event;
    return 0;
}

/* ---- answers ---- */

static int decode_deletion(struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    ProtobufCMessage *unpacked = NULL;
    int code = message_unpack(&unpacked, &containerd__execution__delete_response__descriptor, message,
                              "a DeleteResponse", error);
    if (code != 0)
        return code;
    const Containerd__Execution__DeleteResponse *response = (const void *)unpacked;
    struct decoded_answer answer = {.process = {.exit_status = response->exit_status, .tells_exit = true}};
    code = message_timestamp(response->exited_at, &answer.process.exited_at, "a DeleteResponse", error);
    proto_free(unpacked);
    if (code == 0)
        *ret_answer = answer;
    return code;
}

static enum process_status status_of(int status)
{
    switch (status) {
    case CONTAINERD__EXECUTION__STATUS__CREATED: return PROCESS_CREATED;
    case CONTAINERD__EXECUTION__STATUS__RUNNING: return PROCESS_RUNNING;
    case CONTAINERD__EXECUTION__STATUS__STOPPED: return PROCESS_STOPPED;
    case CONTAINERD__EXECUTION__STATUS__PAUSED: return PROCESS_PAUSED;
    default: return PROCESS_UNKNOWN;
    }
}

/* How a process has ended is told by its event and by Delete alone. */
static struct process_state read_container(const Containerd__Execution__Container *from)
{
    return (struct process_state){
        .container_id = proto_text(from->id), .status = status_of((int)from->status), .pid = from->pid};
}

static int decode_list(struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    static const char what[] = "a ListResponse";
    struct decoded_answer answer = {.message = NULL};
    int code = message_unpack(&answer.message, &containerd__execution__list_response__descriptor, message, what, error);
    if (code != 0)
        return code;
    const Containerd__Execution__ListResponse *response = (const void *)answer.message;
    code = decoded_answer_reserve(&answer, response->n_containers, what, error);
    if (code != 0) {
        decoded_answer_release(&answer);
        return code;
    }
    for (size_t i = 0; i < answer.process_count; i++)
        answer.processes[i] = read_container(response->containers[i]);
    *ret_answer = answer;
    return 0;
}

static int decode_info(struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    int code = message_unpack(&ret_answer->message, &containerd__execution__container__descriptor, message,
                              "a Container", error);
    if (code == 0)
        ret_answer->process = read_container((const void *)ret_answer->message);
    return code;
}

static int decode_create(struct text message, struct decoded_answer *ret_answer, struct error *error)
{
    ProtobufCMessage *unpacked = NULL;
    int code = message_unpack(&unpacked, &containerd__execution__create_response__descriptor, message,
                              "a CreateResponse", error);
    if (code != 0)
        return code;
    ret_answer->process.pid = ((const Containerd__Execution__CreateResponse *)(const void *)unpacked)->pid;
    proto_free(unpacked);
    return 0;
}

const struct dialect dialect_execution = {
    .subscribe_path = SERVICE "Events",
    .calls =
        {
            [MONITOR_CALL_DELETE] = {SERVICE "Delete", 0, encode_id, decode_deletion},
            [MONITOR_CALL_LIST] = {SERVICE "List", 0, encode_list, decode_list},
            [MONITOR_CALL_GET] = {SERVICE "Info", 0, encode_id, decode_info},
            [MONITOR_CALL_CREATE] = {SERVICE "Create", 0, encode_id, decode_create},
            [MONITOR_CALL_START] = {SERVICE "Start", 0, encode_id, NULL},
            [MONITOR_CALL_KILL] = {SERVICE "Kill", 0, encode_kill, NULL},
            [MONITOR_CALL_METRICS] = {.unsent_status = STATUS_UNIMPLEMENTED},
            [MONITOR_CALL_REMOVE] = {.unsent_status = STATUS_OK},
        },
    .encode_subscribe = encode_subscribe,
    .decode_event = decode_event,
};
