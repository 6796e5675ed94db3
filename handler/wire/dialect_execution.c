/* SPDX-License-Identifier: Apache-2.0 */
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

static void encode_delete(struct text container_id, struct buffer *out)
{
    Containerd__Execution__DeleteRequest request = CONTAINERD__EXECUTION__DELETE_REQUEST__INIT;
    request.id = proto_bytes(container_id);
    message_pack(&request.base, out);
}

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

static int decode_deletion(struct text message, struct decoded_deletion *ret_deletion, struct error *error)
{
    ProtobufCMessage *unpacked = NULL;
    int code = message_unpack(&unpacked, &containerd__execution__delete_response__descriptor, message,
                              "a DeleteResponse", error);
    if (code != 0)
        return code;
    const Containerd__Execution__DeleteResponse *response = (const void *)unpacked;
    struct decoded_deletion deletion = {.exit_status = response->exit_status};
    code = message_timestamp(response->exited_at, &deletion.exited_at, "a DeleteResponse", error);
    proto_free(unpacked);
    if (code == 0)
        *ret_deletion = deletion;
    return code;
}

const struct dialect dialect_execution = {
    .subscribe_path = SERVICE "Events",
    .delete_path = SERVICE "Delete",
    .encode_subscribe = encode_subscribe,
    .encode_delete = encode_delete,
    .decode_event = decode_event,
    .decode_deletion = decode_deletion,
};
