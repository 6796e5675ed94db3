/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/wire/v1.h"

#include "base/status.h"
#include "proto/containers.pb-c.h"
#include "proto/empty.pb-c.h"
#include "proto/events.pb-c.h"
#include "proto/health.pb-c.h"
#include "proto/introspection.pb-c.h"
#include "proto/leases.pb-c.h"
#include "proto/namespaces.pb-c.h"
#include "proto/tasks.pb-c.h"

#define CONTAINERS    "containerd.services.containers.v1.Containers"
#define EVENTS        "containerd.services.events.v1.Events"
#define HEALTH        "grpc.health.v1.Health"
#define INTROSPECTION "containerd.services.introspection.v1.Introspection"
#define LEASES        "containerd.services.leases.v1.Leases"
#define NAMESPACES    "containerd.services.namespaces.v1.Namespaces"
#define TASKS         "containerd.services.tasks.v1.Tasks"
#define VERSION       "containerd.services.version.v1.Version"

static const struct dialect_method methods[] = {
    {VERSION, "Version", FAKE_VERSION, false, &google__protobuf__empty__descriptor, NULL, fake_v1_version_encode},
    {INTROSPECTION, "Server", FAKE_INTROSPECTION_SERVER, false, &google__protobuf__empty__descriptor, NULL,
     fake_v1_introspection_encode},
    {INTROSPECTION, "Plugins", FAKE_INTROSPECTION_PLUGINS, false,
     &containerd__introspection__plugins_request__descriptor, fake_v1_plugins_decode, fake_v1_plugins_encode},
    {NAMESPACES, "Get", FAKE_NAMESPACES_GET, false, &containerd__namespaces__get_namespace_request__descriptor,
     fake_v1_namespaces_get_decode, fake_v1_namespaces_get_encode},
    {NAMESPACES, "List", FAKE_NAMESPACES_LIST, false, &containerd__namespaces__list_namespaces_request__descriptor,
     NULL, fake_v1_namespaces_list_encode},
    {NAMESPACES, "Create", FAKE_NAMESPACES_CREATE, false, &containerd__namespaces__get_namespace_response__descriptor,
     fake_v1_namespaces_create_decode, fake_v1_namespaces_get_encode},
    {NAMESPACES, "Update", FAKE_NAMESPACES_UPDATE, false, &containerd__namespaces__update_namespace_request__descriptor,
     fake_v1_namespaces_update_decode, fake_v1_namespaces_get_encode},
    {NAMESPACES, "Delete", FAKE_NAMESPACES_DELETE, false, &containerd__namespaces__get_namespace_request__descriptor,
     fake_v1_namespaces_get_decode, fake_v1_empty_encode},
    {LEASES, "Create", FAKE_LEASES_CREATE, false, &containerd__leases__create_request__descriptor,
     fake_v1_leases_create_decode, fake_v1_leases_create_encode},
    {LEASES, "Delete", FAKE_LEASES_DELETE, false, &containerd__leases__create_request__descriptor,
     fake_v1_leases_create_decode, fake_v1_empty_encode},
    {HEALTH, "Check", FAKE_HEALTH_CHECK, false, &grpc__health__health_check_request__descriptor, fake_v1_health_decode,
     fake_v1_health_encode},
    {EVENTS, "Subscribe", FAKE_EVENTS_SUBSCRIBE, true, &containerd__events__subscribe_request__descriptor,
     fake_v1_subscribe_decode, NULL},
    {EVENTS, "Publish", FAKE_EVENTS_PUBLISH, false, &containerd__events__publish_request__descriptor,
     fake_v1_publish_decode, fake_v1_empty_encode},
    {CONTAINERS, "Get", FAKE_CONTAINERS_GET, false, &containerd__containers__get_container_request__descriptor,
     fake_v1_containers_get_decode, fake_v1_containers_get_encode},
    {CONTAINERS, "List", FAKE_CONTAINERS_LIST, false, &containerd__containers__list_containers_request__descriptor,
     fake_v1_containers_list_decode, fake_v1_containers_list_encode},
    {CONTAINERS, "ListStream", FAKE_CONTAINERS_LIST_STREAM, true,
     &containerd__containers__list_containers_request__descriptor, fake_v1_containers_list_decode,
     fake_v1_containers_list_stream_encode},
    {CONTAINERS, "Create", FAKE_CONTAINERS_CREATE, false, &containerd__containers__create_container_request__descriptor,
     fake_v1_containers_create_decode, fake_v1_containers_get_encode},
    {CONTAINERS, "Update", FAKE_CONTAINERS_UPDATE, false, &containerd__containers__update_container_request__descriptor,
     fake_v1_containers_update_decode, fake_v1_containers_get_encode},
    {CONTAINERS, "Delete", FAKE_CONTAINERS_DELETE, false, &containerd__containers__get_container_request__descriptor,
     fake_v1_containers_get_decode, fake_v1_empty_encode},
    {TASKS, "Get", FAKE_TASKS_GET, false, &containerd__tasks__get_request__descriptor, fake_v1_tasks_get_decode,
     fake_v1_tasks_get_encode},
    {TASKS, "List", FAKE_TASKS_LIST, false, &containerd__tasks__list_tasks_request__descriptor, NULL,
     fake_v1_tasks_list_encode},
    {TASKS, "Delete", FAKE_TASKS_DELETE, false, &containerd__tasks__delete_task_request__descriptor,
     fake_v1_tasks_delete_decode, fake_v1_tasks_delete_encode},
    {TASKS, "Create", FAKE_TASKS_CREATE, false, &containerd__tasks__create_task_request__descriptor,
     fake_v1_tasks_create_decode, fake_v1_tasks_create_encode},
    {TASKS, "Start", FAKE_TASKS_START, false, &containerd__tasks__get_request__descriptor, fake_v1_tasks_get_decode,
     fake_v1_tasks_start_encode},
    {TASKS, "Kill", FAKE_TASKS_KILL, false, &containerd__tasks__kill_request__descriptor, fake_v1_tasks_kill_decode,
     fake_v1_empty_encode},
    {TASKS, "Wait", FAKE_TASKS_WAIT, false, &containerd__tasks__get_request__descriptor, fake_v1_tasks_get_decode,
     fake_v1_tasks_wait_encode},
    {TASKS, "Exec", FAKE_TASKS_EXEC, false, &containerd__tasks__exec_process_request__descriptor,
     fake_v1_tasks_exec_decode, fake_v1_empty_encode},
    {TASKS, "DeleteProcess", FAKE_TASKS_DELETE_PROCESS, false, &containerd__tasks__get_request__descriptor,
     fake_v1_tasks_get_decode, fake_v1_tasks_delete_process_encode},
    {TASKS, "Pause", FAKE_TASKS_PAUSE, false, &containerd__tasks__pause_task_request__descriptor,
     fake_v1_tasks_pause_decode, fake_v1_empty_encode},
    {TASKS, "Resume", FAKE_TASKS_RESUME, false, &containerd__tasks__pause_task_request__descriptor,
     fake_v1_tasks_pause_decode, fake_v1_empty_encode},
    {TASKS, "ListPids", FAKE_TASKS_LIST_PIDS, false, &containerd__tasks__pause_task_request__descriptor,
     fake_v1_tasks_pause_decode, fake_v1_tasks_list_pids_encode},
    {TASKS, "Metrics", FAKE_TASKS_METRICS, false, &containerd__tasks__metrics_request__descriptor,
     fake_v1_tasks_metrics_decode, fake_v1_tasks_metrics_encode},
};

/* A malformed path is answered as the grpc-go of containerd 1.6 does; later ones say UNIMPLEMENTED. */
const struct dialect fake_dialect_v1 = {
    .methods = methods,
    .method_count = sizeof methods / sizeof methods[0],
    .encode_event = fake_v1_event_encode,
    .malformed_path_status = STATUS_RESOURCE_EXHAUSTED,
    .has_name_spaces = true,
};

void fake_v1_filters_decode(const ProtobufCBinaryData *from, size_t count, struct fake_request *request,
                            struct dialect_room *room)
{
    for (size_t i = 0; i < count && i < FAKE_FILTERS_MAX; i++)
        room->filters[i] = proto_text(from[i]);
    request->filters = room->filters;
    request->filter_count = count;
}

Google__Protobuf__Timestamp *fake_v1_exited_at(const struct fake_process *process,
                                               Google__Protobuf__Timestamp *timestamp)
{
    switch (process->exited_at.kind) {
    case FAKE_EXITED_AT_TIME: fake_v1_timestamp(timestamp, process->exited_at_ns); return timestamp;
    case FAKE_EXITED_AT_ABSENT: break;
    case FAKE_EXITED_AT_RAW: dialect_raw_time(&process->exited_at, timestamp); return timestamp;
    }
    return NULL;
}

void fake_v1_timestamp(Google__Protobuf__Timestamp *timestamp, int64_t wall_ns)
{
    if (wall_ns == 0)
        proto_timestamp_set_zero(timestamp);
    else
        proto_timestamp_set(timestamp, wall_ns);
}
