/* SPDX-License-Identifier: Apache-2.0 */
#include "fakecontainerd/core/lifecycle.h"

#include "fakecontainerd/core/message.h"
#include "fakecontainerd/core/wait.h"

uint64_t task_end_cost(const struct fake *fake, const struct slot *slot)
{
    return (1 + (uint64_t)slot->execs.count) * publish_cost(fake) + waiters_cost(fake);
}

uint64_t task_start_cost(const struct fake *fake, const struct slot *slot)
{
    return publish_cost(fake) + (slot->exits_at_once ? task_end_cost(fake, slot) : 0);
}

/* ---- the beginning ---- */

static bool label_too_long(const struct fake_label *label)
{
    return label->key.length > FAKE_PAYLOAD_MAX || label->value.length > FAKE_PAYLOAD_MAX;
}

const char *container_fault(const struct fake_container *container)
{
    if (!identifier_valid(container->id))
        return "is no valid id of a container";
    if (!identifier_valid(container->name_space))
        return "is in no valid namespace";
    if (container->image.length > FAKE_PAYLOAD_MAX || container->runtime_name.length > FAKE_PAYLOAD_MAX ||
        container->runtime_options.type_url.length > FAKE_PAYLOAD_MAX ||
        container->runtime_options.value.length > FAKE_PAYLOAD_MAX ||
        container->snapshotter.length > FAKE_PAYLOAD_MAX || container->snapshot_key.length > FAKE_PAYLOAD_MAX ||
        container->spec.type_url.length > FAKE_PAYLOAD_MAX || container->spec.value.length > FAKE_PAYLOAD_MAX)
        return "has an image, runtime or spec longer than the fake can hold";
    if (container->label_count > FAKE_LABELS_MAX)
        return "has more labels than the fake can hold";
    for (size_t i = 0; i < container->label_count; i++)
        if (label_too_long(&container->labels[i]))
            return "has a label longer than the fake can hold";
    return NULL;
}

bool task_create(struct fake *fake, const struct fake_container *container, uint32_t pid)
{
    arena_ref ref = slot_find(fake, container->name_space, container->id);
    bool is_new = ref == 0;
    if (is_new)
        ref = slot_add(fake, container, state_of(fake)->wall_ns);
    struct slot *slot = arena_at(&fake->arena, ref);
    if (!process_begin(fake, &slot->init, ref, pid)) {
        if (is_new)
            slot_remove(fake, ref);
        return false;
    }
    slot->has_task = true;
    if (is_new)
        publish(fake, FAKE_TOPIC_CONTAINER_CREATE, slot, (struct publish_details){0});
    publish(fake, FAKE_TOPIC_TASK_CREATE, slot, (struct publish_details){.pid = slot->init.pid});
    return true;
}

void task_start(struct fake *fake, struct slot *slot)
{
    slot->init.status = FAKE_RUNNING;
    publish(fake, FAKE_TOPIC_TASK_START, slot, (struct publish_details){.pid = slot->init.pid});
    if (slot->exits_at_once)
        task_end(fake, slot, slot->exit_status);
}

static arena_ref ref_of(const struct fake *fake, const struct slot *slot)
{
    const struct container *container = container_of(fake, slot);
    return slot_find(fake, text_in(fake, container->name_space), text_in(fake, container->id));
}

void exec_begin(struct fake *fake, const struct slot *slot, struct process *process, struct text exec_id)
{
    (void)process_begin(fake, process, ref_of(fake, slot), 0);
    process->status = FAKE_RUNNING;
    publish(fake, FAKE_TOPIC_EXEC_STARTED, slot, (struct publish_details){.exec_id = exec_id, .pid = process->pid});
}

/* ---- the end ---- */

static void end_process(struct fake *fake, const struct slot *slot, struct process *process, struct text exec_id,
                        uint32_t exit_status)
{
    process_end(fake, process, exit_status);
    publish_exit(fake, slot,
                 (struct publish_details){exec_id, process->pid, exit_status, process->exited_at_ns, false});
    waiters_answer(fake, ref_of(fake, slot), exec_id, process);
}

void exec_end(struct fake *fake, const struct slot *slot, struct exec *exec, uint32_t exit_status)
{
    end_process(fake, slot, &exec->process, text_in(fake, exec->id), exit_status);
}

void execs_kill(struct fake *fake, const struct slot *slot)
{
    struct text id = {NULL, 0};
    arena_ref ref;
    while (slot->execs.count > 0 && (ref = map_next(&fake->arena, &slot->execs, id, &id)) != 0) {
        struct exec *exec = arena_at(&fake->arena, ref);
        if (process_lives(&exec->process))
            exec_end(fake, slot, exec, LIFECYCLE_KILLED);
    }
}

void task_end(struct fake *fake, struct slot *slot, uint32_t exit_status)
{
    execs_kill(fake, slot);
    end_process(fake, slot, &slot->init, (struct text){NULL, 0}, exit_status);
}
