/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/values.h"

#include "fakecontainerd/core/command.h"

static const char *const method_names[FAKE_METHOD_COUNT] = {
    [FAKE_VERSION] = "Version.Version",
    [FAKE_INTROSPECTION_SERVER] = "Introspection.Server",
    [FAKE_HEALTH_CHECK] = "Health.Check",
    [FAKE_EVENTS_SUBSCRIBE] = "Events.Subscribe",
    [FAKE_EVENTS_PUBLISH] = "Events.Publish",
    [FAKE_CONTAINERS_GET] = "Containers.Get",
    [FAKE_CONTAINERS_LIST] = "Containers.List",
    [FAKE_CONTAINERS_LIST_STREAM] = "Containers.ListStream",
    [FAKE_CONTAINERS_CREATE] = "Containers.Create",
    [FAKE_CONTAINERS_UPDATE] = "Containers.Update",
    [FAKE_CONTAINERS_DELETE] = "Containers.Delete",
    [FAKE_TASKS_GET] = "Tasks.Get",
    [FAKE_TASKS_LIST] = "Tasks.List",
    [FAKE_TASKS_DELETE] = "Tasks.Delete",
    [FAKE_TASKS_CREATE] = "Tasks.Create",
    [FAKE_TASKS_START] = "Tasks.Start",
    [FAKE_TASKS_KILL] = "Tasks.Kill",
    [FAKE_TASKS_WAIT] = "Tasks.Wait",
    [FAKE_TASKS_EXEC] = "Tasks.Exec",
    [FAKE_TASKS_DELETE_PROCESS] = "Tasks.DeleteProcess",
    [FAKE_TASKS_PAUSE] = "Tasks.Pause",
    [FAKE_TASKS_RESUME] = "Tasks.Resume",
    [FAKE_TASKS_LIST_PIDS] = "Tasks.ListPids",
    [FAKE_TASKS_METRICS] = "Tasks.Metrics",
    [FAKE_NAMESPACES_GET] = "Namespaces.Get",
    [FAKE_NAMESPACES_LIST] = "Namespaces.List",
    [FAKE_NAMESPACES_CREATE] = "Namespaces.Create",
    [FAKE_NAMESPACES_UPDATE] = "Namespaces.Update",
    [FAKE_NAMESPACES_DELETE] = "Namespaces.Delete",
    [FAKE_LEASES_CREATE] = "Leases.Create",
    [FAKE_LEASES_DELETE] = "Leases.Delete",
    [FAKE_INTROSPECTION_PLUGINS] = "Introspection.Plugins",
};

const char *fake_topic_text(enum fake_event_topic topic)
{
    static const char *const texts[] = {
        [FAKE_TOPIC_TASK_CREATE] = "/tasks/create",
        [FAKE_TOPIC_TASK_START] = "/tasks/start",
        [FAKE_TOPIC_TASK_EXIT] = "/tasks/exit",
        [FAKE_TOPIC_TASK_OOM] = "/tasks/oom",
        [FAKE_TOPIC_TASK_PAUSED] = "/tasks/paused",
        [FAKE_TOPIC_TASK_RESUMED] = "/tasks/resumed",
        [FAKE_TOPIC_TASK_DELETE] = "/tasks/delete",
        [FAKE_TOPIC_EXEC_ADDED] = "/tasks/exec-added",
        [FAKE_TOPIC_EXEC_STARTED] = "/tasks/exec-started",
        [FAKE_TOPIC_CONTAINER_CREATE] = "/containers/create",
        [FAKE_TOPIC_CONTAINER_UPDATE] = "/containers/update",
        [FAKE_TOPIC_CONTAINER_DELETE] = "/containers/delete",
        [FAKE_TOPIC_NAMESPACE_CREATE] = "/namespaces/create",
        [FAKE_TOPIC_NAMESPACE_UPDATE] = "/namespaces/update",
        [FAKE_TOPIC_NAMESPACE_DELETE] = "/namespaces/delete",
    };
    return texts[topic];
}

const char *fake_method_name(enum fake_method method)
{
    return method_names[method];
}

bool fake_method_lists(enum fake_method method)
{
    return method == FAKE_CONTAINERS_LIST || method == FAKE_CONTAINERS_LIST_STREAM || method == FAKE_TASKS_LIST ||
           method == FAKE_TASKS_METRICS;
}

enum fake_method fake_method_of(struct text name)
{
    for (unsigned method = 0; method < FAKE_METHOD_COUNT; method++)
        if (text_is(name, method_names[method]))
            return (enum fake_method)method;
    return FAKE_METHOD_COUNT;
}

const char *fake_command_name(enum fake_command_kind kind)
{
    static const char *const names[] = {
        [FAKE_COMMAND_ADD] = "add",
        [FAKE_COMMAND_ADD_EXEC] = "add exec",
        [FAKE_COMMAND_ADD_RULE] = "add rule",
        [FAKE_COMMAND_SOCKET] = "socket",
        [FAKE_COMMAND_CREATE] = "create",
        [FAKE_COMMAND_START_TASK] = "start",
        [FAKE_COMMAND_EXEC] = "exec",
        [FAKE_COMMAND_EXIT] = "exit",
        [FAKE_COMMAND_OOM] = "oom",
        [FAKE_COMMAND_REMOVE] = "remove",
        [FAKE_COMMAND_DISCONNECT] = "disconnect",
        [FAKE_COMMAND_RESTART] = "restart",
        [FAKE_COMMAND_PUBLISH] = "publish",
        [FAKE_COMMAND_GOAWAY] = "goaway",
        [FAKE_COMMAND_SILENCE] = "silence",
        [FAKE_COMMAND_KILL_SHIM] = "kill shim",
        [FAKE_COMMAND_SET_CLOCK] = "set clock",
        [FAKE_COMMAND_RELEASE] = "release",
        [FAKE_COMMAND_CALM] = "calm",
    };
    return names[kind];
}
