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

static void record_clear(struct container_record *record)
{
    /* One piece holds all texts of a record; the id is its beginning. */
    union {
        const char *borrowed;
        char *owned;
    } texts = {.borrowed = record->id.bytes};
    free(texts.owned);
    memset(record, 0, sizeof *record);
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
    char *at = malloc(from->id.length + from->reason.length + from->message.length + 1);
    if (at == NULL)
        return ERROR_NO_MEMORY;
    *copy = *from;
    copy->id = copy_text(&at, from->id);
    copy->reason = copy_text(&at, from->reason);
    copy->message = copy_text(&at, from->message);
    return 0;
}

void store_release(struct store *store)
{
    for (size_t i = 0; i < store->record_count; i++)
        record_clear(&store->records[i]);
    for (size_t i = 0; i < store->request_count; i++)
        record_clear(&store->requests[i].record);
    free(store->records);
    free(store->requests);
    store_init(store);
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
