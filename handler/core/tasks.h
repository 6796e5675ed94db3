/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HANDLER_CORE_TASKS_H
#define HANDLER_CORE_TASKS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/hash.h"
#include "handler/core/values.h"

/*
 * Task events that are kept in an arena because they have to wait, and queues of them in the order of their coming.
 */
struct task_queue {
    arena_ref first;
    arena_ref last;
    uint32_t count;
};

/* What keeping an event costs at the most, of which no text is longer than MONITOR_ID_MAX, for arena_reserve. */
uint32_t task_cost_max(void);

/* The most that one costs that has nothing but a container and a process. */
uint32_t task_found_cost_max(void);

/* A copy of the event, texts included. Room must have been reserved. */
arena_ref task_keep(struct arena *arena, const struct task_event *task);
void task_release(struct arena *arena, arena_ref task);

/* The event, its texts borrowed from the copy. */
struct task_event task_view(const struct arena *arena, arena_ref task);

/* It is known now of which life the event is. */
void task_set_incarnation(struct arena *arena, arena_ref task, uint64_t incarnation);

/* The exit was heard before there was a record of its container. */
void task_set_early(struct arena *arena, arena_ref task);

void task_queue_append(struct arena *arena, struct task_queue *queue, arena_ref task);

/* Puts the event before all others. */
void task_queue_prepend(struct arena *arena, struct task_queue *queue, arena_ref task);

/* Appends every event of one queue to the other, in its order. */
void task_queue_move(struct arena *arena, struct task_queue *to, struct task_queue *from);

/* The event behind this one, 0 at the end. */
arena_ref task_queue_after(const struct arena *arena, arena_ref task);

/* Takes an event out, given the one before it (0 where it is the first). */
void task_queue_remove(struct arena *arena, struct task_queue *queue, arena_ref before, arena_ref task);

/* Releases every event of the queue. */
void task_queue_clear(struct arena *arena, struct task_queue *queue);

void timestamp_hash(const struct timestamp *at, struct hash *hash);
void task_hash(const struct task_event *task, struct hash *hash);

#endif
