/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "fakecontainerd/core/lifecycle.h"
#include "fakecontainerd/core/request.h"

static struct fake_container wanted_container(const struct fake_request *request)
{
    return (struct fake_container){
        .id = request->container_id,
        .name_space = request->name_space,
        .runtime_name = request->runtime_name,
        .spec = request->spec,
    };
}

static uint64_t end_cost(const struct fake *fake, const struct fake_request *request)
{
    arena_ref ref = slot_find(fake, request->name_space, request->container_id);
    return ref != 0 ? task_end_cost(fake, arena_at(&fake->arena, ref)) : 0;
}

uint64_t tasks_change_cost(const struct fake *fake, const struct fake_request *request)
{
    struct fake_container container = wanted_container(request);

    if (request->method == FAKE_TASKS_DELETE)
        return end_cost(fake, request) + 2 * publish_cost(fake);
    if (request->method == FAKE_TASKS_CREATE && container_fault(&container) == NULL)
        return slot_cost(&container) + 2 * publish_cost(fake);
    if (request->method == FAKE_TASKS_START)
        return publish_cost(fake);
    return request->method == FAKE_TASKS_KILL ? end_cost(fake, request) : 0;
}

static void refuse(struct fake *fake, const struct asked *asked, int status, const char *before, const char *behind)
{
    struct message message;
    message_clear(&message);
    message_add(&message, before);
    message_add_text(&message, asked->request->container_id);
    message_add(&message, behind);
    asked_refuse(fake, asked, status, message_text(&message));
}

/* ---- create, start ---- */

void tasks_create(struct fake *fake, const struct asked *asked)
{
    struct fake_container container = wanted_container(asked->request);
    const char *fault = container_fault(&container);
    arena_ref ref = slot_find(fake, container.name_space, container.id);
    const struct slot *slot = ref != 0 ? arena_at(&fake->arena, ref) : NULL;

    if (fault != NULL) {
        refuse(fake, asked, STATUS_INVALID_ARGUMENT, "container ",
               ": it has no valid id, or is too large: invalid argument");
    } else if (slot != NULL && slot->has_task) {
        refuse(fake, asked, STATUS_ALREADY_EXISTS, "task ", ": already exists");
    } else if (slot == NULL && state_of(fake)->slots.count == FAKE_CONTAINERS_MAX) {
        refuse(fake, asked, STATUS_RESOURCE_EXHAUSTED, "task ", ": the fake holds no more containers");
    } else {
        (void)task_create(fake, &container, 0);
        answer_init(fake, asked, arena_at(&fake->arena, slot_find(fake, container.name_space, container.id)));
    }
}

void tasks_start(struct fake *fake, const struct asked *asked)
{
    struct slot *slot = asked_task(fake, asked);
    if (slot == NULL)
        return;
    if (slot->init.status != FAKE_CREATED) {
        refuse(fake, asked, STATUS_FAILED_PRECONDITION, "task ", " has been started already: failed precondition");
        return;
    }
    task_start(fake, slot);
    answer_init(fake, asked, slot);
}

/* ---- kill, delete ---- */

/* Whether a process that has no handler ends by it, as signal(7) says for Linux. */
static bool ends(uint32_t signal)
{
    switch (signal) {
    case 0:  /* no signal: asks whether the process is there */
    case 17: /* CHLD */
    case 18: /* CONT */
    case 19: /* STOP */
    case 20: /* TSTP */
    case 21: /* TTIN */
    case 22: /* TTOU */
    case 23: /* URG */
    case 28: /* WINCH */ return false;
    default: return signal < 65;
    }
}

void tasks_kill(struct fake *fake, const struct asked *asked)
{
    struct slot *slot = asked_task(fake, asked);
    if (slot == NULL)
        return;
    if (!process_lives(&slot->init)) {
        refuse(fake, asked, STATUS_NOT_FOUND, "process of task ", " has ended already: not found");
        return;
    }
    if (ends(asked->request->signal))
        task_end(fake, slot, 128 + asked->request->signal);
    answer_init(fake, asked, slot);
}

/* A task that never ran is killed by its deletion: the exit comes first, and knows no time. */
static void publish_delete(struct fake *fake, const struct slot *slot)
{
    const struct process *init = &slot->init;
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
    switch (slot->init.status) {
    case FAKE_RUNNING:
        asked_refuse(fake, asked, STATUS_UNKNOWN,
                     text_of("failed to delete task: cannot delete a running process: unknown"));
        return;
    case FAKE_PAUSED:
        asked_refuse(fake, asked, STATUS_UNKNOWN,
                     text_of("failed to delete task: cannot delete a paused process: unknown"));
        return;
    case FAKE_CREATED:
    case FAKE_STOPPED:
        publish_delete(fake, slot);
        answer_init(fake, asked, slot);
        task_remove(fake, slot);
        return;
    }
}
