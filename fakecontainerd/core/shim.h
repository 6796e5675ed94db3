/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_SHIM_H
#define FAKECONTAINERD_CORE_SHIM_H

#include "fakecontainerd/core/state.h"

/*
 * The death of a shim. Its processes die with it, whoever waits for them hears that the connection to it is closed, and
 * so does whoever asks anything of the task, which no list has any more. When containerd cleans up behind it, it tells
 * an exit (of a task that had ended before a second one) and a deletion, or where that is lost nothing; then the task
 * is gone and its container is left.
 */

/* How the clean-up goes. */
struct shim_end {
    bool told;
    bool has_pid; /* else the exit tells the init's pid */
    uint32_t pid;
    uint32_t exit_status;
    int64_t clean_after_ns; /* TIME_NEVER for never */
};

/* What shim_kill costs at the most, for arena_reserve. */
uint64_t shim_kill_cost(const struct fake *fake);

/* The slot must have a task whose shim lives. */
void shim_kill(struct fake *fake, arena_ref slot, const struct shim_end *end);

/* When the next is cleaned up, TIME_NEVER where none is. */
int64_t shims_deadline_ns(const struct fake *fake);

/* What shims_ripen at now_ns costs at the most, for arena_reserve. */
uint64_t shims_ripen_cost(const struct fake *fake, int64_t now_ns);

/* Cleans up what is due. */
void shims_ripen(struct fake *fake);

#endif
