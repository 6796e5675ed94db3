/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/errand.h"

#include "base/contract.h"
#include "handler/core/calls.h"
#include "handler/core/operation.h"

enum { NUMBER_SIZE = 8 };

struct errand_queue {
    arena_ref first;
    arena_ref last;
};

uint32_t errand_cost(void)
{
    return arena_cost(sizeof(struct errand)) + arena_cost(sizeof(struct errand_queue)) + arena_cost(MONITOR_ID_MAX) +
           map_insert_cost(MONITOR_ID_MAX) + numbers_insert_cost() + by_time_cost(NUMBER_SIZE);
}

uint32_t errand_change_cost(void)
{
    return arena_cost(MONITOR_TEXT_MAX) + record_cost_max() + 2 * by_time_cost(NUMBER_SIZE);
}

struct errand *errand_at(const struct arena *arena, arena_ref ref)
{
    return arena_at(arena, ref);
}

struct text errand_container(const struct arena *arena, const struct errand *errand)
{
    return arena_text_get(arena, errand->container_id);
}

arena_ref errand_find(const struct arena *arena, const struct state *state, uint64_t id)
{
    uint64_t found = 0;
    arena_ref ref = id == 0 ? 0 : numbers_next(arena, &state->errands, id - 1, &found);
    return found == id ? ref : 0;
}

/* ---- queues ---- */

static struct errand_queue *queue_of(const struct arena *arena, const struct state *state, struct text container_id)
{
    arena_ref ref = map_get(arena, &state->errand_queues, container_id);
    return ref != 0 ? arena_at(arena, ref) : NULL;
}

arena_ref errand_first(const struct arena *arena, const struct state *state, struct text container_id)
{
    const struct errand_queue *queue = queue_of(arena, state, container_id);
    return queue != NULL ? queue->first : 0;
}

size_t errand_count(const struct arena *arena, const struct state *state, struct text container_id, size_t max)
{
    size_t count = 0;
    for (arena_ref ref = errand_first(arena, state, container_id); ref != 0 && count < max; count++)
        ref = errand_at(arena, ref)->next;
    return count;
}

static void enqueue(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    struct text id = errand_container(step->arena, errand);
    struct errand_queue *queue = queue_of(step->arena, step->state, id);

    if (queue == NULL) {
        arena_ref made = arena_alloc(step->arena, sizeof *queue);
        map_insert(step->arena, &step->state->errand_queues, id, made);
        queue = arena_at(step->arena, made);
    }
    errand->is_first = queue->first == 0;
    if (queue->first == 0)
        queue->first = ref;
    else
        errand_at(step->arena, queue->last)->next = ref;
    queue->last = ref;
}

/* The one behind it becomes the first. */
static void dequeue(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    struct text id = errand_container(step->arena, errand);
    struct errand_queue *queue = queue_of(step->arena, step->state, id);
    arena_ref before = 0;

    CONTRACT(queue != NULL);
    if (queue->first == ref) {
        queue->first = errand->next;
    } else {
        before = queue->first;
        while (errand_at(step->arena, before)->next != ref)
            before = errand_at(step->arena, before)->next;
        errand_at(step->arena, before)->next = errand->next;
    }
    if (queue->last == ref)
        queue->last = before;
    if (queue->first == 0) {
        arena_ref removed = map_remove(step->arena, &step->state->errand_queues, id);
        arena_free(step->arena, removed, sizeof *queue);
    } else if (!errand_at(step->arena, queue->first)->is_first) {
        struct errand *next = errand_at(step->arena, queue->first);
        next->is_first = true;
        next->first_at_ns = step->state->now_ns;
        /* It has waited for the same. */
        if (errand->is_late)
            next->first_at_ns = next->asked_at_ns > errand->first_at_ns ? next->asked_at_ns : errand->first_at_ns;
        errand_wait(step, queue->first, step->state->now_ns);
    }
}

arena_ref errand_new(struct step *step, const struct operation *operation)
{
    arena_ref ref = arena_alloc(step->arena, sizeof(struct errand));
    struct errand *errand = errand_at(step->arena, ref);

    errand->container_id = arena_text_new(step->arena, operation->container_id);
    errand->id = operation->id;
    errand->kind = operation->kind;
    errand->grace_ns = operation->grace_ns;
    errand->asked_at_ns = step->state->now_ns;
    errand->first_at_ns = step->state->now_ns;
    errand->expires_at_ns =
        operation->timeout_ns > 0 ? time_add(step->state->now_ns, operation->timeout_ns) : TIME_NEVER;
    errand->is_awaited = true;
    errand->is_first = true;
    errand->due_ns = TIME_NEVER;
    errand->go_on_at_ns = TIME_NEVER;
    numbers_insert(step->arena, &step->state->errands, errand->id, ref);
    if (errand->kind != OPERATION_STATUS)
        enqueue(step, ref);
    errand_schedule(step, ref);
    return ref;
}

/* ---- what is due ---- */

static struct text number_of(const struct errand *errand, char bytes[NUMBER_SIZE])
{
    struct text text = {bytes, NUMBER_SIZE};
    for (int i = 0; i < NUMBER_SIZE; i++)
        bytes[i] = (char)(unsigned char)(errand->id >> (8 * (NUMBER_SIZE - 1 - i)));
    return text;
}

void errand_schedule(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    int64_t due_ns = time_min(errand->go_on_at_ns, errand->is_awaited ? errand->expires_at_ns : TIME_NEVER);
    char number[NUMBER_SIZE];

    if (due_ns == errand->due_ns)
        return;
    if (errand->due_ns != TIME_NEVER)
        by_time_remove(step->arena, &step->state->errands_due, errand->due_ns, number_of(errand, number));
    if (due_ns != TIME_NEVER)
        by_time_add(step->arena, &step->state->errands_due, due_ns, number_of(errand, number), ref);
    errand->due_ns = due_ns;
}

void errand_wait(struct step *step, arena_ref ref, int64_t until_ns)
{
    errand_at(step->arena, ref)->go_on_at_ns = until_ns;
    errand_schedule(step, ref);
}

void errand_hold(struct step *step, arena_ref ref, bool is_held)
{
    struct errand *errand = errand_at(step->arena, ref);
    if (errand->is_held == is_held)
        return;
    errand->is_held = is_held;
    if (is_held)
        step->state->errands_held++;
    else
        step->state->errands_held--;
}

void errand_move(struct step *step, arena_ref ref, enum errand_stage to)
{
    struct errand *errand = errand_at(step->arena, ref);
    errand->stage = to;
    errand->attempt = 0;
    errand_wait(step, ref, TIME_NEVER);
}

arena_ref errand_take_due(struct step *step)
{
    struct text place = {NULL, 0};
    arena_ref ref = by_time_next(step->arena, &step->state->errands_due, &place);
    struct errand *errand;
    char number[NUMBER_SIZE];

    if (ref == 0)
        return 0;
    errand = errand_at(step->arena, ref);
    if (errand->due_ns > step->state->now_ns)
        return 0;
    by_time_remove(step->arena, &step->state->errands_due, errand->due_ns, number_of(errand, number));
    errand->due_ns = TIME_NEVER;
    return ref;
}

int64_t errand_deadline_ns(const struct arena *arena, const struct state *state)
{
    return by_time_first_ns(arena, &state->errands_due);
}

/* ---- the end ---- */

void errand_end(struct step *step, arena_ref ref)
{
    struct errand *errand = errand_at(step->arena, ref);
    arena_ref removed = numbers_remove(step->arena, &step->state->errands, errand->id);

    CONTRACT(removed == ref);
    (void)removed;
    calls_forget(step, errand->call_id);
    errand_hold(step, ref, false);
    errand->is_awaited = false;
    errand_wait(step, ref, TIME_NEVER);
    if (errand->kind != OPERATION_STATUS)
        dequeue(step, ref);
    errand->next = step->state->retired_errands;
    step->state->retired_errands = ref;
}

void errand_end_all(struct step *step)
{
    arena_ref ref;
    while ((ref = numbers_next(step->arena, &step->state->errands, 0, NULL)) != 0)
        errand_end(step, ref);
}

void errand_release_retired(struct arena *arena, struct state *state)
{
    while (state->retired_errands != 0) {
        arena_ref ref = state->retired_errands;
        struct errand *errand = errand_at(arena, ref);
        state->retired_errands = errand->next;
        arena_text_free(arena, &errand->container_id);
        arena_text_free(arena, &errand->failure.text);
        if (errand->answer != 0)
            record_release(arena, errand->answer);
        arena_free(arena, ref, sizeof *errand);
    }
}

/* ---- the fingerprint ---- */

static void hash_time(int64_t at_ns, int64_t now_ns, struct hash *hash)
{
    if (at_ns == TIME_NEVER)
        hash_i64(hash, -1);
    else
        hash_i64(hash, at_ns > now_ns ? at_ns - now_ns : 0);
}

static void hash_one(const struct arena *arena, const struct errand *errand, int64_t now_ns, struct hash *hash)
{
    hash_text(hash, errand_container(arena, errand));
    hash_u64(hash, (uint64_t)errand->kind);
    hash_u64(hash, (uint64_t)errand->stage);
    hash_u64(hash, (uint64_t)errand->is_awaited << 1 | (uint64_t)errand->has_hurried);
    hash_u64(hash, errand->is_held);
    hash_u64(hash, errand->call_id != 0);
    hash_u64(hash, errand->attempt);
    hash_u64(hash, errand->incarnation);
    hash_u64(hash, errand->pid);
    hash_u64(hash, errand->was_sent);
    hash_u64(hash, errand->was_started);
    hash_u64(hash, (uint64_t)errand->starts << 1 | (uint64_t)errand->is_unclear);
    if (errand->starts > 0)
        hash_time(time_add(errand->began_at_ns, OPERATION_START_TIMEOUT_NS), now_ns, hash);
    hash_u64(hash, errand->says_over);
    hash_u64(hash, (uint64_t)errand->is_left << 1 | (uint64_t)errand->is_done);
    hash_u64(hash, errand->stage == ERRAND_RECORDING && errand->is_written);
    if (errand->answer != 0) {
        struct container_record record = record_view(arena, errand->answer);
        container_record_hash(&record, hash);
    }
    hash_i64(hash, errand->failed_at_ns);
    hash_time(errand->until_ns, now_ns, hash);
    hash_i64(hash, errand->failure.status);
    hash_text(hash, arena_text_get(arena, errand->failure.text));
    hash_time(errand->go_on_at_ns, now_ns, hash);
    hash_time(errand->expires_at_ns, now_ns, hash);
    hash_time(time_add(errand->asked_at_ns, MONITOR_RECOVERING_MAX_NS), now_ns, hash);
    hash_time(time_add(errand->first_at_ns, MONITOR_RECOVERING_MAX_NS), now_ns, hash);
    if (errand->kind == OPERATION_CREATE || errand->kind == OPERATION_REMOVE) {
        hash_time(time_add(errand->asked_at_ns, MONITOR_REST_MAX_NS), now_ns, hash);
        hash_time(time_add(errand->first_at_ns, MONITOR_REST_MAX_NS), now_ns, hash);
    }
    if (errand->kind == OPERATION_STOP) {
        hash_i64(hash, errand->grace_ns);
        hash_time(time_add(errand->began_at_ns, errand->grace_ns), now_ns, hash);
    }
}

void errand_hash_all(const struct arena *arena, const struct state *state, int64_t now_ns, struct hash *hash)
{
    uint64_t id = 0;
    arena_ref ref;
    hash_u64(hash, state->errands.map.count);
    while ((ref = numbers_next(arena, &state->errands, id, &id)) != 0)
        hash_one(arena, errand_at(arena, ref), now_ns, hash);
}
