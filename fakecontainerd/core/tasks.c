/* SPDX-License-Identifier: Apache-2.0 */
#include "base/status.h"
#include "fakecontainerd/core/request.h"

struct slot *asked_task(struct fake *fake, const struct asked *asked)
{
    arena_ref ref = slot_find(fake, asked->request->name_space, asked->request->container_id);
    struct slot *slot = ref != 0 ? arena_at(&fake->arena, ref) : NULL;
    if (slot != NULL && slot->orphan)
        slot = NULL;
    if (slot == NULL)
        refuse_missing_container(fake, asked);
    else if (!slot->has_task)
        asked_refuse_about(fake, asked, STATUS_NOT_FOUND, "task ", asked->request->container_id, " not found");
    else if (slot->shim.dead)
        asked_refuse(fake, asked, STATUS_UNAVAILABLE, text_of("ttrpc: closed: unavailable"));
    return slot != NULL && slot->has_task && !slot->shim.dead ? slot : NULL;
}

struct process *asked_process(struct fake *fake, const struct asked *asked, struct slot **ret_slot)
{
    struct text exec_id = asked->request->exec_id;
    struct slot *slot = asked_task(fake, asked);
    *ret_slot = slot;
    if (slot == NULL)
        return NULL;
    if (exec_id.length == 0)
        return &slot->init;
    arena_ref ref = exec_find(fake, slot, exec_id);
    if (ref != 0)
        return &((struct exec *)arena_at(&fake->arena, ref))->process;
    asked_refuse_about(fake, asked, STATUS_NOT_FOUND, "process does not exist ", exec_id, ": not found");
    return NULL;
}

void answer_with(struct fake *fake, struct answer *answer, const struct slot *slot, const struct process *process,
                 struct text exec_id)
{
    struct entry *entry = answer_add(fake, answer, slot->container);
    entry->process = *process;
    entry->exec_id = arena_text_new(&fake->arena, exec_id);
    answer_close(fake, answer);
}

void answer_process(struct fake *fake, const struct asked *asked, const struct slot *slot,
                    const struct process *process)
{
    answer_with(fake, asked_answer(fake, asked), slot, process, asked->request->exec_id);
}

void answer_init(struct fake *fake, const struct asked *asked, const struct slot *slot)
{
    answer_with(fake, asked_answer(fake, asked), slot, &slot->init, (struct text){NULL, 0});
}

void tasks_get(struct fake *fake, const struct asked *asked)
{
    struct slot *slot;
    const struct process *process = asked_process(fake, asked, &slot);
    if (process != NULL)
        answer_process(fake, asked, slot, process);
}

void tasks_list(struct fake *fake, const struct asked *asked)
{
    struct answer *answer = asked_answer(fake, asked);
    struct text name_space = asked->request->name_space;
    for (arena_ref ref = slot_first_in(fake, name_space); ref != 0; ref = slot_next_in(fake, name_space, ref)) {
        const struct slot *slot = arena_at(&fake->arena, ref);
        if (slot->has_task && !slot->shim.dead)
            answer_add(fake, answer, slot->container)->process = slot->init;
    }
    answer_close(fake, answer);
}
