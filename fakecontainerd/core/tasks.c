/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "fakecontainerd/core/publish.h"
#include "fakecontainerd/core/request.h"

static const uint32_t killed = 128 + 9;

static void refuse_about(struct fake *fake, const struct asked *asked, const char *before, struct text id,
                         const char *behind)
{
    struct message message;
    message_clear(&message);
    message_add(&message, before);
    message_add_text(&message, id);
    message_add(&message, behind);
    asked_refuse(fake, asked, STATUS_NOT_FOUND, message_text(&message));
}

/* The slot whose task is asked for, NULL where the answer has been that there is none. */
static struct slot *slot_with_task(struct fake *fake, const struct asked *asked)
{
    arena_ref ref = slot_find(fake, asked->request->name_space, asked->request->container_id);
    struct slot *slot = ref != 0 ? arena_at(&fake->arena, ref) : NULL;
    if (slot == NULL)
        refuse_missing_container(fake, asked);
    else if (!slot->has_task)
        refuse_about(fake, asked, "task ", asked->request->container_id, " not found");
    return slot != NULL && slot->has_task ? slot : NULL;
}

static void answer_process(struct fake *fake, const struct asked *asked, const struct slot *slot,
                           const struct process *process, struct text exec_id)
{
    struct answer *answer = asked_answer(fake, asked);
    struct entry *entry = answer_add(fake, answer, slot->container);
    entry->process = *process;
    entry->exec_id = arena_text_new(&fake->arena, exec_id);
    answer_close(fake, answer);
}

void tasks_get(struct fake *fake, const struct asked *asked)
{
    struct text exec_id = asked->request->exec_id;
    const struct slot *slot = slot_with_task(fake, asked);
    if (slot == NULL)
        return;
    if (exec_id.length == 0) {
        answer_process(fake, asked, slot, &slot->init, exec_id);
        return;
    }
    arena_ref ref = exec_find(fake, slot, exec_id);
    if (ref == 0) {
        refuse_about(fake, asked, "process does not exist ", exec_id, ": not found");
        return;
    }
    const struct exec *exec = arena_at(&fake->arena, ref);
    answer_process(fake, asked, slot, &exec->process, exec_id);
}

void tasks_list(struct fake *fake, const struct asked *asked)
{
    struct answer *answer = asked_answer(fake, asked);
    struct text id = {NULL, 0};
    for (arena_ref ref; (ref = slot_next_in(fake, asked->request->name_space, id)) != 0;) {
        const struct slot *slot = arena_at(&fake->arena, ref);
        id = text_in(fake, container_of(fake, slot)->id);
        if (slot->has_task)
            answer_add(fake, answer, slot->container)->process = slot->init;
    }
    answer_close(fake, answer);
}

/* A task that never ran is killed by its deletion: the exit comes first, and knows no time. */
static void publish_delete(struct fake *fake, const struct slot *slot)
{
    const struct process *init = &slot->init;
    if (!init->exited)
        publish(fake, FAKE_TOPIC_TASK_EXIT, slot, (struct publish_details){.pid = init->pid, .exit_status = killed});
    publish(fake, FAKE_TOPIC_TASK_DELETE, slot,
            (struct publish_details){
                .pid = init->pid, .exit_status = init->exit_status, .exited_at_ns = init->exited_at_ns});
}

void tasks_delete(struct fake *fake, const struct asked *asked)
{
    struct slot *slot = slot_with_task(fake, asked);
    if (slot == NULL)
        return;
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
        answer_process(fake, asked, slot, &slot->init, (struct text){NULL, 0});
        task_remove(fake, slot);
        return;
    }
}
