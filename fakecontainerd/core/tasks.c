/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "fakecontainerd/core/request.h"

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

struct slot *asked_task(struct fake *fake, const struct asked *asked)
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

void answer_init(struct fake *fake, const struct asked *asked, const struct slot *slot)
{
    answer_process(fake, asked, slot, &slot->init, (struct text){NULL, 0});
}

void tasks_get(struct fake *fake, const struct asked *asked)
{
    struct text exec_id = asked->request->exec_id;
    const struct slot *slot = asked_task(fake, asked);
    if (slot == NULL)
        return;
    if (exec_id.length == 0) {
        answer_init(fake, asked, slot);
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
