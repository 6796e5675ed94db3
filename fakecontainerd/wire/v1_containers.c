/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "fakecontainerd/wire/v1.h"
#include "proto/containers.pb-c.h"

void fake_v1_containers_get_decode(const ProtobufCMessage *message, struct fake_request *request,
                                   struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Containers__GetContainerRequest *get = (const void *)message;
    (void)room;
    (void)refusal;
    request->container_id = proto_text(get->id);
}

void fake_v1_containers_list_decode(const ProtobufCMessage *message, struct fake_request *request,
                                    struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Containers__ListContainersRequest *list = (const void *)message;
    (void)refusal;
    fake_v1_filters_decode(list->filters, list->n_filters, request, room);
}

static struct fake_any any_of(const Google__Protobuf__Any *any)
{
    if (any == NULL)
        return (struct fake_any){{NULL, 0}, {NULL, 0}};
    return (struct fake_any){proto_text(any->type_url), proto_text(any->value)};
}

/* A label without a value is none: containerd does not keep it. */
static void decode_labels(const Containerd__Containers__Container *from, struct fake_container *container,
                          struct dialect_room *room)
{
    for (size_t i = 0; i < from->n_labels; i++) {
        struct fake_label label = {proto_text(from->labels[i]->key), proto_text(from->labels[i]->value)};
        if (label.value.length > 0)
            (void)buffer_append(&room->labels, &label, sizeof label);
    }
    container->labels = (const struct fake_label *)(const void *)room->labels.bytes;
    container->label_count = room->labels.length / sizeof(struct fake_label);
}

static void decode_container(const Containerd__Containers__Container *from, struct fake_request *request,
                             struct dialect_room *room)
{
    struct fake_container *container = &request->container;
    if (from == NULL)
        return;
    container->id = request->container_id = proto_text(from->id);
    container->image = proto_text(from->image);
    if (from->runtime != NULL) {
        container->runtime_name = proto_text(from->runtime->name);
        container->runtime_options = any_of(from->runtime->options);
    }
    container->snapshotter = proto_text(from->snapshotter);
    container->snapshot_key = proto_text(from->snapshot_key);
    container->spec = any_of(from->spec);
    decode_labels(from, container, room);
}

void fake_v1_containers_create_decode(const ProtobufCMessage *message, struct fake_request *request,
                                      struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Containers__CreateContainerRequest *create = (const void *)message;
    (void)refusal;
    decode_container(create->container, request, room);
}

void fake_v1_containers_update_decode(const ProtobufCMessage *message, struct fake_request *request,
                                      struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Containers__UpdateContainerRequest *update = (const void *)message;
    (void)refusal;
    decode_container(update->container, request, room);
    if (update->update_mask != NULL)
        fake_v1_filters_decode(update->update_mask->paths, update->update_mask->n_paths, request, room);
}

/* A container with all that it points to. */
struct packed_container {
    Containerd__Containers__Container container;
    Containerd__Containers__Runtime runtime;
    Google__Protobuf__Any options;
    Google__Protobuf__Any spec;
    Google__Protobuf__Timestamp created_at;
    Google__Protobuf__Timestamp updated_at;
    Containerd__Containers__Label *labels;
    Containerd__Containers__Label **label_list;
};

static void release(struct packed_container *packed)
{
    free(packed->labels);
    free(packed->label_list);
}

/* False where memory is short. *packed is to be released in any case. */
static bool fill_labels(struct packed_container *packed, const struct fake_container *container)
{
    size_t count = container->label_count;
    if (count == 0)
        return true;
    packed->labels = calloc(count, sizeof *packed->labels);
    packed->label_list = calloc(count, sizeof(Containerd__Containers__Label *));
    if (packed->labels == NULL || packed->label_list == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        containerd__containers__label__init(&packed->labels[i]);
        packed->labels[i].key = proto_bytes(container->labels[i].key);
        packed->labels[i].value = proto_bytes(container->labels[i].value);
        packed->label_list[i] = &packed->labels[i];
    }
    packed->container.n_labels = count;
    packed->container.labels = packed->label_list;
    return true;
}

/* NULL where there is none. */
static Google__Protobuf__Any *fill_any(Google__Protobuf__Any *to, const struct fake_any *any)
{
    if (any->type_url.length == 0)
        return NULL;
    google__protobuf__any__init(to);
    to->type_url = proto_bytes(any->type_url);
    to->value = proto_bytes(any->value);
    return to;
}

static bool fill(struct packed_container *packed, const struct fake_container *container)
{
    Containerd__Containers__Container *message = &packed->container;

    packed->labels = NULL;
    packed->label_list = NULL;
    containerd__containers__container__init(message);
    containerd__containers__runtime__init(&packed->runtime);
    message->id = proto_bytes(container->id);
    message->image = proto_bytes(container->image);
    packed->runtime.name = proto_bytes(container->runtime_name);
    packed->runtime.options = fill_any(&packed->options, &container->runtime_options);
    message->runtime = &packed->runtime;
    message->spec = fill_any(&packed->spec, &container->spec);
    message->snapshotter = proto_bytes(container->snapshotter);
    message->snapshot_key = proto_bytes(container->snapshot_key);
    fake_v1_timestamp(&packed->created_at, container->created_at_ns);
    message->created_at = &packed->created_at;
    fake_v1_timestamp(&packed->updated_at, container->updated_at_ns);
    message->updated_at = &packed->updated_at;
    return fill_labels(packed, container);
}

void fake_v1_containers_get_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Containers__GetContainerResponse message = CONTAINERD__CONTAINERS__GET_CONTAINER_RESPONSE__INIT;
    struct packed_container packed;
    if (index >= response->count) {
        dialect_pack(&message.base, out);
        return;
    }
    message.container = &packed.container;
    if (fill(&packed, &response->containers[index]))
        dialect_pack(&message.base, out);
    else
        out->failed = true;
    release(&packed);
}

/* Both have the container as their field 1 and nothing else: the same bytes. */
void fake_v1_containers_list_stream_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    fake_v1_containers_get_encode(response, index, out);
}

/* A repeated message is its elements one behind the other, so the list needs no second copy of all. */
void fake_v1_containers_list_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    (void)index;
    for (size_t i = 0; i < response->count; i++)
        fake_v1_containers_get_encode(response, i, out);
}
