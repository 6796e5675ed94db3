/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HARNESS_LINK_CALLS_H
#define HARNESS_LINK_CALLS_H

#include "harness/link/message.h"

/*
 * The calls of the monitor as requests of the fake, a row each, and what both wires let through of the answer.
 */
struct link_call {
    enum fake_method method;
    bool tells_end;   /* the exit status and when it ended */
    bool tells_state; /* the container and the status of its process */
    bool tells_pid;
    bool filtered;    /* the container is asked for by a filter */
    bool tells_kills; /* how many OOM kills the first task had, and nothing else */
};

const struct link_call *link_call_of(enum monitor_call call);

#endif
