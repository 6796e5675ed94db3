/* SPDX-License-Identifier: Apache-2.0 */
/* Namespaces and leases as messages. */
#include "base/status.h"
#include "fakecontainerd/wire/v1.h"
#include "proto/leases.pb-c.h"
#include "proto/namespaces.pb-c.h"

void fake_v1_namespaces_get_decode(const ProtobufCMessage *message, struct fake_request *request,
                                   struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Namespaces__GetNamespaceRequest *get = (const void *)message;
    (void)room;
    (void)refusal;
    request->subject = proto_text(get->name);
}

static void decode_name_space(const Containerd__Namespaces__Namespace *name_space, struct fake_request *request,
                              struct refusal *refusal)
{
    if (name_space == NULL)
        return;
    request->subject = proto_text(name_space->name);
    if (name_space->n_labels > 0)
        *refusal = (struct refusal){STATUS_UNIMPLEMENTED, text_of("the fake keeps no labels of namespaces")};
}

void fake_v1_namespaces_create_decode(const ProtobufCMessage *message, struct fake_request *request,
                                      struct dialect_room *room, struct refusal *refusal)
{
    (void)room;
    decode_name_space(((const Containerd__Namespaces__GetNamespaceResponse *)message)->namespace_, request, refusal);
}

void fake_v1_namespaces_update_decode(const ProtobufCMessage *message, struct fake_request *request,
                                      struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Namespaces__UpdateNamespaceRequest *update = (const void *)message;
    decode_name_space(update->namespace_, request, refusal);
    if (update->update_mask != NULL)
        fake_v1_filters_decode(update->update_mask->paths, update->update_mask->n_paths, request, room);
}

void fake_v1_namespaces_get_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Namespaces__GetNamespaceResponse message = CONTAINERD__NAMESPACES__GET_NAMESPACE_RESPONSE__INIT;
    Containerd__Namespaces__Namespace name_space = CONTAINERD__NAMESPACES__NAMESPACE__INIT;
    if (index >= response->count)
        return;
    name_space.name = proto_bytes(response->containers[index].name_space);
    message.namespace_ = &name_space;
    dialect_pack(&message.base, out);
}

/* A repeated message is its elements one behind the other. */
void fake_v1_namespaces_list_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    (void)index;
    for (size_t i = 0; i < response->count; i++)
        fake_v1_namespaces_get_encode(response, i, out);
}

/* ---- leases ---- */

void fake_v1_leases_create_decode(const ProtobufCMessage *message, struct fake_request *request,
                                  struct dialect_room *room, struct refusal *refusal)
{
    const Containerd__Leases__CreateRequest *create = (const void *)message;
    (void)room;
    (void)refusal;
    request->subject = proto_text(create->id);
}

void fake_v1_leases_create_encode(const struct fake_response *response, size_t index, struct buffer *out)
{
    Containerd__Leases__CreateResponse message = CONTAINERD__LEASES__CREATE_RESPONSE__INIT;
    Containerd__Leases__Lease lease = CONTAINERD__LEASES__LEASE__INIT;
    Google__Protobuf__Timestamp created_at;
    if (index >= response->count)
        return;
    lease.id = proto_bytes(response->containers[index].id);
    fake_v1_timestamp(&created_at, response->containers[index].created_at_ns);
    lease.created_at = &created_at;
    message.lease = &lease;
    dialect_pack(&message.base, out);
}
