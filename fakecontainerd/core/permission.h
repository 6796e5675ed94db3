/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_PERMISSION_H
#define FAKECONTAINERD_CORE_PERMISSION_H

#include "fakecontainerd/core/request.h"

/*
 * What may be done to a process in which state, and in which words containerd's shim refuses the rest.
 */
enum operation {
    OPERATION_START,
    OPERATION_DELETE,
    OPERATION_DELETE_PROCESS,
    OPERATION_EXEC, /* the state is that of the task's init; so with those below */
    OPERATION_PAUSE,
    OPERATION_RESUME,
    OPERATION_COUNT
};

/* Whether it may be done; answers UNKNOWN with the shim's sentence where it may not. */
bool permitted(struct fake *fake, const struct asked *asked, enum operation operation, enum fake_process_status status);

#endif
