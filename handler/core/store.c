/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/core/store.h"

#include "base/contract.h"
#include "base/error.h"
#include "handler/core/monitor.h"

/* The id lies in the same piece, behind it. */
struct kept_record {
    struct arena_text id;
    struct arena_text reason;
    struct arena_text message;
    int64_t created_at_ns;
    int64_t started_at_ns;
    int64_t finished_at_ns;
    int64_t found_after_ns;
    int64_t ended_before_ns;
    int32_t code_before;
    uint32_t pid_before;
    uint64_t earlier_pids;
    uint64_t incarnation;
    uint32_t pid;
    uint32_t last_pid;
    int32_t exit_code;
    bool finished;
    bool inferred;
    bool delete_pending;
    bool task_gone;
    struct store_marks marks;
};

_Static_assert(sizeof(struct kept_record) <= RECORD_KEPT_SIZE, "what keeping costs is told in the header");

static struct kept_record *kept_at(const struct arena *arena, arena_ref ref)
{
    return arena_at(arena, ref);
}

static uint32_t text_cost(size_t length)
{
    return length > 0 ? arena_cost((uint32_t)length) : 0;
}

static uint32_t record_cost(size_t id_length, size_t reason_length, size_t message_length)
{
    return arena_cost((uint32_t)(sizeof(struct kept_record) + id_length)) + text_cost(reason_length) +
           text_cost(message_length);
}

uint32_t store_cost(const struct container_record *record)
{
    return record_cost(record->id.length, record->reason.length, record->message.length) +
           map_insert_cost(record->id.length) + by_time_cost(record->id.length);
}

static void set_numbers(struct kept_record *kept, const struct container_record *record)
{
    kept->pid = record->pid;
    kept->created_at_ns = record->created_at_ns;
    kept->started_at_ns = record->started_at_ns;
    kept->finished_at_ns = record->finished_at_ns;
    kept->found_after_ns = record->found_after_ns;
    kept->exit_code = record->exit_code;
    kept->pid_before = record->pid_before;
    kept->ended_before_ns = record->ended_before_ns;
    kept->code_before = record->code_before;
    kept->earlier_pids = record->earlier_pids;
    kept->incarnation = record->incarnation;
    kept->last_pid = record->last_pid;
    kept->finished = record->finished;
    kept->inferred = record->inferred;
    kept->delete_pending = record->delete_pending;
    kept->task_gone = record->task_gone;
}

arena_ref record_keep(struct arena *arena, const struct container_record *record)
{
    uint32_t length = (uint32_t)record->id.length;
    arena_ref ref = arena_take(arena, arena_class_of((uint32_t)sizeof(struct kept_record) + length));
    struct kept_record *kept = kept_at(arena, ref);

    set_numbers(kept, record);
    kept->marks = (struct store_marks){.revision = 0};
    kept->id = (struct arena_text){ref + (arena_ref)sizeof *kept, length};
    text_put((char *)(kept + 1), record->id);
    kept->reason = arena_text_new(arena, record->reason);
    kept->message = arena_text_new(arena, record->message);
    return ref;
}

void record_release(struct arena *arena, arena_ref ref)
{
    struct kept_record *kept;
    if (ref == 0)
        return;
    kept = kept_at(arena, ref);
    arena_text_free(arena, &kept->reason);
    arena_text_free(arena, &kept->message);
    arena_free(arena, ref, (uint32_t)sizeof *kept + kept->id.length);
}

struct text record_id(const struct arena *arena, arena_ref ref)
{
    return arena_text_get(arena, kept_at(arena, ref)->id);
}

struct container_record record_view(const struct arena *arena, arena_ref ref)
{
    const struct kept_record *kept = kept_at(arena, ref);
    struct container_record record = {
        .id = arena_text_get(arena, kept->id),
        .pid = kept->pid,
        .created_at_ns = kept->created_at_ns,
        .started_at_ns = kept->started_at_ns,
        .finished_at_ns = kept->finished_at_ns,
        .found_after_ns = kept->found_after_ns,
        .exit_code = kept->exit_code,
        .reason = arena_text_get(arena, kept->reason),
        .message = arena_text_get(arena, kept->message),
        .pid_before = kept->pid_before,
        .ended_before_ns = kept->ended_before_ns,
        .code_before = kept->code_before,
        .earlier_pids = kept->earlier_pids,
        .incarnation = kept->incarnation,
        .last_pid = kept->last_pid,
        .finished = kept->finished,
        .inferred = kept->inferred,
        .delete_pending = kept->delete_pending,
        .task_gone = kept->task_gone,
    };
    return record;
}

static int check(const struct container_record *record)
{
    if (record->id.length == 0)
        return ERROR_INVALID;
    if (record->id.length > MONITOR_ID_MAX || record->reason.length > MONITOR_TEXT_MAX ||
        record->message.length > MONITOR_TEXT_MAX)
        return ERROR_LIMIT;
    return 0;
}

bool store_acceptable(const struct container_record *record)
{
    return check(record) == 0;
}

/* Keeps the order of finishing, given when the record finished before and when it has now, 0 for not. */
static void finish_anew(struct arena *arena, struct store *store, arena_ref ref, int64_t before_ns, int64_t now_ns)
{
    struct text id = arena_text_get(arena, kept_at(arena, ref)->id);
    if (before_ns == now_ns)
        return;
    if (before_ns != 0)
        by_time_remove(arena, &store->finished, before_ns, id);
    if (now_ns != 0)
        by_time_add(arena, &store->finished, now_ns, id, ref);
}

int store_create(struct arena *arena, struct store *store, const struct container_record *record)
{
    int result = check(record);
    arena_ref ref;
    if (result != 0)
        return result;
    if (map_get(arena, &store->records, record->id) != 0)
        return ERROR_EXISTS;
    if (store->records.count >= MONITOR_CONTAINERS_MAX)
        return ERROR_LIMIT;
    ref = record_keep(arena, record);
    kept_at(arena, ref)->marks.revision = ++store->revision;
    map_insert(arena, &store->records, record->id, ref);
    finish_anew(arena, store, ref, 0, record->finished_at_ns);
    return 0;
}

int store_get(const struct arena *arena, const struct store *store, struct text id, struct container_record *ret_record)
{
    arena_ref ref = map_get(arena, &store->records, id);
    if (ref == 0)
        return ERROR_MISSING;
    *ret_record = record_view(arena, ref);
    return 0;
}

/* Each new text may borrow from any old one, so all are copied before one is freed. */
static void replace_texts(struct arena *arena, struct kept_record *kept, const struct container_record *record)
{
    struct arena_text reason = arena_text_new(arena, record->reason);
    struct arena_text message = arena_text_new(arena, record->message);
    arena_text_free(arena, &kept->reason);
    arena_text_free(arena, &kept->message);
    kept->reason = reason;
    kept->message = message;
}

int store_update(struct arena *arena, struct store *store, struct text id, store_change change, void *context)
{
    arena_ref ref = map_get(arena, &store->records, id);
    struct container_record old, copy;
    int result;

    if (ref == 0)
        return ERROR_MISSING;
    old = record_view(arena, ref);
    copy = old;
    result = change(&copy, context);
    if (result != 0)
        return result;
    if (!text_equal(copy.id, old.id))
        return ERROR_INVALID;
    result = check(&copy);
    if (result != 0)
        return result;
    set_numbers(kept_at(arena, ref), &copy);
    kept_at(arena, ref)->marks.revision = ++store->revision;
    if (!text_equal(copy.reason, old.reason) || !text_equal(copy.message, old.message))
        replace_texts(arena, kept_at(arena, ref), &copy);
    finish_anew(arena, store, ref, old.finished_at_ns, copy.finished_at_ns);
    return 0;
}

struct store_marks *store_marks(const struct arena *arena, const struct store *store, struct text id)
{
    arena_ref ref = map_get(arena, &store->records, id);
    return ref != 0 ? &kept_at(arena, ref)->marks : NULL;
}

void store_lock(struct arena *arena, struct store *store, struct text id, bool locked)
{
    struct store_marks *marks = store_marks(arena, store, id);
    if (marks != NULL)
        marks->locked = locked;
}

bool store_locked(const struct arena *arena, const struct store *store, struct text id)
{
    const struct store_marks *marks = store_marks(arena, store, id);
    return marks != NULL && marks->locked;
}

void store_delete(struct arena *arena, struct store *store, struct text id)
{
    arena_ref ref = map_remove(arena, &store->records, id);
    if (ref == 0)
        return;
    store->revision++;
    finish_anew(arena, store, ref, kept_at(arena, ref)->finished_at_ns, 0);
    record_release(arena, ref);
}

bool store_next(const struct arena *arena, const struct store *store, struct text after,
                struct container_record *ret_record)
{
    arena_ref ref = map_next(arena, &store->records, after, NULL);
    if (ref == 0)
        return false;
    *ret_record = record_view(arena, ref);
    return true;
}

bool store_next_finished(const struct arena *arena, const struct store *store, struct text *place,
                         struct container_record *ret_record)
{
    arena_ref ref = by_time_next(arena, &store->finished, place);
    if (ref == 0)
        return false;
    *ret_record = record_view(arena, ref);
    return true;
}

size_t store_count(const struct store *store)
{
    return store->records.count;
}

void store_clear(struct arena *arena, struct store *store)
{
    struct container_record record;
    struct text none = {NULL, 0};
    while (store_next(arena, store, none, &record))
        store_delete(arena, store, record.id);
}
