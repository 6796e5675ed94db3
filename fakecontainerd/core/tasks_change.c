/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "fakecontainerd/core/lifecycle.h"
#include "fakecontainerd/core/permission.h"
#include "fakecontainerd/core/wait.h"

static struct fake_container wanted_container(const struct fake_request *request)
{
    return (struct fake_container){
        .id = request->container_id,
        .name_space = request->name_space,
        .runtime_name = request->runtime_name,
        .spec = request->spec,
    };
}

static const struct slot *slot_of(const struct fake *fake, const struct fake_request *request)
{
    arena_ref ref = slot_find(fake, request->name_space, request->container_id);
    return ref != 0 ? arena_at(&fake->arena, ref) : NULL;
}

static uint64_t execs_of(const struct fake *fake, const struct fake_request *request)
{
    const struct slot *slot = slot_of(fake, request);
    return slot != NULL ? slot->execs.count : 0;
}

static uint64_t end_cost(const struct fake *fake, const struct fake_request *request)
{
    const struct slot *slot = slot_of(fake, request);
    return slot != NULL ? task_end_cost(fake, slot) : 0;
}

static uint64_t start_cost(const struct fake *fake, const struct fake_request *request)
{
    const struct slot *slot = slot_of(fake, request);
    return exec_cost() + (slot != NULL ? task_start_cost(fake, slot) : 0);
}

static uint64_t create_cost(const struct fake *fake, const struct fake_request *request)
{
    struct fake_container container = wanted_container(request);
    return container_fault(&container) == NULL ? slot_cost(&container) + 2 * publish_cost(fake) : 0;
}

uint64_t tasks_change_cost(const struct fake *fake, const struct fake_request *request)
{
    if (request->method == FAKE_TASKS_CREATE)
        return create_cost(fake, request);
    if (request->method == FAKE_TASKS_START)
        return start_cost(fake, request);
    if (request->method == FAKE_TASKS_EXEC)
        return exec_cost() + publish_cost(fake);
    if (request->method == FAKE_TASKS_WAIT)
        return waiter_cost();
    if (request->method == FAKE_TASKS_PAUSE || request->method == FAKE_TASKS_RESUME)
        return publish_cost(fake);
    if (request->method == FAKE_TASKS_KILL || request->method == FAKE_TASKS_DELETE)
        return end_cost(fake, request) + 2 * publish_cost(fake);
    return request->method == FAKE_TASKS_LIST_PIDS ? execs_of(fake, request) * entry_cost() : 0;
}

/* ---- create, start ---- */

void tasks_create(struct fake *fake, const struct asked *asked)
{
    struct fake_container container = wanted_container(asked->request);
    const char *fault = container_fault(&container);
    arena_ref ref = slot_find(fake, container.name_space, container.id);
    const struct slot *slot = ref != 0 ? arena_at(&fake->arena, ref) : NULL;

    if ((slot == NULL || slot->orphan) && !asked->request->with_container) {
        refuse_missing_container(fake, asked);
    } else if (fault != NULL) {
        asked_refuse_about(fake, asked, STATUS_INVALID_ARGUMENT, "container ", container.id,
                           ": it has no valid id, or is too large: invalid argument");
    } else if (slot != NULL && slot->has_task) {
        asked_refuse_about(fake, asked, STATUS_ALREADY_EXISTS, "task ", container.id, ": already exists");
    } else if (slot == NULL && state_of(fake)->slots.count == FAKE_CONTAINERS_MAX) {
        asked_refuse_about(fake, asked, STATUS_RESOURCE_EXHAUSTED, "task ", container.id,
                           ": the fake holds no more containers");
    } else {
        (void)task_create(fake, &container, 0);
        answer_init(fake, asked, arena_at(&fake->arena, slot_find(fake, container.name_space, container.id)));
    }
}

void tasks_start(struct fake *fake, const struct asked *asked)
{
    struct slot *slot;
    struct process *process = asked_process(fake, asked, &slot);
    if (process == NULL)
        return;
    if (asked->request->exec_id.length > 0) {
        exec_start(fake, asked, slot, process);
    } else if (permitted(fake, asked, OPERATION_START, process->status)) {
        task_start(fake, slot);
        answer_init(fake, asked, slot);
    }
}

/* ---- delete ---- */

/* A task that never ran is killed by its deletion: the exit comes first, and knows no time. */
static void publish_delete(struct fake *fake, const struct slot *slot)
{
    const struct process *init = &slot->init;
    execs_kill(fake, slot);
    if (!init->exited)
        publish(fake, FAKE_TOPIC_TASK_EXIT, slot,
                (struct publish_details){.pid = init->pid, .exit_status = LIFECYCLE_KILLED});
    publish(fake, FAKE_TOPIC_TASK_DELETE, slot,
            (struct publish_details){
                .pid = init->pid, .exit_status = init->exit_status, .exited_at_ns = init->exited_at_ns});
}

void tasks_delete(struct fake *fake, const struct asked *asked)
{
    struct slot *slot = asked_task(fake, asked);
    if (slot == NULL)
        return;
    if (asked->request->kill && process_lives(&slot->init))
        task_end(fake, slot, LIFECYCLE_KILLED);
    if (!permitted(fake, asked, OPERATION_DELETE, slot->init.status))
        return;
    publish_delete(fake, slot);
    answer_init(fake, asked, slot);
    waiters_fail(fake, slot_find(fake, asked->request->name_space, asked->request->container_id));
    task_remove(fake, slot);
}
