/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/values.h"

enum container_state container_record_state(const struct container_record *record)
{
    if (record->finished || record->finished_at_ns != 0)
        return CONTAINER_EXITED;
    if (record->started_at_ns != 0)
        return CONTAINER_RUNNING;
    if (record->created_at_ns != 0)
        return CONTAINER_CREATED;
    return CONTAINER_UNKNOWN;
}

const char *container_state_name(enum container_state state)
{
    switch (state) {
    case CONTAINER_UNKNOWN: return "UNKNOWN";
    case CONTAINER_CREATED: return "CREATED";
    case CONTAINER_RUNNING: return "RUNNING";
    case CONTAINER_EXITED: return "EXITED";
    }
    return "UNKNOWN";
}
