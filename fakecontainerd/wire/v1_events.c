/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/wire/v1.h"
#include "proto/events.pb-c.h"

void fake_v1_subscribe_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                              struct refusal *refusal)
{
    const Containerd__Events__SubscribeRequest *subscribe = (const void *)message;
    (void)refusal;
    fake_v1_filters_decode(subscribe->filters, subscribe->n_filters, request, room);
}

void fake_v1_publish_decode(const ProtobufCMessage *message, struct fake_request *request, struct dialect_room *room,
                            struct refusal *refusal)
{
    const Containerd__Events__PublishRequest *publish = (const void *)message;
    (void)room;
    (void)refusal;
    request->subject = proto_text(publish->topic);
}

/* ---- the bodies ---- */

static void pack_create(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__TaskCreate body = CONTAINERD__EVENTS__TASK_CREATE__INIT;
    Containerd__Events__TaskIO io = CONTAINERD__EVENTS__TASK_IO__INIT;
    struct buffer bundle = BUFFER_INIT;

    (void)buffer_append_text(&bundle, text_of("/run/containerd/io.containerd.runtime.v2.task/"));
    (void)buffer_append_text(&bundle, published->name_space);
    (void)buffer_append_text(&bundle, text_of("/"));
    (void)buffer_append_text(&bundle, published->container_id);
    body.container_id = proto_bytes(published->container_id);
    body.bundle = proto_bytes(buffer_text(&bundle));
    body.io = &io;
    body.pid = published->pid;
    if (bundle.failed)
        out->failed = true;
    else
        dialect_pack(&body.base, out);
    buffer_release(&bundle);
}

static void pack_start(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__TaskStart body = CONTAINERD__EVENTS__TASK_START__INIT;
    body.container_id = proto_bytes(published->container_id);
    body.pid = published->pid;
    dialect_pack(&body.base, out);
}

/* NULL where it is not told. */
static Google__Protobuf__Timestamp *exited_at_of(const struct fake_published *published,
                                                 Google__Protobuf__Timestamp *timestamp)
{
    switch (published->exited_at.kind) {
    case FAKE_EXITED_AT_TIME: fake_v1_timestamp(timestamp, published->exited_at_ns); return timestamp;
    case FAKE_EXITED_AT_ABSENT: break;
    case FAKE_EXITED_AT_RAW: dialect_raw_time(&published->exited_at, timestamp); return timestamp;
    }
    return NULL;
}

static void pack_exit(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__TaskExit body = CONTAINERD__EVENTS__TASK_EXIT__INIT;
    Google__Protobuf__Timestamp exited_at;
    body.container_id = proto_bytes(published->container_id);
    body.id = proto_bytes(published->process_id);
    body.pid = published->pid;
    body.exit_status = published->exit_status;
    body.exited_at = exited_at_of(published, &exited_at);
    dialect_pack(&body.base, out);
}

static void pack_oom(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__TaskOOM body = CONTAINERD__EVENTS__TASK_OOM__INIT;
    body.container_id = proto_bytes(published->container_id);
    dialect_pack(&body.base, out);
}

static void pack_paused(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__TaskPaused body = CONTAINERD__EVENTS__TASK_PAUSED__INIT;
    body.container_id = proto_bytes(published->container_id);
    dialect_pack(&body.base, out);
}

static void pack_resumed(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__TaskResumed body = CONTAINERD__EVENTS__TASK_RESUMED__INIT;
    body.container_id = proto_bytes(published->container_id);
    dialect_pack(&body.base, out);
}

static void pack_delete(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__TaskDelete body = CONTAINERD__EVENTS__TASK_DELETE__INIT;
    Google__Protobuf__Timestamp exited_at;
    body.container_id = proto_bytes(published->container_id);
    body.pid = published->pid;
    body.exit_status = published->exit_status;
    fake_v1_timestamp(&exited_at, published->exited_at_ns);
    body.exited_at = &exited_at;
    dialect_pack(&body.base, out);
}

static void pack_exec_added(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__TaskExecAdded body = CONTAINERD__EVENTS__TASK_EXEC_ADDED__INIT;
    body.container_id = proto_bytes(published->container_id);
    body.exec_id = proto_bytes(published->process_id);
    dialect_pack(&body.base, out);
}

static void pack_exec_started(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__TaskExecStarted body = CONTAINERD__EVENTS__TASK_EXEC_STARTED__INIT;
    body.container_id = proto_bytes(published->container_id);
    body.exec_id = proto_bytes(published->process_id);
    body.pid = published->pid;
    dialect_pack(&body.base, out);
}

static void pack_container_create(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__ContainerCreate body = CONTAINERD__EVENTS__CONTAINER_CREATE__INIT;
    Containerd__Events__Runtime runtime = CONTAINERD__EVENTS__RUNTIME__INIT;
    body.id = proto_bytes(published->container_id);
    body.image = proto_bytes(published->image);
    runtime.name = proto_bytes(published->runtime_name);
    body.runtime = &runtime;
    dialect_pack(&body.base, out);
}

static void pack_container_delete(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__ContainerDelete body = CONTAINERD__EVENTS__CONTAINER_DELETE__INIT;
    body.id = proto_bytes(published->container_id);
    dialect_pack(&body.base, out);
}

static void pack_container_update(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__ContainerUpdate body = CONTAINERD__EVENTS__CONTAINER_UPDATE__INIT;
    body.id = proto_bytes(published->container_id);
    body.image = proto_bytes(published->image);
    dialect_pack(&body.base, out);
}

static void pack_name_space(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__NamespaceCreate body = CONTAINERD__EVENTS__NAMESPACE_CREATE__INIT;
    body.name = proto_bytes(published->container_id);
    dialect_pack(&body.base, out);
}

static const struct body {
    const char *type_url;
    void (*pack)(const struct fake_published *published, struct buffer *out);
} bodies[] = {
    [FAKE_TOPIC_TASK_CREATE] = {"containerd.events.TaskCreate", pack_create},
    [FAKE_TOPIC_TASK_START] = {"containerd.events.TaskStart", pack_start},
    [FAKE_TOPIC_TASK_EXIT] = {"containerd.events.TaskExit", pack_exit},
    [FAKE_TOPIC_TASK_OOM] = {"containerd.events.TaskOOM", pack_oom},
    [FAKE_TOPIC_TASK_PAUSED] = {"containerd.events.TaskPaused", pack_paused},
    [FAKE_TOPIC_TASK_RESUMED] = {"containerd.events.TaskResumed", pack_resumed},
    [FAKE_TOPIC_TASK_DELETE] = {"containerd.events.TaskDelete", pack_delete},
    [FAKE_TOPIC_EXEC_ADDED] = {"containerd.events.TaskExecAdded", pack_exec_added},
    [FAKE_TOPIC_EXEC_STARTED] = {"containerd.events.TaskExecStarted", pack_exec_started},
    [FAKE_TOPIC_CONTAINER_CREATE] = {"containerd.events.ContainerCreate", pack_container_create},
    [FAKE_TOPIC_CONTAINER_UPDATE] = {"containerd.events.ContainerUpdate", pack_container_update},
    [FAKE_TOPIC_CONTAINER_DELETE] = {"containerd.events.ContainerDelete", pack_container_delete},
    [FAKE_TOPIC_NAMESPACE_CREATE] = {"containerd.events.NamespaceCreate", pack_name_space},
    [FAKE_TOPIC_NAMESPACE_UPDATE] = {"containerd.events.NamespaceUpdate", pack_name_space},
    [FAKE_TOPIC_NAMESPACE_DELETE] = {"containerd.events.NamespaceDelete", pack_name_space},
};

/* ---- the envelope ---- */

bool fake_v1_event_encode(const struct fake_published *published, struct buffer *out)
{
    Containerd__Events__Envelope envelope = CONTAINERD__EVENTS__ENVELOPE__INIT;
    Google__Protobuf__Timestamp timestamp;
    Google__Protobuf__Any event = GOOGLE__PROTOBUF__ANY__INIT;
    struct buffer body = BUFFER_INIT;

    bodies[published->topic].pack(published, &body);
    if (published->unknown_field)
        dialect_pack_unknown_field(&body);
    if (published->damage == FAKE_DAMAGE_BODY)
        dialect_pack_broken_field(&body);
    event.type_url = proto_bytes(text_of(published->damage == FAKE_DAMAGE_TYPE ? "containerd.events.Unheard"
                                                                               : bodies[published->topic].type_url));
    event.value = proto_bytes(buffer_text(&body));
    fake_v1_timestamp(&timestamp, published->published_at_ns);
    envelope.timestamp = &timestamp;
    envelope.namespace_ = proto_bytes(published->name_space);
    envelope.topic = proto_bytes(text_of(fake_topic_text(published->topic)));
    envelope.event = &event;
    if (body.failed)
        out->failed = true;
    else
        dialect_pack(&envelope.base, out);
    buffer_release(&body);
    return true;
}
