/* SPDX-License-Identifier: Apache-2.0 */
#include "scenarios/language/call.h"

#define A(field) SCENARIO_ASKED_##field
#define T(field) SCENARIO_TOLD_##field

/* What each rpc can be asked, and what its answer tells. */
static const struct {
    const char *rpc;
    uint32_t asked;
    uint32_t told;
} rpcs[] = {
    {"Version.Version", 0, 0},
    {"Health.Check", A(NAME), 0},
    {"Introspection.Server", 0, 0},
    {"Introspection.Plugins", A(FILTERS), 0},
    {"Events.Subscribe", A(FILTERS), 0},
    {"Events.Publish", A(TOPIC), 0},
    {"Namespaces.Get", A(NAME), T(NAME)},
    {"Namespaces.Create", A(NAME), T(NAME)},
    {"Namespaces.Update", A(NAME), T(NAME)},
    {"Namespaces.Delete", A(NAME), 0},
    {"Namespaces.List", 0, T(IDS)},
    {"Leases.Create", A(NAME), T(ID)},
    {"Leases.Delete", A(NAME), 0},
    {"Containers.Get", A(CONTAINER), T(ID)},
    {"Containers.List", A(FILTERS), T(IDS)},
    {"Containers.ListStream", A(FILTERS), T(IDS)},
    {"Containers.Create", A(CONTAINER) | A(RUNTIME) | A(IMAGE), T(ID)},
    {"Containers.Update", A(CONTAINER) | A(RUNTIME) | A(IMAGE), T(ID)},
    {"Containers.Delete", A(CONTAINER), 0},
    {"Tasks.Create", A(CONTAINER), T(ID) | T(PID)},
    {"Tasks.Start", A(CONTAINER) | A(EXEC), T(PID)},
    {"Tasks.Get", A(CONTAINER) | A(EXEC), T(ID) | T(PID) | T(STATE) | T(CODE) | T(EXITED_AT)},
    {"Tasks.List", 0, T(IDS) | T(PIDS)},
    {"Tasks.Kill", A(CONTAINER) | A(EXEC) | A(SIGNAL) | A(ALL), 0},
    {"Tasks.Wait", A(CONTAINER) | A(EXEC), T(CODE) | T(EXITED_AT)},
    {"Tasks.Exec", A(CONTAINER) | A(EXEC), 0},
    {"Tasks.Delete", A(CONTAINER), T(ID) | T(PID) | T(CODE) | T(EXITED_AT)},
    {"Tasks.DeleteProcess", A(CONTAINER) | A(EXEC), T(ID) | T(PID) | T(CODE) | T(EXITED_AT)},
    {"Tasks.Pause", A(CONTAINER), 0},
    {"Tasks.Resume", A(CONTAINER), 0},
    {"Tasks.ListPids", A(CONTAINER), T(PIDS)},
    {"Tasks.Metrics", A(FILTERS), T(IDS)},
};

static const struct {
    const char *topic;
    uint32_t told;
} topics[] = {
    {"/namespaces/create", T(NAME)},
    {"/namespaces/update", T(NAME)},
    {"/namespaces/delete", T(NAME)},
    {"/containers/create", T(CONTAINER)},
    {"/containers/update", T(CONTAINER)},
    {"/containers/delete", T(CONTAINER)},
    {"/tasks/create", T(CONTAINER) | T(PID)},
    {"/tasks/start", T(CONTAINER) | T(PID)},
    {"/tasks/exec-added", T(CONTAINER) | T(EXEC)},
    {"/tasks/exec-started", T(CONTAINER) | T(EXEC) | T(PID)},
    {"/tasks/exit", T(CONTAINER) | T(EXEC) | T(PID) | T(CODE) | T(EXITED_AT)},
    {"/tasks/oom", T(CONTAINER)},
    {"/tasks/paused", T(CONTAINER)},
    {"/tasks/resumed", T(CONTAINER)},
    {"/tasks/delete", T(CONTAINER) | T(PID) | T(CODE) | T(EXITED_AT)},
};

uint32_t scenario_askable(struct text rpc)
{
    for (size_t i = 0; i < sizeof rpcs / sizeof rpcs[0]; i++)
        if (text_is(rpc, rpcs[i].rpc))
            return rpcs[i].asked | A(BYTES);
    return A(BYTES);
}

uint32_t scenario_answerable(struct text rpc)
{
    for (size_t i = 0; i < sizeof rpcs / sizeof rpcs[0]; i++)
        if (text_is(rpc, rpcs[i].rpc))
            return rpcs[i].told;
    return 0;
}

uint32_t scenario_hearable(struct text topic)
{
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++)
        if (text_is(topic, topics[i].topic))
            return topics[i].told | T(NAME_SPACE);
    return 0;
}
