/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAKECONTAINERD_CORE_LIFECYCLE_H
#define FAKECONTAINERD_CORE_LIFECYCLE_H

#include "fakecontainerd/core/publish.h"

/*
 * What happens to tasks and processes, whoever wants it, the script or a client: the change and its events together.
 * Whether it may happen is the caller's to know.
 */

/* The status of a process that the kernel has killed. */
enum { LIFECYCLE_KILLED = 128 + 9 };

/* What ending the init process costs at the most, for arena_reserve. */
uint64_t task_end_cost(const struct fake *fake, const struct slot *slot);

/* A sentence where something of the container is beyond the limits, NULL where all is well. */
const char *container_fault(const struct fake_container *container);

/* The task's init process is made: /tasks/create, behind /containers/create where the container is new too. False, and
 * nothing has happened, where the pid belongs to another process; with pid 0 that cannot be. */
bool task_create(struct fake *fake, const struct fake_container *container, uint32_t pid);

/* What starting it costs at the most, for arena_reserve. */
uint64_t task_start_cost(const struct fake *fake, const struct slot *slot);

/* A created task runs: /tasks/start; and has ended again, where it does so at once. */
void task_start(struct fake *fake, struct slot *slot);

/* An added exec runs: /tasks/exec-started. */
void exec_begin(struct fake *fake, const struct slot *slot, struct process *process, struct text exec_id);

/* A live exec ends: /tasks/exit, and whoever waits for it is answered; so with the init. */
void exec_end(struct fake *fake, const struct slot *slot, struct exec *exec, uint32_t exit_status);

/* All live execs of a task are killed. */
void execs_kill(struct fake *fake, const struct slot *slot);

/* The live init process ends, and with it its execs, which are killed and told first. */
void task_end(struct fake *fake, struct slot *slot, uint32_t exit_status);

#endif
