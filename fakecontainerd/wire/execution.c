/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/wire/execution.h"
#include "base/status.h"
#include "proto/empty.pb-c.h"
#include "proto/execution.pb-c.h"

#define SERVICE "containerd.v1.services.ContainerService"

static const struct dialect_method methods[] = {
    {SERVICE, "Create", FAKE_TASKS_CREATE, false, &containerd__execution__create_request__descriptor,
     fake_execution_create_decode, fake_execution_create_encode},
    {SERVICE, "Start", FAKE_TASKS_START, false, &containerd__execution__start_request__descriptor,
     fake_execution_start_decode, fake_execution_empty_encode},
    {SERVICE, "Delete", FAKE_TASKS_DELETE, false, &containerd__execution__delete_request__descriptor,
     fake_execution_delete_decode, fake_execution_delete_encode},
    {SERVICE, "Info", FAKE_TASKS_GET, false, &containerd__execution__info_request__descriptor,
     fake_execution_info_decode, fake_execution_info_encode},
    {SERVICE, "List", FAKE_TASKS_LIST, false, &containerd__execution__list_request__descriptor, NULL,
     fake_execution_list_encode},
    {SERVICE, "Kill", FAKE_TASKS_KILL, false, &containerd__execution__kill_request__descriptor,
     fake_execution_kill_decode, fake_execution_empty_encode},
    {SERVICE, "Events", FAKE_EVENTS_SUBSCRIBE, true, &containerd__execution__events_request__descriptor, NULL, NULL},
};

/* Its errors were plain ones of Go: whatever was wrong, the code is UNKNOWN, and only the text tells. */
static void translate(struct fake_response *response)
{
    /* A process that has ended is not a container that is gone. */
    if (response->status == STATUS_NOT_FOUND && !text_starts_with(response->message, "process already finished"))
        response->message = text_of("container does not exist");
    if (response->status == STATUS_ALREADY_EXISTS)
        response->message = text_of("container with id already exists");
    response->status = STATUS_UNKNOWN;
}

const struct dialect fake_dialect_execution = {
    .methods = methods,
    .method_count = sizeof methods / sizeof methods[0],
    .encode_event = fake_execution_event_encode,
    .translate = translate,
    .malformed_path_status = STATUS_INVALID_ARGUMENT,
    .says_less = true,
    .has_name_spaces = false,
};

/* ---- events ---- */

enum { UNHEARD_OF = 99 }; /* a number that no event has */

/* The type of 2017, or -1 where it had none. */
static int type_of(enum fake_event_topic topic)
{
    switch (topic) {
    case FAKE_TOPIC_TASK_CREATE: return CONTAINERD__EXECUTION__EVENT_TYPE__CREATE;
    case FAKE_TOPIC_TASK_START: return CONTAINERD__EXECUTION__EVENT_TYPE__START;
    case FAKE_TOPIC_TASK_EXIT: return CONTAINERD__EXECUTION__EVENT_TYPE__EXIT;
    case FAKE_TOPIC_TASK_OOM: return CONTAINERD__EXECUTION__EVENT_TYPE__OOM;
    case FAKE_TOPIC_TASK_PAUSED: return CONTAINERD__EXECUTION__EVENT_TYPE__EVENT_PAUSED;
    case FAKE_TOPIC_EXEC_ADDED: return CONTAINERD__EXECUTION__EVENT_TYPE__EXEC_ADDED;
    case FAKE_TOPIC_TASK_RESUMED:
    case FAKE_TOPIC_TASK_DELETE:
    case FAKE_TOPIC_EXEC_STARTED:
    case FAKE_TOPIC_CONTAINER_CREATE:
    case FAKE_TOPIC_CONTAINER_UPDATE:
    case FAKE_TOPIC_CONTAINER_DELETE:
    case FAKE_TOPIC_NAMESPACE_CREATE:
    case FAKE_TOPIC_NAMESPACE_UPDATE:
    case FAKE_TOPIC_NAMESPACE_DELETE: break;
    }
    return -1;
}

/* The server never filled it in, and its encoder wrote it all the same: Go's zero time, of an exit as of all others. */
static Google__Protobuf__Timestamp *exited_at_of(const struct fake_published *published,
                                                 Google__Protobuf__Timestamp *timestamp)
{
    switch (published->exited_at.kind) {
    case FAKE_EXITED_AT_TIME: proto_timestamp_set_zero(timestamp); return timestamp;
    case FAKE_EXITED_AT_ABSENT: break;
    case FAKE_EXITED_AT_RAW: dialect_raw_time(&published->exited_at, timestamp); return timestamp;
    }
    return NULL;
}

bool fake_execution_event_encode(const struct fake_published *published, struct buffer *out)
{
    Containerd__Execution__Event message = CONTAINERD__EXECUTION__EVENT__INIT;
    Google__Protobuf__Timestamp exited_at;
    int type = type_of(published->topic);

    if (type < 0)
        return false;
    message.id = proto_bytes(published->container_id);
    message.type = (Containerd__Execution__EventType)(published->damage == FAKE_DAMAGE_TYPE ? UNHEARD_OF : type);
    message.pid = published->pid;
    message.exit_status = published->exit_status;
    message.exited_at = exited_at_of(published, &exited_at);
    dialect_pack(&message.base, out);
    if (published->unknown_field)
        dialect_pack_unknown_field(out);
    if (published->damage == FAKE_DAMAGE_BODY)
        dialect_pack_broken_field(out);
    return true;
}
