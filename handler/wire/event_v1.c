/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/event_v1.h"

#include <stddef.h>

#include "handler/wire/messages.h"
#include "proto/check.h"
#include "proto/events.pb-c.h"

/* Where a body's fields lie in its struct; 0 for one that it does not have (there lies protobuf-c's own base). */
struct body_type {
    const char *name;
    enum task_event_kind kind;
    const ProtobufCMessageDescriptor *descriptor;
    size_t container_id_at;
    size_t process_id_at;
    size_t pid_at;
    size_t exit_status_at;
    size_t exited_at_at;
};

#define AT(type, member) offsetof(Containerd__Events__##type, member)

static const struct body_type body_types[] = {
    {"containerd.events.TaskExit", TASK_EVENT_EXIT, &containerd__events__task_exit__descriptor,
     AT(TaskExit, container_id), AT(TaskExit, id), AT(TaskExit, pid), AT(TaskExit, exit_status),
     AT(TaskExit, exited_at)},
    {"containerd.events.TaskDelete", TASK_EVENT_DELETE, &containerd__events__task_delete__descriptor,
     AT(TaskDelete, container_id), AT(TaskDelete, id), AT(TaskDelete, pid), AT(TaskDelete, exit_status),
     AT(TaskDelete, exited_at)},
    {"containerd.events.TaskCreate", TASK_EVENT_CREATE, &containerd__events__task_create__descriptor,
     AT(TaskCreate, container_id), 0, AT(TaskCreate, pid), 0, 0},
    {"containerd.events.TaskStart", TASK_EVENT_START, &containerd__events__task_start__descriptor,
     AT(TaskStart, container_id), 0, AT(TaskStart, pid), 0, 0},
    {"containerd.events.TaskExecAdded", TASK_EVENT_EXEC_ADDED, &containerd__events__task_exec_added__descriptor,
     AT(TaskExecAdded, container_id), AT(TaskExecAdded, exec_id), 0, 0, 0},
    {"containerd.events.TaskExecStarted", TASK_EVENT_EXEC_STARTED, &containerd__events__task_exec_started__descriptor,
     AT(TaskExecStarted, container_id), AT(TaskExecStarted, exec_id), AT(TaskExecStarted, pid), 0, 0},
    {"containerd.events.TaskOOM", TASK_EVENT_OOM, &containerd__events__task_oom__descriptor, AT(TaskOOM, container_id),
     0, 0, 0, 0},
    {"containerd.events.TaskPaused", TASK_EVENT_PAUSED, &containerd__events__task_paused__descriptor,
     AT(TaskPaused, container_id), 0, 0, 0, 0},
    {"containerd.events.TaskResumed", TASK_EVENT_RESUMED, &containerd__events__task_resumed__descriptor,
     AT(TaskResumed, container_id), 0, 0, 0, 0},
};

static const void *member_at(const ProtobufCMessage *body, size_t offset)
{
    return (const char *)body + offset;
}

static int read_body(const ProtobufCMessage *body, const struct body_type *type, struct task_event *task,
                     struct error *error)
{
    task->kind = type->kind;
    task->container_id = proto_text(*(const ProtobufCBinaryData *)member_at(body, type->container_id_at));
    if (type->process_id_at != 0)
        task->process_id = proto_text(*(const ProtobufCBinaryData *)member_at(body, type->process_id_at));
    if (type->pid_at != 0)
        task->pid = *(const uint32_t *)member_at(body, type->pid_at);
    if (type->exit_status_at != 0)
        task->exit_status = *(const uint32_t *)member_at(body, type->exit_status_at);
    if (type->exited_at_at == 0)
        return 0;
    Google__Protobuf__Timestamp *const *exited_at = member_at(body, type->exited_at_at);
    return message_timestamp(*exited_at, &task->exited_at, type->name, error);
}

/* What stands after the last '/': the host that may come before it names nobody that we would ask. */
static struct text type_name(struct text type_url)
{
    size_t start = type_url.length;
    while (start > 0 && type_url.bytes[start - 1] != '/')
        start--;
    struct text name = {start < type_url.length ? type_url.bytes + start : NULL, type_url.length - start};
    return name;
}

static const struct body_type *body_type_of(const Google__Protobuf__Any *any)
{
    if (any == NULL)
        return NULL;
    struct text name = type_name(proto_text(any->type_url));
    for (size_t i = 0; i < sizeof body_types / sizeof body_types[0]; i++)
        if (text_is(name, body_types[i].name))
            return &body_types[i];
    return NULL;
}

static int decode_body(const Google__Protobuf__Any *any, struct decoded_event *event, struct error *error)
{
    const struct body_type *type = body_type_of(any);
    if (type == NULL)
        return 0;
    int code = message_unpack(&event->body, type->descriptor, proto_text(any->value), type->name, error);
    return code != 0 ? code : read_body(event->body, type, &event->task, error);
}

int event_v1_decode(struct text message, struct decoded_event *ret_event, struct error *error)
{
    struct decoded_event event = {.task = {.kind = TASK_EVENT_OTHER}};
    int code = message_unpack(&event.envelope, &containerd__events__envelope__descriptor, message, "an event", error);
    if (code != 0)
        return code;
    const Containerd__Events__Envelope *envelope = (const void *)event.envelope;
    event.task.topic = proto_text(envelope->topic);
    event.task.name_space = proto_text(envelope->namespace_);
    code = message_timestamp(envelope->timestamp, &event.task.published_at, "an event", error);
    if (code == 0)
        code = decode_body(envelope->event, &event, error);
    if (code != 0) {
        decoded_event_release(&event);
        return code;
    }
    *ret_event = event;
    return 0;
}
