/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/wire/calls_v1.h"
#include "handler/wire/dialect.h"
#include "handler/wire/event_v1.h"
#include "handler/wire/messages.h"
#include "proto/check.h"
#include "proto/containers.pb-c.h"
#include "proto/events.pb-c.h"

#define OWNED_KEY   "eventmonitor/delete"
#define OWNED_VALUE "true"

/* The namespace's own events of tasks, in the words that dockerd uses. */
static void encode_subscribe(struct text name_space, struct buffer *out)
{
    Containerd__Events__SubscribeRequest request = CONTAINERD__EVENTS__SUBSCRIBE_REQUEST__INIT;
    struct buffer filter = BUFFER_INIT;

    (void)buffer_printf(&filter, "namespace==%.*s,topic~=|^/tasks/|", TEXT_ARGUMENTS(name_space));
    ProtobufCBinaryData filters[1] = {proto_bytes(buffer_text(&filter))};
    request.n_filters = 1;
    request.filters = filters;
    if (filter.failed)
        out->failed = true;
    else
        message_pack(&request.base, out);
    buffer_release(&filter);
}

static void encode_lookup(struct text container_id, struct buffer *out)
{
    Containerd__Containers__GetContainerRequest request = CONTAINERD__CONTAINERS__GET_CONTAINER_REQUEST__INIT;
    request.id = proto_bytes(container_id);
    message_pack(&request.base, out);
}

/* As in a map, the value that comes last is the one that counts. */
static bool has_label(const Containerd__Containers__Container *container)
{
    bool owned = false;
    for (size_t i = 0; container != NULL && i < container->n_labels; i++)
        if (text_is(proto_text(container->labels[i]->key), OWNED_KEY))
            owned = text_is(proto_text(container->labels[i]->value), OWNED_VALUE);
    return owned;
}

static int decode_owned(struct text message, bool *ret_owned, struct error *error)
{
    ProtobufCMessage *unpacked = NULL;
    int code = message_unpack(&unpacked, &containerd__containers__get_container_response__descriptor, message,
                              "a GetContainerResponse", error);
    if (code != 0)
        return code;
    *ret_owned = has_label(((const Containerd__Containers__GetContainerResponse *)(const void *)unpacked)->container);
    proto_free(unpacked);
    return 0;
}

#define TASKS      "/containerd.services.tasks.v1.Tasks/"
#define CONTAINERS "/containerd.services.containers.v1.Containers/"

const struct dialect dialect_v1 = {
    .has_name_spaces = true,
    .subscribe_path = "/containerd.services.events.v1.Events/Subscribe",
    .lookup_path = CONTAINERS "Get",
    .calls =
        {
            [MONITOR_CALL_DELETE] = {TASKS "Delete", 0, calls_v1_encode_id, calls_v1_decode_deletion},
            [MONITOR_CALL_LIST] = {TASKS "List", 0, calls_v1_encode_list, calls_v1_decode_list},
            [MONITOR_CALL_GET] = {TASKS "Get", 0, calls_v1_encode_id, calls_v1_decode_get},
            [MONITOR_CALL_CREATE] = {TASKS "Create", 0, calls_v1_encode_id, calls_v1_decode_create},
            [MONITOR_CALL_START] = {TASKS "Start", 0, calls_v1_encode_id, calls_v1_decode_start},
            [MONITOR_CALL_KILL] = {TASKS "Kill", 0, calls_v1_encode_kill, NULL},
            [MONITOR_CALL_METRICS] = {TASKS "Metrics", 0, calls_v1_encode_metrics, calls_v1_decode_metrics},
            [MONITOR_CALL_REMOVE] = {CONTAINERS "Delete", 0, calls_v1_encode_id, NULL},
        },
    .encode_subscribe = encode_subscribe,
    .encode_lookup = encode_lookup,
    .decode_event = event_v1_decode,
    .decode_owned = decode_owned,
};
