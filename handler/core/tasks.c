/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/tasks.h"

#include "base/contract.h"
#include "handler/core/monitor.h"

/* The texts lie in the same piece, behind it. */
struct kept_task {
    arena_ref next;
    uint32_t size; /* of the piece */
    uint32_t pid;
    uint32_t exit_status;
    enum task_event_kind kind;
    bool is_found;
    bool is_early;
    uint64_t incarnation;
    struct timestamp exited_at;
    struct timestamp published_at;
    struct arena_text topic;
    struct arena_text name_space;
    struct arena_text container_id;
    struct arena_text process_id;
};

static struct kept_task *kept(const struct arena *arena, arena_ref task)
{
    return arena_at(arena, task);
}

static uint32_t task_size(const struct task_event *task)
{
    return (uint32_t)(sizeof(struct kept_task) + task->topic.length + task->name_space.length +
                      task->container_id.length + task->process_id.length);
}

uint32_t task_cost_max(void)
{
    return arena_cost(sizeof(struct kept_task) + 4 * MONITOR_ID_MAX);
}

uint32_t task_found_cost_max(void)
{
    return arena_cost(sizeof(struct kept_task) + 2 * MONITOR_ID_MAX);
}

static struct arena_text put_text(struct arena *arena, arena_ref *at, struct text text)
{
    struct arena_text put = {*at, (uint32_t)text.length};
    if (text.length == 0)
        return (struct arena_text){0, 0};
    text_put((char *)arena->base + *at, text);
    *at += put.length;
    return put;
}

arena_ref task_keep(struct arena *arena, const struct task_event *task)
{
    uint32_t size = task_size(task);
    arena_ref ref = arena_take(arena, arena_class_of(size));
    arena_ref texts = ref + (arena_ref)sizeof(struct kept_task);
    struct kept_task *copy = kept(arena, ref);

    copy->size = size;
    copy->kind = task->kind;
    copy->pid = task->pid;
    copy->exit_status = task->exit_status;
    copy->exited_at = task->exited_at;
    copy->published_at = task->published_at;
    copy->is_found = task->is_found;
    copy->is_early = task->is_early;
    copy->incarnation = task->incarnation;
    copy->topic = put_text(arena, &texts, task->topic);
    copy->name_space = put_text(arena, &texts, task->name_space);
    copy->container_id = put_text(arena, &texts, task->container_id);
    copy->process_id = put_text(arena, &texts, task->process_id);
    return ref;
}

void task_release(struct arena *arena, arena_ref task)
{
    if (task != 0)
        arena_free(arena, task, kept(arena, task)->size);
}

struct task_event task_view(const struct arena *arena, arena_ref task)
{
    const struct kept_task *copy = kept(arena, task);
    struct task_event view = {
        .kind = copy->kind,
        .topic = arena_text_get(arena, copy->topic),
        .name_space = arena_text_get(arena, copy->name_space),
        .container_id = arena_text_get(arena, copy->container_id),
        .process_id = arena_text_get(arena, copy->process_id),
        .pid = copy->pid,
        .exit_status = copy->exit_status,
        .exited_at = copy->exited_at,
        .published_at = copy->published_at,
        .is_found = copy->is_found,
        .is_early = copy->is_early,
        .incarnation = copy->incarnation,
    };
    return view;
}

void task_set_incarnation(struct arena *arena, arena_ref task, uint64_t incarnation)
{
    kept(arena, task)->incarnation = incarnation;
}

void task_set_early(struct arena *arena, arena_ref task)
{
    kept(arena, task)->is_early = true;
}

void task_queue_append(struct arena *arena, struct task_queue *queue, arena_ref task)
{
    kept(arena, task)->next = 0;
    if (queue->last != 0)
        kept(arena, queue->last)->next = task;
    else
        queue->first = task;
    queue->last = task;
    queue->count++;
}

void task_queue_prepend(struct arena *arena, struct task_queue *queue, arena_ref task)
{
    kept(arena, task)->next = queue->first;
    queue->first = task;
    if (queue->last == 0)
        queue->last = task;
    queue->count++;
}

void task_queue_move(struct arena *arena, struct task_queue *to, struct task_queue *from)
{
    while (from->first != 0) {
        arena_ref task = from->first;
        task_queue_remove(arena, from, 0, task);
        task_queue_append(arena, to, task);
    }
}

arena_ref task_queue_after(const struct arena *arena, arena_ref task)
{
    return kept(arena, task)->next;
}

void task_queue_remove(struct arena *arena, struct task_queue *queue, arena_ref before, arena_ref task)
{
    arena_ref after = kept(arena, task)->next;
    CONTRACT(queue->count > 0 && (before != 0 ? kept(arena, before)->next : queue->first) == task);
    if (before != 0)
        kept(arena, before)->next = after;
    else
        queue->first = after;
    if (queue->last == task)
        queue->last = before;
    queue->count--;
}

void task_queue_clear(struct arena *arena, struct task_queue *queue)
{
    for (arena_ref task = queue->first; task != 0;) {
        arena_ref after = kept(arena, task)->next;
        task_release(arena, task);
        task = after;
    }
    *queue = (struct task_queue){0, 0, 0};
}

void timestamp_hash(const struct timestamp *at, struct hash *hash)
{
    hash_u64(hash, at->present);
    if (!at->present)
        return;
    hash_i64(hash, at->seconds);
    hash_i64(hash, at->nanoseconds);
}

void task_hash(const struct task_event *task, struct hash *hash)
{
    hash_u64(hash, (uint64_t)task->kind);
    hash_text(hash, task->topic);
    hash_text(hash, task->name_space);
    hash_text(hash, task->container_id);
    hash_text(hash, task->process_id);
    hash_u64(hash, task->pid);
    hash_u64(hash, task->exit_status);
    timestamp_hash(&task->exited_at, hash);
    timestamp_hash(&task->published_at, hash);
    hash_u64(hash, (uint64_t)task->is_early << 1 | (uint64_t)task->is_found);
    hash_u64(hash, task->incarnation);
}
