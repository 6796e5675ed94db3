/* SPDX-License-Identifier: Apache-2.0 */
#include "harness/store.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "harness/grow.h"

void store_init(struct store *store)
{
    memset(store, 0, sizeof *store);
}

/* One piece holds all texts of a record, and is shared by its copies. The id is the beginning of the bytes. */
struct piece {
    size_t references;
    char bytes[];
};

static struct piece *piece_of(const struct container_record *record)
{
    union {
        const char *borrowed;
        char *owned;
    } texts = {.borrowed = record->id.bytes};
    return texts.owned != NULL ? (struct piece *)(void *)(texts.owned - offsetof(struct piece, bytes)) : NULL;
}

static void record_clear(struct container_record *record)
{
    struct piece *piece = piece_of(record);
    if (piece != NULL && --piece->references == 0)
        free(piece);
    memset(record, 0, sizeof *record);
}

static void record_share(struct container_record *copy, const struct container_record *from)
{
    struct piece *piece = piece_of(from);
    if (piece != NULL)
        piece->references++;
    *copy = *from;
}

static struct text copy_text(char **at, struct text from)
{
    struct text copy = {*at, from.length};
    if (from.length > 0)
        memcpy(*at, from.bytes, from.length);
    *at += from.length;
    return copy;
}

static int record_copy(struct container_record *copy, const struct container_record *from)
{
    struct piece *piece = malloc(sizeof *piece + from->id.length + from->reason.length + from->message.length + 1);
    if (piece == NULL)
        return ERROR_NO_MEMORY;
    char *at = piece->bytes;
    piece->references = 1;
    *copy = *from;
    copy->id = copy_text(&at, from->id);
    copy->reason = copy_text(&at, from->reason);
    copy->message = copy_text(&at, from->message);
    return 0;
}

static void clear(struct store *store)
{
    while (store->record_count > 0)
        record_clear(&store->records[--store->record_count]);
    while (store->request_count > 0)
        record_clear(&store->requests[--store->request_count].record);
}

void store_release(struct store *store)
{
    clear(store);
    free(store->records);
    free(store->requests);
    store_init(store);
}

static int make_room(void **items, size_t count, size_t *capacity, size_t size)
{
    int result = 0;
    while (result == 0 && *capacity < count)
        result = grow(items, *capacity, capacity, size);
    return result;
}

int store_copy(struct store *to, const struct store *from)
{
    void *records = to->records;
    void *requests = to->requests;
    clear(to);
    int result = make_room(&records, from->record_count, &to->record_capacity, sizeof *to->records);
    to->records = records;
    if (result == 0)
        result = make_room(&requests, from->request_count, &to->request_capacity, sizeof *to->requests);
    to->requests = requests;
    if (result != 0)
        return result;
    for (; to->record_count < from->record_count; to->record_count++)
        record_share(&to->records[to->record_count], &from->records[to->record_count]);
    for (; to->request_count < from->request_count; to->request_count++) {
        to->requests[to->request_count] = from->requests[to->request_count];
        record_share(&to->requests[to->request_count].record, &from->requests[to->request_count].record);
    }
    return 0;
}

static void hash_record(const struct container_record *record, struct hash *hash)
{
    hash_text(hash, record->id);
    hash_u64(hash, record->pid);
    hash_i64(hash, record->created_at_ns);
    hash_i64(hash, record->started_at_ns);
    hash_i64(hash, record->finished_at_ns);
    hash_i64(hash, record->exit_code);
    hash_text(hash, record->reason);
    hash_text(hash, record->message);
    hash_u64(hash, record->incarnation);
    hash_u64(hash, (uint64_t)record->finished << 2 | (uint64_t)record->inferred << 1 | record->delete_pending);
}

void store_hash(const struct store *store, struct hash *hash)
{
    hash_u64(hash, store->record_count);
    for (size_t i = 0; i < store->record_count; i++)
        hash_record(&store->records[i], hash);
    hash_u64(hash, store->request_count);
    for (size_t i = 0; i < store->request_count; i++) {
        hash_u64(hash, (uint64_t)(store->requests[i].write_id != 0) << 1 | store->requests[i].forgets);
        hash_record(&store->requests[i].record, hash);
    }
}

static struct container_record *find(struct store *store, struct text id)
{
    for (size_t i = 0; i < store->record_count; i++)
        if (text_equal(store->records[i].id, id))
            return &store->records[i];
    return NULL;
}

int store_set(struct store *store, const struct container_record *record)
{
    struct container_record copy;
    struct container_record *place = find(store, record->id);
    void *items = store->records;

    int result = record_copy(&copy, record);
    if (result != 0)
        return result;
    if (place != NULL) {
        record_clear(place);
        *place = copy;
        return 0;
    }
    result = grow(&items, store->record_count, &store->record_capacity, sizeof copy);
    store->records = items;
    if (result != 0) {
        record_clear(&copy);
        return result;
    }
    store->records[store->record_count++] = copy;
    return 0;
}

static void drop(struct store *store, struct text id)
{
    struct container_record *place = find(store, id);
    if (place == NULL)
        return;
    record_clear(place);
    *place = store->records[--store->record_count];
}

/* The request's record is copied, where there is one. */
static int append(struct store *store, struct store_request request, const struct container_record *record)
{
    void *items = store->requests;

    int result = grow(&items, store->request_count, &store->request_capacity, sizeof request);
    store->requests = items;
    if (result == 0 && record != NULL)
        result = record_copy(&request.record, record);
    if (result == 0)
        store->requests[store->request_count++] = request;
    return result;
}

int store_ask(struct store *store, uint64_t write_id, const struct container_record *record, uint64_t sequence,
              int64_t now_ns)
{
    struct store_request request = {.write_id = write_id, .sequence = sequence, .time_ns = now_ns};
    return append(store, request, write_id != 0 ? record : NULL);
}

int store_ask_forget(struct store *store, uint64_t write_id, struct text id, uint64_t sequence, int64_t now_ns)
{
    struct store_request request = {.write_id = write_id, .sequence = sequence, .time_ns = now_ns, .forgets = true};
    struct container_record record = {.id = id};
    return append(store, request, &record);
}

int store_answer(struct store *store, uint64_t *ret_write_id)
{
    struct store_request *oldest = &store->requests[0];
    *ret_write_id = oldest->write_id;
    if (oldest->forgets) {
        drop(store, oldest->record.id);
    } else if (oldest->write_id != 0) {
        int result = store_set(store, &oldest->record);
        if (result != 0)
            return result;
    }
    record_clear(&oldest->record);
    store->request_count--;
    memmove(store->requests, store->requests + 1, store->request_count * sizeof *store->requests);
    return 0;
}
