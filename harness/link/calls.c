/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/link/calls.h"

static const struct link_call calls[] = {
    [MONITOR_CALL_DELETE] = {.method = FAKE_TASKS_DELETE, .tells_end = true, .tells_pid = true},
    [MONITOR_CALL_LIST] = {.method = FAKE_TASKS_LIST, .tells_end = true, .tells_state = true, .tells_pid = true},
    [MONITOR_CALL_GET] = {.method = FAKE_TASKS_GET, .tells_end = true, .tells_state = true, .tells_pid = true},
    [MONITOR_CALL_CREATE] = {.method = FAKE_TASKS_CREATE, .tells_pid = true},
    [MONITOR_CALL_START] = {.method = FAKE_TASKS_START, .tells_pid = true},
    [MONITOR_CALL_KILL] = {.method = FAKE_TASKS_KILL},
    [MONITOR_CALL_METRICS] = {.method = FAKE_TASKS_METRICS, .tells_kills = true, .filtered = true},
    [MONITOR_CALL_REMOVE] = {.method = FAKE_CONTAINERS_DELETE},
};

const struct link_call *link_call_of(enum monitor_call call)
{
    return &calls[call];
}
