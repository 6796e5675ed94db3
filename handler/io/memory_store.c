/* SPDX-License-Identifier: Apache-2.0 */
#include "handler/io/memory_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/contract.h"
#include "base/error.h"
#include "base/grow.h"
#include "base/map.h"

struct stored {
    struct arena_text id;
    struct arena_text reason;
    struct arena_text message;
    struct container_record values; /* its texts are those above, set when it is handed out */
};

struct answer {
    uint64_t write_id; /* 0: of a load */
    int code;
};

struct memory_store {
    struct arena arena;
    struct map records;
    struct answer *answers;
    size_t answer_first;
    size_t answer_count;
    size_t answer_capacity;
    struct container_record *loaded; /* what the last STORE_LOADED borrows */
};

int memory_store_new(struct memory_store **ret_store)
{
    struct memory_store *store = calloc(1, sizeof *store);
    if (store == NULL)
        return ERROR_NO_MEMORY;
    if (arena_init(&store->arena, MEMORY_STORE_BYTES_MAX) != 0) {
        free(store);
        return ERROR_NO_MEMORY;
    }
    *ret_store = store;
    return 0;
}

void memory_store_free(struct memory_store *store)
{
    if (store == NULL)
        return;
    arena_release(&store->arena);
    free(store->answers);
    free(store->loaded);
    free(store);
}

static int answers_reserve(struct memory_store *store)
{
    void *items = store->answers;
    int result = grow(&items, store->answer_count, &store->answer_capacity, sizeof *store->answers);
    store->answers = items;
    return result;
}

static void answer_add(struct memory_store *store, uint64_t write_id, int code)
{
    struct answer answer = {write_id, code};
    store->answers[store->answer_count++] = answer;
}

static uint32_t text_cost(struct text text)
{
    return text.length > 0 ? arena_cost((uint32_t)text.length) : 0;
}

static bool texts_fit(const struct container_record *record)
{
    return record->id.length <= ARENA_PIECE_MAX && record->reason.length <= ARENA_PIECE_MAX &&
           record->message.length <= ARENA_PIECE_MAX;
}

static void texts_free(struct arena *arena, struct stored *stored)
{
    arena_text_free(arena, &stored->id);
    arena_text_free(arena, &stored->reason);
    arena_text_free(arena, &stored->message);
}

static int keep(struct memory_store *store, const struct container_record *record)
{
    struct arena *arena = &store->arena;
    bool is_new = map_get(arena, &store->records, record->id) == 0;
    if (!texts_fit(record) || (is_new && store->records.count >= MEMORY_STORE_RECORDS_MAX))
        return ERROR_LIMIT;
    int code = arena_reserve(arena, text_cost(record->id) + text_cost(record->reason) + text_cost(record->message) +
                                        arena_cost(sizeof(struct stored)) + map_insert_cost(record->id.length));
    if (code != 0)
        return code;
    if (is_new)
        map_insert(arena, &store->records, record->id, arena_alloc(arena, sizeof(struct stored)));
    struct stored *stored = arena_at(arena, map_get(arena, &store->records, record->id));
    texts_free(arena, stored);
    stored->id = arena_text_new(arena, record->id);
    stored->reason = arena_text_new(arena, record->reason);
    stored->message = arena_text_new(arena, record->message);
    stored->values = *record;
    return 0;
}

int memory_store_put(struct memory_store *store, uint64_t write_id, const struct container_record *record)
{
    CONTRACT(record->id.length > 0);
    int code = answers_reserve(store);
    if (code == 0)
        answer_add(store, write_id, keep(store, record));
    return code;
}

static void drop(struct memory_store *store, struct text id)
{
    arena_ref ref = map_remove(&store->arena, &store->records, id);
    if (ref == 0)
        return;
    texts_free(&store->arena, arena_at(&store->arena, ref));
    arena_free(&store->arena, ref, sizeof(struct stored));
}

int memory_store_forget(struct memory_store *store, uint64_t write_id, struct text id)
{
    int code = answers_reserve(store);
    if (code != 0)
        return code;
    drop(store, id);
    answer_add(store, write_id, 0);
    return 0;
}

int memory_store_load(struct memory_store *store)
{
    int code = answers_reserve(store);
    if (code == 0)
        answer_add(store, 0, 0);
    return code;
}

static struct container_record record_of(const struct arena *arena, arena_ref ref)
{
    const struct stored *stored = arena_at(arena, ref);
    struct container_record record = stored->values;
    record.id = arena_text_get(arena, stored->id);
    record.reason = arena_text_get(arena, stored->reason);
    record.message = arena_text_get(arena, stored->message);
    return record;
}

static int list(struct memory_store *store, struct monitor_event *event)
{
    struct text id = {NULL, 0};
    size_t count = 0;
    free(store->loaded);
    store->loaded = store->records.count > 0 ? calloc(store->records.count, sizeof *store->loaded) : NULL;
    if (store->records.count > 0 && store->loaded == NULL)
        return ERROR_NO_MEMORY;
    for (arena_ref ref = map_next(&store->arena, &store->records, id, &id); ref != 0;
         ref = map_next(&store->arena, &store->records, id, &id))
        store->loaded[count++] = record_of(&store->arena, ref);
    event->records = store->loaded;
    event->record_count = count;
    return 0;
}

bool memory_store_next(struct memory_store *store, struct monitor_event *event)
{
    if (store->answer_first == store->answer_count)
        return false;
    struct answer answer = store->answers[store->answer_first++];
    if (store->answer_first == store->answer_count)
        store->answer_first = store->answer_count = 0;
    memset(event, 0, sizeof *event);
    event->write_id = answer.write_id;
    if (answer.write_id == 0 && answer.code == 0)
        answer.code = list(store, event);
    event->kind = answer.write_id == 0 ? MONITOR_STORE_LOADED : MONITOR_STORE_WRITTEN;
    if (answer.code != 0) {
        event->kind = MONITOR_STORE_FAILED;
        event->outcome.text = text_of(error_text(answer.code));
    }
    return true;
}
