/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "base/error.h"
#include "harness/client/messages.h"
#include "proto/check.h"
#include "proto/events.pb-c.h"

/* Where a body's fields lie in its struct; 0 for one that it does not have (there lies protobuf-c's own base). */
struct body {
    const char *topic;
    const ProtobufCMessageDescriptor *descriptor;
    size_t container_at;
    size_t exec_at;
    size_t name_at;
    size_t pid_at;
    size_t code_at;
    size_t exited_at_at;
};

#define AT(type, member) offsetof(Containerd__Events__##type, member)

static const struct body bodies[] = {
    {"/namespaces/create", &containerd__events__namespace_create__descriptor, 0, 0, AT(NamespaceCreate, name), 0, 0, 0},
    {"/namespaces/update", &containerd__events__namespace_create__descriptor, 0, 0, AT(NamespaceCreate, name), 0, 0, 0},
    {"/namespaces/delete", &containerd__events__namespace_create__descriptor, 0, 0, AT(NamespaceCreate, name), 0, 0, 0},
    {"/containers/create", &containerd__events__container_create__descriptor, AT(ContainerCreate, id), 0, 0, 0, 0, 0},
    {"/containers/update", &containerd__events__container_update__descriptor, AT(ContainerUpdate, id), 0, 0, 0, 0, 0},
    {"/containers/delete", &containerd__events__container_delete__descriptor, AT(ContainerDelete, id), 0, 0, 0, 0, 0},
    {"/tasks/create", &containerd__events__task_create__descriptor, AT(TaskCreate, container_id), 0, 0,
     AT(TaskCreate, pid), 0, 0},
    {"/tasks/start", &containerd__events__task_start__descriptor, AT(TaskStart, container_id), 0, 0, AT(TaskStart, pid),
     0, 0},
    {"/tasks/exec-added", &containerd__events__task_exec_added__descriptor, AT(TaskExecAdded, container_id),
     AT(TaskExecAdded, exec_id), 0, 0, 0, 0},
    {"/tasks/exec-started", &containerd__events__task_exec_started__descriptor, AT(TaskExecStarted, container_id),
     AT(TaskExecStarted, exec_id), 0, AT(TaskExecStarted, pid), 0, 0},
    {"/tasks/exit", &containerd__events__task_exit__descriptor, AT(TaskExit, container_id), AT(TaskExit, id), 0,
     AT(TaskExit, pid), AT(TaskExit, exit_status), AT(TaskExit, exited_at)},
    {"/tasks/oom", &containerd__events__task_oom__descriptor, AT(TaskOOM, container_id), 0, 0, 0, 0, 0},
    {"/tasks/paused", &containerd__events__task_paused__descriptor, AT(TaskPaused, container_id), 0, 0, 0, 0, 0},
    {"/tasks/resumed", &containerd__events__task_resumed__descriptor, AT(TaskResumed, container_id), 0, 0, 0, 0, 0},
    {"/tasks/delete", &containerd__events__task_delete__descriptor, AT(TaskDelete, container_id), 0, 0,
     AT(TaskDelete, pid), AT(TaskDelete, exit_status), AT(TaskDelete, exited_at)},
};

static const struct body *body_of(struct text topic)
{
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        if (text_is(topic, bodies[i].topic))
            return &bodies[i];
    return NULL;
}

static const void *member_at(const ProtobufCMessage *body, size_t offset)
{
    return (const char *)body + offset;
}

static int read_text_at(const ProtobufCMessage *from, size_t offset, struct region *region, struct text *to)
{
    if (offset == 0)
        return 0;
    return message_keep(region, proto_text(*(const ProtobufCBinaryData *)member_at(from, offset)), to);
}

static uint32_t number_at(const ProtobufCMessage *from, size_t offset)
{
    return offset != 0 ? *(const uint32_t *)member_at(from, offset) : 0;
}

static int read_fields(const ProtobufCMessage *from, const struct body *body, struct region *region,
                       struct scenario_told_fields *fields)
{
    int result = read_text_at(from, body->container_at, region, &fields->container);
    if (result == 0)
        result = read_text_at(from, body->exec_at, region, &fields->exec);
    if (result == 0)
        result = read_text_at(from, body->name_at, region, &fields->name);
    fields->pid = number_at(from, body->pid_at);
    fields->code = number_at(from, body->code_at);
    fields->told |= (body->container_at != 0 ? SCENARIO_TOLD_CONTAINER : 0U) |
                    (body->exec_at != 0 ? SCENARIO_TOLD_EXEC : 0U) | (body->name_at != 0 ? SCENARIO_TOLD_NAME : 0U) |
                    (body->pid_at != 0 ? SCENARIO_TOLD_PID : 0U) | (body->code_at != 0 ? SCENARIO_TOLD_CODE : 0U);
    if (body->exited_at_at != 0) {
        Google__Protobuf__Timestamp *const *stamp = member_at(from, body->exited_at_at);
        fields->told |= SCENARIO_TOLD_EXITED_AT;
        fields->exited_at.absent = *stamp == NULL;
        fields->exited_at.seconds = *stamp != NULL ? (*stamp)->seconds : 0;
        fields->exited_at.nanos = *stamp != NULL ? (*stamp)->nanos : 0;
    }
    /* An init's exit carries the container's id a second time: no exec is meant. */
    if (body->exited_at_at != 0 && body->exec_at != 0 && text_equal(fields->exec, fields->container)) {
        fields->exec = text_of(NULL);
        fields->told &= ~(uint32_t)SCENARIO_TOLD_EXEC;
    }
    return result;
}

static int read_body(const Containerd__Events__Envelope *envelope, struct region *region, struct scenario_heard *heard)
{
    const struct body *body = body_of(heard->topic);
    ProtobufCMessage *unpacked;
    if (body == NULL || envelope->event == NULL)
        return 0;
    int result = proto_unpack(&unpacked, body->descriptor, proto_text(envelope->event->value));
    if (result != 0)
        return result;
    result = read_fields(unpacked, body, region, &heard->fields);
    proto_free(unpacked);
    return result;
}

int message_read_event(struct text message, struct region *region, struct scenario_heard *heard)
{
    ProtobufCMessage *unpacked;
    int result = proto_unpack(&unpacked, &containerd__events__envelope__descriptor, message);
    if (result != 0)
        return result;
    const Containerd__Events__Envelope *envelope = (const void *)unpacked;
    result = message_keep(region, proto_text(envelope->topic), &heard->topic);
    if (result == 0)
        result = message_keep(region, proto_text(envelope->namespace_), &heard->fields.name_space);
    heard->fields.told = SCENARIO_TOLD_NAME_SPACE;
    if (result == 0)
        result = read_body(envelope, region, heard);
    proto_free(unpacked);
    return result;
}
